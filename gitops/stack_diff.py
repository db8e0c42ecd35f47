"""What differs between two environments, declared and deployed, and which differences are meant.

Meant are those that environments have by nature: the environment's name within a friendly name, SIDs and URLs,
accounts and addresses, and the settings that protect one environment more than another. Nothing is changed.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from gitops.stack_file import StackFile, translated
from tools.included import INCLUDE, SECRETS, SERVICES
from tools.stack_files import SECRET_KEYS

__all__ = ["Difference", "compare", "declared", "deployed", "to_json", "to_text"]

NATURAL = ("importSid", "sid", "url")
"""What no two environments can share."""
OWN = ("defaults.", "secrets.", "twilio:", "encryptionsalt", "encryptedkey", "secretsprovider")
"""Configuration that each environment has for itself: protection, account, address, secrets."""
OWN_SETTINGS = ("protect", "forceDestroy", "retainOnDelete")
ABSENT = "-"
SECRET = "[secret]"  # noqa: S105 - the word shown in a secret's place


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One place in which two environments differ; `meant` says why that is as it should be, or is empty."""

    path: str
    source: str
    target: str
    meant: str = ""


def declared(file: StackFile) -> dict[str, str]:
    """Flatten what a stack declares, in its file and in included ones: `services.support.friendlyName` to its value.

    Secrets are masked. Where a service stands is no difference between environments.
    """
    flat: dict[str, str] = {}
    for key, value in file.config.items():
        if key.replace(":config:", ":") in SECRET_KEYS:
            flat[key] = SECRET
        elif key == SECRETS:
            flat |= {path: SECRET for path, _ in _flatten("secrets", value)}
        elif key not in (INCLUDE, SERVICES):
            flat |= dict(_flatten(key.removeprefix("conversation-services:"), value))
    return flat | dict(_flatten("services", file.services))


def deployed(outputs: Mapping[str, Any]) -> dict[str, str]:
    """Flatten a stack's outputs: `services.support.sid` to its value."""
    return dict(_flatten("services", outputs.get("services") or {}))


def compare(
    source: Mapping[str, str], target: Mapping[str, str], stacks: tuple[str, str]
) -> list[Difference]:
    """List the differences between two flattened environments, by path.

    Args:
        source: The environment that is ahead.
        target: The one that follows.
        stacks: The names of both.
    """
    return [
        Difference(
            path=path,
            source=source.get(path, ABSENT),
            target=target.get(path, ABSENT),
            meant=_meant(path, source.get(path), target.get(path), stacks),
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


def _meant(path: str, ours: str | None, theirs: str | None, stacks: tuple[str, str]) -> str:
    last = path.rpartition(".")[2]
    if path.startswith(OWN) or (last in OWN_SETTINGS and path.startswith("services.")):
        return "each environment's own"
    if ours is not None and theirs is not None:
        if last in NATURAL:
            return "differs by nature"
        if translated(ours, *stacks) == theirs:
            return "the environment's name"
        if last.endswith("Url") and _within_host(ours) == _within_host(theirs):
            return "each environment's own host"
    elif last == "importSid":
        return "each environment's own"
    return ""


def _within_host(url: str) -> str:
    """Return what a URL says but for scheme and host; the whole of a text that is no URL."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return url
    return parts._replace(scheme="", netloc="").geturl()


def _flatten(path: str, value: object) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        if "secure" in value:
            yield path, SECRET
            return
        for key, each in value.items():
            yield from _flatten(f"{path}.{key}", each)
    elif isinstance(value, list) and all(isinstance(each, str) for each in value):
        # Permissions and filters: their order means nothing.
        yield path, ", ".join(sorted(value))
    elif value is not None:
        yield path, json.dumps(value) if isinstance(value, bool | int | float | list) else str(value)
