"""What the state of a stack says, read as cheaply as its backend allows.

With a file backend the files of `.pulumi/` are read themselves; any other backend is asked through the engine
(`stack export`). States of both engines have the same form. Nothing is decrypted.
"""

from __future__ import annotations

import glob
import gzip
import json
import re
import urllib.parse
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tools.engine_process import run
from tools.engines import EMBEDDED
from tools.place import ROOT
from tools.stack_files import PROJECT

__all__ = ["State", "StateReader", "ask", "backend_folder", "drop_torn_attributes", "parsed", "with_backend"]

_RELATIVE = re.compile(r"""^\s+url:\s*["']?file://\./state/?["']?\s*(?:#.*)?$""", re.MULTILINE)
"""The address of the project's own state, as Pulumi.yaml has it."""
_ERRORS = (OSError, EOFError, ValueError, AttributeError, KeyError, RecursionError, TypeError)
"""What an unreadable or strange file raises."""


@dataclass(frozen=True, slots=True)
class State:
    """A stack's resources and the operations under way when it was written, as the state's JSON has them."""

    resources: list[dict[str, Any]] = field(default_factory=list)
    pending: list[dict[str, Any]] = field(default_factory=list)

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> State:
        """Take a state's or an export's document."""
        latest = document["deployment"] if "deployment" in document else document["checkpoint"]["latest"]
        latest = latest or {}
        return cls(latest.get("resources") or [], latest.get("pending_operations") or [])

    def creating(self) -> set[str]:
        """Return the URNs of what was being created."""
        return {each["resource"]["urn"] for each in self.pending if each["type"] == "creating"}

    def made(self) -> dict[str, datetime | None]:
        """Return when each resource was made, by URN (None: not told); not of what waits for its deletion."""
        return {each["urn"]: parsed(each.get("created")) for each in self.resources if not each.get("delete")}


