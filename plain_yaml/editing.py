"""Changes a YAML text where its data is to be different, and leaves every other character as it is.

Comments, order, quotes and indentation therefore survive by not being touched. What comes of it is read again: a text
that does not say what it should (anchors, merged maps) is an error, and is never returned.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from plain_yaml.places import Entry, Node, places
from plain_yaml.reader import YamlError, load_text
from plain_yaml.rendering import block_entry, in_one_line, is_filled, quote_of, scalar

__all__ = ["NotEditableError", "alike", "edited", "is_set"]

Path = tuple[str, ...]


class NotEditableError(Exception):
    """Raised if a text cannot be changed in place; the text tells where, and no value."""


def edited(text: str, wanted: Mapping[str, Any], like: Mapping[Path, Node] | None = None) -> str:
    """Return a text that says what is wanted, changed as little as that takes.

    A list of texts is a set: one that differs in order alone is left, and its items that stay keep their places. An
    entry that is new follows the one that `wanted` has before it.

    Args:
        text: One document that the reader has taken, a map.
        wanted: What it is to say.
        like: Values whose style new ones follow, by path in `wanted`.

    Raises:
        NotEditableError: If it cannot be changed in place.
        YamlError: If the text is none that the reader takes.
    """
    now = load_text(text)
    if alike(now, wanted):
        return text
    root = places(text)
    if not isinstance(now, dict) or root is None or not (now and wanted):
        whole = "\n".join(_Editor(text, root).new_lines(wanted, like or {})) or "{}"
        made = f"{text[: root.start]}{whole}{text[root.end :]}" if root else f"{text}{whole}\n"
    else:
        made = _Editor(text, root).changed(root, now, wanted, like or {})
    try:
        found = load_text(made)
    except YamlError:
        found = None
    if not alike(found, wanted):
        raise NotEditableError("cannot be changed in place")
    return made


def alike(one: object, other: object) -> bool:
    """Tell whether two values say the same: order means nothing in maps and in lists of texts, and 1 is not true."""
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(alike(each, other[key]) for key, each in one.items())
    if is_set(one) and is_set(other):
        return sorted(one) == sorted(other)  # type: ignore[call-overload,no-any-return]
    return json.dumps(one) == json.dumps(other)


def is_set(value: object) -> bool:
    """Tell whether a value is a list of texts, whose order means nothing: permissions, events."""
    return isinstance(value, list) and all(isinstance(each, str) for each in value)


class _Editor:
    """Collects edits of one text: start, end, and what comes into the place of what stands there."""

    def __init__(self, text: str, root: Node | None) -> None:
        self.text = text
        self.edits: list[tuple[int, int, str]] = []
        self.line_break = "\r\n" if "\r\n" in text else "\n"
        self.step, self.dash = _indentation(text, root) if root else (2, 2)

    def changed(self, root: Node, now: Any, wanted: Any, like: Mapping[Path, Node]) -> str:
        """Return the text with a map at its root changed."""
        self.like = like
        if not self._collection(root, now, wanted, (), None):
            raise NotEditableError("cannot be changed in place")
        made, position = [], 0
        for start, end, new in sorted(self.edits, key=lambda edit: edit[:2]):
            made += [self.text[position : max(position, start)], new]
            position = max(position, start, end)
        return "".join([*made, self.text[position:]])

    def new_lines(self, wanted: Mapping[str, Any], like: Mapping[Path, Node]) -> list[str]:
        """Return the lines of a whole map in block style."""
        return [
            line
            for key, value in wanted.items()
            for line in block_entry(key, value, like.get((key,)), step=self.step, dash=self.dash)
        ]

    def _collection(self, node: Node, now: Any, wanted: Any, path: Path, like: Node | None) -> bool:
        """Change a map or list in place; tell whether that can be, where not nothing is changed for certain."""
        if node.kind == "map" and isinstance(wanted, Mapping) and wanted and node.entries:
            if {*now} - {*wanted} - {*node.entries}:
                return False  # it comes by a merge, and cannot be taken away
            if not node.flow:
                return self._block_map(node, now, wanted, path, like)
            return self._flow(node, now, wanted, path, like)
        if node.kind == "list" and is_set(now) and is_set(wanted) and wanted and len({*now}) == len(now):
            return (self._flow if node.flow else self._block_list)(node, now, wanted, path, like)
        return False

    def _block_map(self, node: Node, now: Any, wanted: Any, path: Path, like: Node | None) -> bool:
        entries = node.entries
        removed = [entries[key] for key in entries if key not in wanted]
        if not all(self._begins_line(entry.key) for entry in removed):
            return False
        for key, entry in entries.items():
            if key in wanted and not alike(now[key], wanted[key]):
                self._value(entry, now[key], wanted[key], (*path, key), self._like(like, path, key))
        indent = self._column(next(iter(entries.values())).key.start)
        last: Entry | None = None
        fresh: list[tuple[Entry | None, list[str]]] = []
        for key, value in wanted.items():
            if key in entries:
                last = entries[key]
            elif key not in now or not alike(now[key], value):
                style = self._like(like, path, key)
                fresh.append((last, block_entry(key, value, style, step=self.step, dash=self.dash)))
        first = next(iter(entries.values())).key.start
        for before, lines in fresh:
            at = self._line_end(before.value.end) if before else self._above(first)
            added = "".join(f"{self.line_break}{' ' * indent}{line}" for line in lines)
            if not before and not at:
                added = added.removeprefix(self.line_break) + self.line_break
            self.edits.append((at, at, added))
        for entry in removed:
            self._remove_lines(entry.key.start, entry.value.end)
        return True

    def _value(self, entry: Entry, now: Any, wanted: Any, path: Path, like: Node | None) -> None:
        """Change the value of an entry in block style."""
        node = entry.value
        if is_filled(now) and is_filled(wanted) and self._collection(node, now, wanted, path, like):
            return
        if node.kind == "scalar" and not is_filled(wanted):
            new = in_one_line(wanted) if isinstance(wanted, dict | list) else scalar(wanted, quote_of(node))
            self.edits.append((node.start, node.end, new if node.end > node.start else f" {new}"))
            return
        first, *rest = block_entry(path[-1], wanted, like, step=self.step, dash=self.dash)
        indent = " " * self._column(entry.key.start)
        self.edits.append((entry.key.start, node.end, first))
        end = self._line_end(node.end)
        self.edits.append((end, end, "".join(f"{self.line_break}{indent}{line}" for line in rest)))

    def _block_list(self, node: Node, now: Any, wanted: Any, _path: Path, like: Node | None) -> bool:
        items = dict(zip(now, node.items, strict=True))
        if not all(self._begins_item(item) for item in node.items):
            return False
        kept = [item for value, item in items.items() if value in wanted]
        at = self._line_end(kept[-1].end) if kept else self._above(node.items[0].start)
        start = self._line_start(node.items[0].start)
        dash = self.text[start : node.items[0].start]
        for value in wanted:
            if value not in items:
                quote = _item_quote(like, wanted, value)
                self.edits.append((at, at, f"{self.line_break}{dash}{scalar(value, quote)}"))
        for value, item in items.items():
            if value not in wanted:
                self._remove_lines(item.start, item.end)
        return True

    def _flow(self, node: Node, now: Any, wanted: Any, path: Path, like: Node | None) -> bool:
        """Change what is written with brackets: as one text if it is one line, by lines otherwise."""
        spans = (
            {key: (entry.key.start, entry.value.end) for key, entry in node.entries.items()}
            if node.kind == "map"
            else {value: (item.start, item.end) for value, item in zip(now, node.items, strict=True)}
        )
        if "\n" not in self.text[node.start : node.end]:
            self.edits.append((node.start, node.end, self._one_line(node, now, wanted, path, like)))
            return True
        new = [self._flow_part(key, wanted, path, like) for key in wanted if key not in spans]
        kept = [span for key, span in spans.items() if key in wanted]
        if node.kind == "map":
            for key, entry in node.entries.items():
                if key in wanted and not alike(now[key], wanted[key]):
                    part = self._changed_part(entry, now[key], wanted[key], (*path, key), like)
                    self.edits.append((entry.key.start, entry.value.end, part))
        if new:
            self._add_to_lines(node, new, kept, [*spans.values()])
        ordered = [*spans.items()]
        for index, (key, (start, end)) in enumerate(ordered):
            if key in wanted:
                continue
            if self._has_lines_alone(start, end):
                self._remove_lines(start, end)
                continue
            following = ordered[index + 1][1][0] if index + 1 < len(ordered) else end
            if "\n" in self.text[end:following]:
                following = end + len(re.match(r"[ \t]*,?", self.text[end:])[0])  # type: ignore[index]
            self.edits.append((start, following, ""))
        return True

    def _add_to_lines(
        self, node: Node, new: Iterable[str], kept: list[tuple[int, int]], spans: list[tuple[int, int]]
    ) -> None:
        if not kept or not self._has_lines_alone(*kept[-1]):
            at = kept[-1][1] if kept else self._opening(node)
            text = "".join(f", {part}" for part in new) if kept else "".join(f"{part}, " for part in new)
            self.edits.append((at, at, text))
            return
        last = kept[-1][1]
        if not re.match(r"[ \t]*,", self.text[last:]):
            self.edits.append((last, last, ","))
        at = self._line_end(spans[-1][1])
        indent = self.text[self._line_start(kept[-1][0]) : kept[-1][0]]
        self.edits.append((at, at, "".join(f"{self.line_break}{indent}{part}," for part in new)))

    def _one_line(self, node: Node, now: Any, wanted: Any, path: Path, like: Node | None) -> str:
        """Return what is written with brackets in one line as it is to be; what stays keeps its text."""
        before = self.text[node.start : self._opening(node)]
        if node.kind == "list":
            texts = {
                value: self.text[item.start : item.end] for value, item in zip(now, node.items, strict=True)
            }
            kept = [texts[value] for value in now if value in wanted]
            fresh = [self._flow_part(value, wanted, path, like) for value in wanted if value not in texts]
            return f"{before}{', '.join([*kept, *fresh])}]"
        parts: dict[str, str] = {}
        for key, value in wanted.items():
            entry = node.entries.get(key)
            if entry is None:
                if key not in now or not alike(now[key], value):
                    parts[key] = self._flow_part(key, wanted, path, like)
            elif alike(now[key], value):
                parts[key] = self.text[entry.key.start : entry.value.end]
            else:
                parts[key] = self._changed_part(entry, now[key], value, (*path, key), like)
        merged = [self._merge_of(node)] if node.merges else []
        return f"{before}{', '.join([*merged, *parts.values()])}}}"

    def _changed_part(self, entry: Entry, now: Any, wanted: Any, path: Path, like: Node | None) -> str:
        """Return an entry within brackets as it is to be."""
        node, key = entry.value, self.text[entry.key.start : entry.key.end]
        inner = self._like(like, path[:-1], path[-1])
        if (
            is_filled(wanted)
            and is_filled(now)
            and "\n" not in self.text[node.start : node.end]
            and (
                (
                    node.kind == "map"
                    and isinstance(wanted, Mapping)
                    and not {*now} - {*wanted} - {*node.entries}
                )
                or (node.kind == "list" and is_set(now) and is_set(wanted))
            )
        ):
            return f"{key}: {self._one_line(node, now, wanted, path, inner)}"
        if node.kind == "scalar" and not is_filled(wanted) and isinstance(wanted, str):
            return f"{key}: {scalar(wanted, quote_of(node))}"
        return f"{key}: {in_one_line(wanted, inner)}"

    def _flow_part(self, key: str, wanted: Any, path: Path, like: Node | None) -> str:
        if isinstance(wanted, Mapping):
            return f"{scalar(key)}: {in_one_line(wanted[key], self._like(like, path, key))}"
        return scalar(key, _item_quote(like, wanted, key))

    def _merge_of(self, node: Node) -> str:
        # Own entries may stand on both sides of it; libyaml tells no place of it here, so it is looked for.
        found = re.search(r"<<\s*:\s*(\*[^\s,}\]]+|\[[^\]]*\])", self.text[node.start : node.end])
        return found[0] if found else ""

    def _like(self, like: Node | None, path: Path, key: str) -> Node | None:
        return self.like.get((*path, key)) or (like.child(key) if like is not None else None)

    def _opening(self, node: Node) -> int:
        """Return the place behind an opening bracket, which may have an anchor before it."""
        return next(at for at in range(node.start, node.end) if self.text[at] in "[{") + 1

    def _line_start(self, at: int) -> int:
        return self.text.rfind("\n", 0, at) + 1

    def _line_end(self, at: int) -> int:
        """Return where a line's text ends, before its line break."""
        end = self.text.find("\n", at)
        if end < 0:
            return len(self.text)
        return end - 1 if end > at and self.text[end - 1] == "\r" else end

    def _above(self, at: int) -> int:
        """Return where the line before that of a place ends; 0 for the first line."""
        start = self._line_start(at)
        return self._line_end(self._line_start(start - 1)) if start else 0

    def _column(self, at: int) -> int:
        return at - self._line_start(at)

    def _begins_line(self, node: Node) -> bool:
        return not self.text[self._line_start(node.start) : node.start].strip(" ")

    def _begins_item(self, node: Node) -> bool:
        return re.fullmatch(r" *-[ \t]+", self.text[self._line_start(node.start) : node.start]) is not None

    def _has_lines_alone(self, start: int, end: int) -> bool:
        before, behind = self.text[self._line_start(start) : start], self.text[end : self._line_end(end)]
        return not before.strip() and re.fullmatch(r"[ \t]*,?[ \t]*(#.*)?", behind) is not None

    def _remove_lines(self, start: int, end: int) -> None:
        """Remove whole lines, with what stands behind a value; the lines of comment above stay."""
        begin, end = self._line_start(start), self._line_end(end)
        self.edits.append((self._above(start), end, "") if begin else (0, self._next_line(end), ""))

    def _next_line(self, at: int) -> int:
        found = self.text.find("\n", at)
        return len(self.text) if found < 0 else found + 1


def _item_quote(like: Node | None, wanted: list[str], value: str) -> str:
    index = wanted.index(value)
    return quote_of(like.items[index] if like is not None and index < len(like.items) else None)


def _indentation(text: str, root: Node) -> tuple[int, int]:
    """Return by how much a text indents what stands within a map, and the dashes of a list."""
    step: int | None = None
    dash: int | None = None
    nodes = [root]
    while nodes and (step is None or dash is None):
        node = nodes.pop(0)
        for entry in node.entries.values():
            inner = entry.value
            nodes.append(inner)
            if inner.flow:
                continue
            left = entry.key.start - (text.rfind("\n", 0, entry.key.start) + 1)
            if step is None and inner.kind == "map" and inner.entries:
                first = next(iter(inner.entries.values())).key.start
                step = first - (text.rfind("\n", 0, first) + 1) - left
            if dash is None and inner.kind == "list" and inner.items:
                start = text.rfind("\n", 0, inner.items[0].start) + 1
                dash = text.find("-", start) - start - left
    return step or 2, 2 if dash is None else max(dash, 0)
