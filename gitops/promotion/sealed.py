"""Encrypted values: which they are, and how the target gets one of its own.

A value is encrypted with the salt (or the cloud's key) of its stack file; copied into another it could not be read, and
no run of that stack would get through. So none is ever copied.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from tools.included import SECRETS

__all__ = ["ELSEWHERE", "MARK", "Fill", "marked_place"]

MARK = "# fill in: "

ELSEWHERE = {"secure": "under conversation-services:secrets"}
"""Stands for a value that is encrypted beside its service."""

_MARKED = re.compile(
    r"# fill in: .*pulumi config set (?:--secret )?--path '(conversation-services:.*)' --stack (\S+)"
)
_STEP = re.compile(r'\.?([A-Za-z0-9_-]+)|\[(\d+)\]|\["((?:[^"\\]|\\.)*)"\]')
_INDEX = re.compile(r"\[\d+\]")
_SIMPLE = re.compile(r"[A-Za-z0-9_-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fill:
    """A setting that the target has to set for itself."""

    section: str
    """`services` or `addresses`."""
    name: str
    path: tuple[str, ...]
    sealed: bool = True
    """It is encrypted in the source, or always a secret."""
    in_secrets: bool = False
    """The service stands in an included file, its encrypted values under `conversation-services:secrets`."""
    withholds: str = ""
    """What is not written before it is set: `services.billing`."""

    @property
    def shown(self) -> str:
        """Return where it is missing: `services.billing.webhook.postWebhookUrl`."""
        return ".".join(
            (self.section, self.name, *(name for name in self.path if not _INDEX.fullmatch(name)))
        )

    def told(self, stack: str, engine: str = "pulumi") -> str:
        """Say what is to be done about it, in one line."""
        what = "is a secret of each environment's own" if self.sealed else "is each environment's own"
        command = self.command(stack, engine)
        remedy = (
            f"set it: {command}"
            if command
            else f"declare {self.name} in the stack file, where it can be encrypted"
        )
        then = (
            f" ({self.withholds} is not written before it is set: then promote again)"
            if self.withholds
            else ""
        )
        return f"{self.shown} {what}, and {stack} has none{then}; {remedy}"

    def command(self, stack: str, engine: str = "pulumi") -> str:
        """Return the command that sets it, and asks for the value; "" if none can."""
        if self.in_secrets and self.path[:1] != ("webhook",):
            return ""
        root = SECRETS if self.in_secrets else f"conversation-services:{self.section}"
        place = _quoted(_joined(root, (self.name, *self.path)))
        return f"{engine} config set {'--secret ' if self.sealed else ''}--path {place} --stack {stack}"

    def mark(self, stack: str) -> str:
        """Return the comment at its place in the target's file, as `make add-stack` writes it."""
        command = self.command(stack)
        return f"{MARK}{self.shown}, with: {command}" if command else f"{MARK}{self.shown}, in the stack file"


def marked_place(line: str, stack: str) -> tuple[str, ...]:
    """Return the place that a comment marks for a stack, `("services", "a", "friendlyName")`; () if none."""
    found = _MARKED.fullmatch(line.strip())
    if not found or found[2] != stack:
        return ()
    path = found[1].removeprefix("conversation-services:").replace("'\\''", "'")
    # A list is one place, whichever of its items the command sets.
    return tuple(step[1] or step[3].replace('\\"', '"') for step in _STEP.finditer(path) if not step[2])


def _joined(root: str, path: Sequence[str]) -> str:
    return root + "".join(map(_step, path))


def _step(name: str) -> str:
    if _INDEX.fullmatch(name):
        return name
    return f".{name}" if _SIMPLE.fullmatch(name) else '["' + name.replace('"', '\\"') + '"]'


def _quoted(path: str) -> str:
    return "'" + path.replace("'", "'\\''") + "'"
