"""What differs between two environments, declared and deployed, and which differences are meant.

Meant are those that environments have by nature: the environment's name within a friendly name, SIDs and URLs,
accounts and addresses, and the settings that protect one environment more than another. Nothing is changed.
"""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from gitops.promotion import plan
from gitops.promotion.kinds import Kind, kind_of
from gitops.stack_file import StackFile, translated
from tools.included import INCLUDE, SECRETS, SERVICES
from tools.stack_files import ADDRESSES, SECRET_KEYS
from tools.stack_shape import is_sealed, is_sealed_setting

__all__ = ["Difference", "compare", "compare_deployed", "declared", "deployed", "to_json", "to_text"]

NATURAL = ("importSid", "sid", "url")
"""What no two environments can share."""
ABSENT = "-"
SECRET = "[secret]"  # noqa: S105 - the word shown in a secret's place
_NO_TEXT = re.compile(r"-?\d[\d.eE+-]*|true|false|null")
"""A text that would look like a value of another kind."""
OWN, BY_NATURE, BY_NAME = "each environment's own", "differs by nature", "the environment's name"
HOST = "each environment's own host"


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One place in which two environments differ; `meant` says why that is as it should be, or is empty."""

    path: str
    source: str
    target: str
    meant: str = ""


def declared(file: StackFile) -> dict[str, str]:
    """Flatten what a stack declares, in its file and in included ones: `services.support.friendlyName` to its value.

    Secrets and addresses are masked. Where a service stands is no difference between environments.
    """
    return _settings(file) | _things(file.services, file.addresses)


def deployed(outputs: Mapping[str, Any]) -> dict[str, str]:
    """Flatten a stack's outputs: `services.support.sid` to its value."""
    return {
        path: text
        for section in ("services", "addresses")
        for path, text in _flatten(section, outputs.get(section) or {})
    }


def compare(source: StackFile, target: StackFile) -> list[Difference]:
    """List in what two environments are declared differently, by path.

    What is not meant is what a promotion would change, or leave to people.

    Args:
        source: The environment that is ahead.
        target: The one that follows; paths name its services.
    """
    made = plan(source, target)
    ours, mine = (
        _things(_renamed(source.services, made.names), _renamed(source.addresses, made.address_names)),
        _things(target.services, target.addresses),
    )
    wanted = _things(made.services, made.addresses)
    filled = {fill.shown for fill in made.fills}
    open_ = (
        *(f"services.{name}." for name in made.left),
        *(f"{f.withholds}." for f in made.fills if f.withholds),
    )
    found = [
        Difference(
            path=path,
            source=ours.get(path, ABSENT),
            target=mine.get(path, ABSENT),
            meant=""
            if wanted.get(path) != mine.get(path) or path in filled or path.startswith(open_)
            else _why(path, ours.get(path), mine.get(path)),
        )
        for path in {*ours, *mine, *wanted}
        if ours.get(path) != mine.get(path) or wanted.get(path) != mine.get(path)
    ]
    told = {each.path for each in found}
    found += [
        Difference(path=fill.shown, source=SECRET if fill.sealed else "set", target=ABSENT)
        for fill in made.fills
        if fill.shown not in told
    ]
    own, theirs = _settings(source), _settings(target)
    found += [
        Difference(path=path, source=own.get(path, ABSENT), target=theirs.get(path, ABSENT), meant=OWN)
        for path in {*own, *theirs}
        if own.get(path) != theirs.get(path)
    ]
    return sorted(found, key=lambda each: each.path)


def compare_deployed(
    source: Mapping[str, str], target: Mapping[str, str], stacks: tuple[str, str]
) -> list[Difference]:
    """List the differences between what is deployed in two environments, by path.

    Args:
        source: What `deployed` tells of the environment that is ahead.
        target: Of the one that follows.
        stacks: The names of both.
    """
    source = {_renamed_path(path, target, stacks): text for path, text in source.items()}
    return [
        Difference(
            path=path,
            source=source.get(path, ABSENT),
            target=target.get(path, ABSENT),
            meant=_why_deployed(path, source.get(path), target.get(path), stacks),
        )
        for path in sorted({*source, *target})
        if source.get(path) != target.get(path)
    ]


