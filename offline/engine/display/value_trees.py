"""Values and differences as trees of lines: outputs, `--diff` and the `details` of a preview.

Pure functions. Long values are whole here: whoever asks for details wants them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TypeGuard

from offline.engine.display.words import Line, clean, format_value, is_hidden
from offline.engine.model.values import Secret, Value

__all__ = ["diff_lines", "value_lines"]

_MISSING = object()
_STYLES = {"+": "green", "-": "red", "~": "yellow", " ": ""}


def value_lines(
    values: Mapping[str, Value], indent: int, *, sign: str = " ", limit: int | None = None
) -> Iterator[Line]:
    """Yield the lines of properties, keys aligned, nested values below each other."""
    shown = {key: value for key, value in values.items() if not is_hidden(key)}
    longest = max((len(clean(key)) for key in shown), default=0)
    for key in sorted(shown):
        yield from _value(clean(key).ljust(longest), shown[key], indent, sign, limit)


def diff_lines(
    old: Mapping[str, Value],
    new: Mapping[str, Value],
    indent: int,
    *,
    sames: bool = True,
    limit: int | None = None,
) -> Iterator[Line]:
    """Yield the lines of properties that differ (and of those that do not, unless `sames` is False)."""
    keys = sorted(key for key in {*old, *new} if not is_hidden(key))
    longest = max((len(clean(key)) for key in keys), default=0)
    for key in keys:
        label = clean(key).ljust(longest)
        yield from _diff(label, old.get(key, _MISSING), new.get(key, _MISSING), indent, sames, limit)


def _value(label: str, value: Value, indent: int, sign: str, limit: int | None) -> Iterator[Line]:
    match value:
        case Mapping() if value:
            yield _line(indent, sign, f"{label}: {{")
            yield from value_lines(value, indent + 4, sign=sign, limit=limit)
            yield _line(indent, sign, "}")
        case list() | tuple() if value:
            yield _line(indent, sign, f"{label}: [")
            for index, part in enumerate(value):
                yield from _value(f"[{index}]", part, indent + 4, sign, limit)
            yield _line(indent, sign, "]")
        case _:
            yield _line(indent, sign, f"{label}: {format_value(value, limit)}")


def _diff(
    label: str, old: object, new: object, indent: int, sames: bool, limit: int | None
) -> Iterator[Line]:
    if old is _MISSING:
        yield from _value(label, _as_value(new), indent, "+", limit)
    elif new is _MISSING:
        yield from _value(label, _as_value(old), indent, "-", limit)
    elif _equal(old, new):
        if sames:
            yield from _value(label, _as_value(new), indent, " ", limit)
    elif isinstance(old, Mapping) and isinstance(new, Mapping):
        yield _line(indent, "~", f"{label}: {{")
        yield from diff_lines(old, new, indent + 4, sames=sames, limit=limit)
        yield _line(indent, "~", "}")
    elif _is_list(old) and _is_list(new):
        yield _line(indent, "~", f"{label}: [")
        for index in range(max(len(old), len(new))):
            yield from _diff(f"[{index}]", _at(old, index), _at(new, index), indent + 4, sames, limit)
        yield _line(indent, "~", "]")
    else:
        text = f"{format_value(_as_value(old), limit)} => {format_value(_as_value(new), limit)}"
        yield _line(indent, "~", f"{label}: {text}")


def _line(indent: int, sign: str, text: str) -> Line:
    return ((" " * indent, ""), (f"{sign} ", _STYLES[sign]), (text, _STYLES[sign] if sign in "+-" else ""))


def _equal(old: object, new: object) -> bool:
    # Python takes 1 for True; JSON does not.
    match old, new:
        case Secret(), Secret():
            return _equal(old.value, new.value)
        case Mapping(), Mapping():
            return old.keys() == new.keys() and all(_equal(old[key], new[key]) for key in old)
        case ((list() | tuple()), (list() | tuple())):
            return len(old) == len(new) and all(map(_equal, old, new))
        case _:
            return isinstance(old, bool) == isinstance(new, bool) and old == new


def _at(values: Sequence[Value], index: int) -> object:
    return values[index] if index < len(values) else _MISSING


def _is_list(value: object) -> TypeGuard[Sequence[Value]]:
    return isinstance(value, list | tuple)


def _as_value(value: object) -> Value:
    return value  # type: ignore[return-value]  # what is not _MISSING comes from properties
