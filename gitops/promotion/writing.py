"""Promotion: write into one environment's files what another one declares, for review; deploy nothing.

Nothing is written here: the texts are made, all of them or none. The target's comments, order and protection stay, a
secret of the source is left out and its place marked.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gitops.exits import GitopsError
from gitops.files import replace_all
from gitops.masking import HIDDEN
from gitops.promotion.plan import Plan, plan
from gitops.promotion.sealed import Fill, marked_place
from gitops.stack_file import ServicesFile, StackFile
from plain_yaml import load_text
from plain_yaml.editing import alike
from plain_yaml.places import Node, places
from tools.included import SECRETS, SERVICES
from tools.stack_files import ADDRESSES, SECRET_KEYS

__all__ = ["Promotion", "Written", "promote", "with_mark", "write_all"]

_LINE = re.compile(r"[^\n]*\n|[^\n]+")


@dataclass(frozen=True, slots=True)
class Written:
    """A file that a promotion changes, or makes."""

    name: str
    path: Path
    before: str
    """Its text as it was read; empty for a new one."""
    text: str
    """Afterwards."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Promotion:
    """What a promotion changed in the target's files; `diff` is empty if nothing."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    left: tuple[str, ...]
    """Services that only the target declares and that stay."""
    fills: tuple[Fill, ...]
    """What the target has to set for itself."""
    notes: tuple[str, ...]
    files: tuple[Written, ...]
    diff: str


def promote(source: StackFile, target: StackFile, *, prune: bool = False) -> Promotion:
    """Make the target's files as the source declares; the caller writes them.

    A service is changed in the file in which the target declares it. A new one goes into the file that corresponds to
    the source's, if the target includes one of that name, and into the stack file otherwise.

    Args:
        source: The environment that is ahead.
        target: The one that follows.
        prune: Remove services that only the target declares; their deletion shows in the preview.

    Raises:
        GitopsError: If a file cannot be changed in place; nothing has been changed then.
    """
    made = plan(source, target)
    removed, kept = _pruned(made) if prune else ([], [])
    files = [
        Written(file.shown, file.path, file.text, text)
        for file in target.files
        if (text := _text(file, source, target, made, removed)) != file.text
    ]
    return Promotion(
        added=tuple(made.added),
        changed=tuple(made.changed),
        removed=tuple(removed),
        left=tuple(name for name in made.left if name not in removed),
        fills=tuple(made.fills),
        notes=(*made.notes, *kept),
        files=tuple(files),
        diff=_without_tokens("".join(map(_diff, files)), target),
    )


def _pruned(made: Plan) -> tuple[list[str], list[str]]:
    """Return the services to remove, and a note for each that stays because an address leads to it."""
    led = {
        address["autoCreation"]["service"]: name
        for name, address in made.addresses.items()
        if isinstance(address.get("autoCreation"), Mapping) and "service" in address["autoCreation"]
    }
    kept = [
        f"{name} stays: the address {led[name]} leads messages to it; lead it elsewhere first"
        for name in made.left
        if name in led
    ]
    return [name for name in made.left if name not in led], kept


def _text(
    file: ServicesFile, source: StackFile, target: StackFile, made: Plan, removed: Sequence[str]
) -> str:
    """Return what a file of the target is to say."""
    wanted = _services_of(file, made, removed)
    like = dict(_styles(file, source, made))
    fills = [fill for fill in made.fills if _marked_in(fill, file, target, made)]
    if not file.text and not wanted:
        return ""
    text = file.edited(_document(file, target, made, wanted, removed), like)
    return _with_marks(text, file, fills, target, made)


def _services_of(file: ServicesFile, made: Plan, removed: Sequence[str]) -> dict[str, Any]:
    """Return the services of a file in the order in which they are to stand: each new one behind its neighbour."""
    order = [name for name in file.services if name in made.services]
    previous = ""
    for name in made.names.values():
        if name not in made.services or made.homes.get(name) is not file:
            continue
        if name not in file.services:
            order.insert(order.index(previous) + 1 if previous else len(order), name)
        previous = name
    return {name: made.services[name] for name in order if name not in removed}


def _document(
    file: ServicesFile, target: StackFile, made: Plan, services: Mapping[str, Any], removed: Sequence[str]
) -> dict[str, Any]:
    if not file.is_stack_file:
        return dict(services)
    config = dict(target.config)
    if services or config.get(SERVICES):
        config[SERVICES] = services
    if made.changed_addresses:
        config[ADDRESSES] = made.addresses
    if any(name in target.secrets for name in removed):
        config[SECRETS] = {name: each for name, each in target.secrets.items() if name not in removed}
    return {**file.data, "config": config}


def _styles(file: ServicesFile, source: StackFile, made: Plan) -> Iterator[tuple[tuple[str, ...], Node]]:
    """Yield how the source writes each service and address of a file."""
    above = ("config", SERVICES) if file.is_stack_file else ()
    for name, own_name in made.names.items():
        origin = source.home(name)
        if origin is None or made.homes.get(own_name) is not file:
            continue
        if (place := origin.place()) and (node := place.child(name)):
            yield (*above, own_name), node
    if file.is_stack_file and (place := source.files[0].place(ADDRESSES)):
        for name, own_name in made.address_names.items():
            if node := place.child(name):
                yield ("config", ADDRESSES, own_name), node


def _marked_in(fill: Fill, file: ServicesFile, target: StackFile, made: Plan) -> bool:
    """Tell whether the place of what is to be filled is in a file: where its service stands, or should."""
    home = made.homes.get(fill.name) if fill.section == "services" else None
    return (home or target.files[0]).path == file.path


def _with_marks(text: str, file: ServicesFile, fills: Sequence[Fill], target: StackFile, made: Plan) -> str:
    """Mark in a text what is to be filled, above its service, and take away the marks of what is filled."""
    wanted = {fill.mark(target.stack): fill for fill in fills}
    lines = [line for line in _LINE.findall(text) if not _is_filled(line, target, made)]
    places_there = {marked_place(line, target.stack) for line in lines} - {()}
    lines_there = {line.strip() for line in lines}
    text = "".join(lines)
    for mark, fill in wanted.items():
        if mark not in lines_there and marked_place(mark, target.stack) not in places_there:
            text = with_mark(text, file, fill, target.stack)
    return text


def with_mark(text: str, file: ServicesFile, fill: Fill, stack: str) -> str:
    """Mark in the text of a file what is to be filled, above its service or address."""
    mark, line_break = fill.mark(stack), "\r\n" if "\r\n" in text else "\n"
    lines = _LINE.findall(text)
    number, indent = _line_above(text, file, fill)
    marked = "".join([*lines[:number], f"{indent}{mark}{line_break}", *lines[number:]])
    # Within a text of several lines it would be no comment: then it stands at the top.
    return marked if alike(load_text(text), load_text(marked)) else f"{mark}{line_break}{text}"


def _is_filled(line: str, target: StackFile, made: Plan) -> bool:
    """Tell whether a line is the mark of a value that is there, or of a service that goes."""
    section, *path = marked_place(line, target.stack) or ("",)
    if section not in ("services", "secrets", "addresses") or not path:
        return False
    if any(marked_place(fill.mark(target.stack), target.stack) == (section, *path) for fill in made.fills):
        return False
    things = made.addresses if section == "addresses" else made.services
    if section == "secrets" and _value_at(target.secrets, path) is not None:
        return True
    return _value_at(things, path) is not None


def _value_at(value: Any, path: Sequence[str]) -> Any:
    for step in path:
        if isinstance(value, list):
            value = value[0] if value else None
        else:
            value = value.get(step) if isinstance(value, Mapping) else None
    return value


def _line_above(text: str, file: ServicesFile, fill: Fill) -> tuple[int, str]:
    """Return number and indentation of the line above which a mark belongs: that of the entry, or what is above it."""
    node = places(text)
    path = (
        [fill.name]
        if not file.is_stack_file
        else ["config", f"conversation-services:{fill.section}", fill.name]
    )
    at = 0
    for key in path:
        entry = node.entries.get(key) if node else None
        if entry is None:
            break
        start = text.rfind("\n", 0, entry.key.start) + 1
        if text[start : entry.key.start].strip(" "):
            break  # within brackets: a line above them is no part of a text in several lines
        at, node = entry.key.start, entry.value
    start = text.rfind("\n", 0, at) + 1
    return text.count("\n", 0, at), text[start:at]


def write_all(files: list[Written]) -> None:
    """Write files that nobody has changed meanwhile.

    Raises:
        GitopsError: If one was changed since it was read, or cannot be written; nothing is written then.
    """
    texts = {}
    for file in files:
        now = file.path.read_bytes().decode("utf-8") if file.path.exists() else ""
        mark = "\ufeff" if now.startswith("\ufeff") else ""
        if now.removeprefix(mark) != file.before:
            raise GitopsError(f"{file.name} was changed meanwhile", hint="run the command again")
        texts[file.path] = (now, mark + file.text)
    replace_all(texts)


def _diff(file: Written) -> str:
    """Return how a file changes, as a unified diff."""
    before, after = (each.splitlines(keepends=True) for each in (file.before, file.text))
    old = f"a/{file.name}" if file.before else "/dev/null"
    return "".join(difflib.unified_diff(before, after, old, f"b/{file.name}"))


def _without_tokens(diff: str, target: StackFile) -> str:
    """Hide what is secret in the clear, which may stand in a line beside what changes."""
    for text in _secrets_in_the_clear(target):
        diff = diff.replace(text, HIDDEN)
    return diff


def _secrets_in_the_clear(target: StackFile) -> Iterator[str]:
    for key, value in target.config.items():
        if key.replace(":config:", ":") in SECRET_KEYS and isinstance(value, str) and value:
            yield value
    for address in target.addresses.values():
        if isinstance(number := address.get("address"), str | int) and str(number):
            yield str(number)
    for secrets in target.secrets.values():
        webhook = secrets.get("webhook")
        yield from (each for each in (webhook or {}).values() if isinstance(each, str) and each)