def to_text(differences: Mapping[str, list[Difference]], stacks: tuple[str, str]) -> str:
    """Return the differences side by side, those that are meant with their reason.

    Args:
        differences: By what was compared, "declared" or "deployed".
        stacks: The names of both environments.
    """
    lines: list[str] = []
    for title, found in differences.items():
        if not found:
            lines += [f"{title}: no difference", ""]
            continue
        columns = (
            [each.path for each in found],
            [each.source for each in found],
            [each.target for each in found],
        )
        widths = [max(map(len, [head, *cells])) for head, cells in zip(("", *stacks), columns, strict=True)]
        lines.append(f"{title}:")
        lines.append(f"    {'':{widths[0]}}  {stacks[0]:{widths[1]}}  {stacks[1]:{widths[2]}}".rstrip())
        for each in found:
            cells = f"{each.path:{widths[0]}}  {each.source:{widths[1]}}  {each.target:{widths[2]}}"
            mark, reason = (" ", f"meant: {each.meant}") if each.meant else ("!", "")
            lines.append(f"  {mark} {cells}  {reason}".rstrip())
        lines.append("")
    meant = [bool(each.meant) for found in differences.values() for each in found]
    return "\n".join([*lines, f"{meant.count(False)} to look at (!), {meant.count(True)} meant"])


def to_json(differences: Mapping[str, list[Difference]]) -> str:
    """Return the differences as a JSON document: what was compared, then a list."""
    document = {title: [dataclasses.asdict(each) for each in found] for title, found in differences.items()}
    return json.dumps(document, indent=2, ensure_ascii=False)


def _settings(file: StackFile) -> dict[str, str]:
    """Flatten what each environment has for itself: protection, account, region, encrypted values of services."""
    flat: dict[str, str] = {}
    for key, value in file.config.items():
        if key.replace(":config:", ":") in SECRET_KEYS:
            flat[key] = SECRET
        elif key == SECRETS:
            flat |= {path: SECRET for path, _ in _flatten("secrets", value)}
        elif key not in (INCLUDE, SERVICES, ADDRESSES):
            flat |= dict(_flatten(key.removeprefix("conversation-services:"), value))
    return flat


def _things(services: Mapping[str, Any], addresses: Mapping[str, Any]) -> dict[str, str]:
    flat = dict(_flatten("services", services))
    for path, text in _flatten("addresses", addresses):
        flat[path] = SECRET if path.count(".") == 2 and path.endswith(".address") else text
    return flat


def _renamed(things: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    return {names[name]: thing for name, thing in things.items()}


def _renamed_path(path: str, target: Mapping[str, str], stacks: tuple[str, str]) -> str:
    """Return where the target has what the source has at a path, by its logical name."""
    section, name, *rest = path.split(".")
    other = ".".join((section, translated(name, *stacks), *rest))
    return other if path not in target and other in target else path


def _why(path: str, ours: str | None, mine: str | None) -> str:
    """Say why a difference that no promotion would change is meant."""
    section, _, rest = path.split(".", 2) if path.count(".") > 1 else (path, "", "")
    if SECRET in (ours, mine) or ours is None or mine is None:
        return OWN
    kind = kind_of(section, tuple(rest.split(".")))
    if kind is Kind.URL:
        return HOST if _within_host(ours) == _within_host(mine) else "each environment's own URL"
    if kind in (Kind.NAME, Kind.SERVICE):
        return BY_NAME
    return BY_NATURE if rest in NATURAL else OWN


def _why_deployed(path: str, ours: str | None, mine: str | None, stacks: tuple[str, str]) -> str:
    if ours is None or mine is None:
        return OWN if path.startswith("addresses.") else ""
    if path.endswith(tuple(f".{each}" for each in NATURAL)):
        return BY_NATURE
    return BY_NAME if translated(ours, *stacks) == mine else ""


def _within_host(url: str) -> str:
    """Return what a URL says but for scheme and host; the whole of a text that is no URL."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return url
    return parts._replace(scheme="", netloc="").geturl()


def _flatten(path: str, value: object) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        if is_sealed(value):
            yield path, SECRET
            return
        for key, each in value.items():
            yield from _flatten(f"{path}.{key}", each)
    elif isinstance(value, list) and all(isinstance(each, str) for each in value):
        # Permissions and filters: their order means nothing.
        yield path, ", ".join(sorted(value))
    elif is_sealed_setting(value):
        yield path, SECRET
    elif isinstance(value, str):
        yield path, json.dumps(value) if _NO_TEXT.fullmatch(value) else value
    elif value is not None:
        yield path, json.dumps(value)