class StateReader:
    """Reads the state of one stack.

    Args:
        engine: The engine's command.
        stack: The stack's name.
        environment: The engine's environment, which says where the state lies.
    """

    def __init__(self, engine: tuple[str, ...], stack: str, environment: Mapping[str, str]) -> None:
        self._engine = engine
        self.stack = stack
        self._environment = environment
        self.folder = backend_folder(environment)

    def state(self) -> State | None:
        """Return the state; None if there is none, or it cannot be read."""
        try:
            if self.folder is None:
                return State.of(json.loads(self._ask("export")))
            return State.of(_load(self.folder / "stacks" / PROJECT / f"{self.stack}.json"))
        except _ERRORS:
            return None

    def read(self) -> State | None:
        """Return the state; None if there is none.

        Raises:
            SystemExit: If that cannot be told: what is not known must not pass for an empty state.
        """
        if self.stack not in self.stacks():
            return None
        state = self.state()
        if state is None:
            raise SystemExit(
                f"error: the state of {self.stack} cannot be read\n"
                f"hint: look at it with: pulumi stack export --stack {self.stack}"
            )
        return state

    def stacks(self) -> set[str]:
        """Return the names of the project's stacks that have a state; a file backend is looked at, any other is asked.

        Raises:
            SystemExit: If the backend cannot be asked.
        """
        if self.folder is not None:
            names = (
                path.name.removesuffix(".gz") for path in (self.folder / "stacks" / PROJECT).glob("*.json*")
            )
            return {name.removesuffix(".json") for name in names if name.endswith(".json")}
        if self._engine == EMBEDDED:
            raise SystemExit(
                "error: PULUMI_BACKEND_URL: the embedded engine keeps a state in a folder (file://…) only\n"
                "hint: the Pulumi CLI knows every other backend: make pulumi"
            )
        listed = ask([*self._engine, "stack", "ls", "--json", "--non-interactive"], self._environment)
        return {each["name"].rpartition("/")[2] for each in json.loads(listed)}

    def history(self, most: int) -> list[dict[str, Any]]:
        """Return what is kept of past runs, the newest first; what cannot be read of it is left out.

        Args:
            most: How many at most.
        """
        if self.folder is None:
            try:
                listed = json.loads(self._ask("history", "--json", "--page-size", str(most), "--page", "1"))
            except _ERRORS:
                return []
            return [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []
        folder = self.folder / "history" / PROJECT / self.stack
        names = {path.name.partition(".history.json")[0] for path in folder.glob("*.history.json*")}
        numbered = [(int(number), name) for name in names if (number := name.rpartition("-")[2]).isdecimal()]
        found = []
        for _, name in sorted(numbered, reverse=True)[:most]:
            try:
                found.append(_load(folder / f"{name}.history.json"))
            except _ERRORS:
                continue
        return [each for each in found if isinstance(each, dict)]

    def _ask(self, *words: str) -> str:
        command = [*self._engine, "stack", *words, "--stack", self.stack, "--non-interactive"]
        done = run(command, self._environment, what=f"{self.stack}: stack {words[0]}", captured=True)
        if done.code:
            raise ValueError("the engine cannot tell")
        return done.stdout


def ask(command: Sequence[str], environment: Mapping[str, str]) -> str:
    """Run a command of an engine about a stack's state; give what it prints.

    Raises:
        SystemExit: If it fails; the text is the engine's own.
    """
    done = run(command, environment, what="the stack's state", captured=True)
    if done.asked_to_stop:
        raise SystemExit("error: stopped, as asked")
    if done.silence:
        raise SystemExit(f"error: {done.silence}")
    if done.code and "already exists" not in done.stderr:
        raise SystemExit(done.stderr.strip() or done.stdout.strip())
    return done.stdout


def backend_folder(environment: Mapping[str, str]) -> Path | None:
    """Return the folder `.pulumi` of a file backend, as the engines find it; None for any other backend."""
    backend = environment.get("PULUMI_BACKEND_URL") or _own_backend()
    if not backend.startswith("file://"):
        return None
    path = urllib.parse.unquote(re.split("[?#]", backend.removeprefix("file://"), maxsplit=1)[0])
    return ROOT / Path(path).expanduser() / ".pulumi"


def with_backend(environment: Mapping[str, str]) -> dict[str, str]:
    """Return an environment in which engines find the project's own state, whatever its folder is called.

    They decode a relative address with the working folder before it: in a folder `100%25` they would look in `100%`.
    """
    given = dict(environment)
    if given.get("PULUMI_BACKEND_URL") or not re.search("[%?#]", str(ROOT)):
        return given
    project = ROOT / "Pulumi.yaml"
    # Another backend that the project names is not to be overruled.
    if project.is_file() and _RELATIVE.search(project.read_text(encoding="utf-8", errors="replace")):
        given["PULUMI_BACKEND_URL"] = _own_backend()
    return given


def _own_backend() -> str:
    return f"file://{urllib.parse.quote(str(ROOT / 'state'))}"


def drop_torn_attributes(folder: Path | None, stack: str) -> list[str]:
    """Remove what a CLI that was killed has left half-written beside a stack's state, and name it.

    The CLI keeps a media type and a checksum in `….attrs` beside each of its files and writes it in place: cut off
    there, it says `failed to load checkpoint: EOF` to every command, though the state is whole. Without such a file it
    takes the state as it is.

    Args:
        folder: `.pulumi` of a file backend; None for any other one, where there is no such file.
        stack: The stack's name.
    """
    if folder is None:
        return []
    state, locks = folder / "stacks" / PROJECT, folder / "locks" / "organization" / PROJECT / stack
    dropped = []
    for path in [*state.glob(f"{glob.escape(stack)}.json*.attrs"), *locks.glob("*.attrs")]:
        try:
            json.loads(path.read_bytes())
        except ValueError:
            path.unlink(missing_ok=True)
            dropped.append(path.name)
        except OSError:
            continue
    return sorted(dropped)


def _load(path: Path) -> dict[str, Any]:
    """Read a JSON file, or its compressed form if that is what there is."""
    packed = path if path.suffix == ".gz" else path.with_name(f"{path.name}.gz")
    content = path.read_bytes() if path.exists() else packed.read_bytes()
    document: dict[str, Any] = json.loads(gzip.decompress(content) if content[:2] == b"\x1f\x8b" else content)
    return document


def parsed(text: object) -> datetime | None:
    """Read a time in ISO 8601, in UTC unless it says otherwise; None if it is none."""
    try:
        time = datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
    return time.replace(tzinfo=UTC) if time and time.tzinfo is None else time
