"""Add an environment: a copy of another one's files with names of its own, for review; deploy nothing.

What of them is the new one's own is decided in `own.py`; what still names another environment is listed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from gitops.environments.copying import Decide, NotCopiedError, changes, copied
from gitops.environments.order import with_stack
from gitops.environments.own import CHECK, FILL_IN, Own
from gitops.exits import GitopsError
from gitops.files import delete, write
from gitops.stack_file import ServicesFile, StackFile, translated
from plain_yaml import load_text
from tools.included import INCLUDE, covers, find
from tools.stack import ALL, ROOT
from tools.stack_files import ORDER, known_stacks, order_entries, read

__all__ = ["Addition", "add_stack"]

STACKS = ROOT / "stacks"


@dataclass(slots=True)
class Addition:
    """What was written, and what is to be looked at; each text names its place."""

    files: list[str] = field(default_factory=list)
    in_order: bool = False
    """Whether it has got an entry in the order; one that was there may cover it."""
    fill_in: list[str] = field(default_factory=list)
    check: list[str] = field(default_factory=list)
    others: list[str] = field(default_factory=list)
    """What is still another environment's."""


def add_stack(source: str, name: str) -> Addition:
    """Write the files of a new environment; after an error nothing is written.

    Args:
        source: The environment that is copied.
        name: The new one.

    Raises:
        GitopsError: If the new one, or one of its files, is there already, or a file cannot be copied or written.
        SystemExit: If there is no environment `source`, or its files or the order are wrong.
    """
    if name == ALL:
        raise GitopsError(f"NAME: {ALL} stands for all stacks", hint="take another name")
    original = StackFile.of(source, "FROM")
    if name.casefold() in map(str.casefold, known_stacks()):
        raise GitopsError(f"there is a stack {name} already", hint="take another NAME, or look at: make diff")
    found, own = Addition(), Own(source, name)
    texts = {f"Pulumi.{name}.yaml": _copy(original.files[0], own.stack_file, own)}
    for file in original.files[1:]:
        other = translated(file.name, source, name)
        if _is_taken_along(original, file):
            texts[other] = _copy(file, own.services, own)
        else:
            found.others.append(f"{file.shown} is included by {source} and {name} alike, with the same names")
    _check_new(original, own, texts)
    order = with_stack(read(ORDER)[0], order_entries(), name, source)

    for shown, file in zip(texts, _copied_files(original), strict=True):
        _tell(found, f"stacks/{shown}", file, texts[shown], own)
    _write({STACKS / shown: text for shown, text in texts.items()}, order)
    found.files = [f"stacks/{shown}" for shown in texts]
    found.in_order = order is not None
    return found


def _copied_files(original: StackFile) -> list[ServicesFile]:
    first, *others = original.files
    return [first, *(file for file in others if _is_taken_along(original, file))]


def _is_taken_along(original: StackFile, file: ServicesFile) -> bool:
    """Tell whether an included file is its environment's own: a pattern that bears the environment's name names it."""
    patterns = original.config.get(INCLUDE)
    own = [each for each in patterns if translated(each, original.stack, "") != each] if patterns else []
    return covers(own, file.name)


def _copy(file: ServicesFile, decide: Decide, own: Own) -> str:
    try:
        text = copied(file.text, decide)
    except NotCopiedError:
        raise GitopsError(
            f"{file.shown}: cannot be copied place by place, and nothing was written",
            hint="write it without anchors, aliases and merge keys, one entry a line",
        ) from None
    # The comment at the top says what the environment is.
    head = re.match(r"(?:[ \t]*(?:#[^\n]*)?\n)*", text)
    end = head.end() if head else 0
    return translated(text[:end], own.source, own.name) + text[end:]


def _check_new(original: StackFile, own: Own, texts: Mapping[str, str]) -> None:
    """Refuse to write over a file, or to include one that is there already."""
    patterns = original.config.get(INCLUDE) or []
    new = [
        each for each in (translated(each, own.source, own.name) for each in patterns) if each not in patterns
    ]
    there = [name for name in texts if (STACKS / name).exists()]
    there += [name for each in new for name in find(STACKS, [each])[0] if name not in there]
    if there:
        raise GitopsError(
            f"{', '.join(f'stacks/{name}' for name in there)}: there already, and {own.name} would take it for its own",
            hint="move it away, or take another NAME",
        )


def _tell(found: Addition, shown: str, file: ServicesFile, text: str, own: Own) -> None:
    """List what is to be filled in, checked, and still another environment's."""
    decide = own.stack_file if file.is_stack_file else own.services
    for path, change in changes(load_text(file.text), decide):
        place = "" if change.action == "drop" else f"{'.'.join(path).removeprefix('config.')}: "
        if change.comment.startswith(FILL_IN):
            found.fill_in.append(f"{shown}: {place}{change.comment.removeprefix(FILL_IN)}")
        elif change.comment.startswith(CHECK):
            found.check.append(f"{shown}: {place}{change.comment.removeprefix(CHECK)}")
    for service, settings in file.services.items():
        name = settings.get("friendlyName")
        if isinstance(name, str) and translated(name, own.source, own.name) == name:
            found.others.append(f"{shown}: {service}.friendlyName is the same as in {own.source}")
    found.others += (f"{shown}:{line}: names {other}" for line, other in _named(text, own))


def _named(text: str, own: Own) -> Iterator[tuple[int, str]]:
    """Yield the lines that name an environment other than the new one, but for the marks of its own."""
    others = {*known_stacks(), own.source} - {own.name}
    word = re.compile(
        rf"(?<![^\W_])({'|'.join(map(re.escape, sorted(others, key=len, reverse=True)))})(?![^\W_])",
        re.IGNORECASE,
    )
    for number, line in enumerate(text.splitlines(), start=1):
        if line.lstrip().startswith((f"# {FILL_IN}", f"# {CHECK}")):
            continue
        if match := word.search(translated(line, own.name, "")):
            yield number, match[1]


def _write(texts: Mapping[Path, str], order: str | None) -> None:
    written: list[Path] = []
    try:
        for path, text in texts.items():
            written.append(path)
            write(path, text)
        if order is not None:
            write(ORDER, order)
    except GitopsError:
        for path in written:
            if path.exists():
                delete(path)
        raise
