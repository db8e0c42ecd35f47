"""The file backend: where stacks' states and histories lie, in the Pulumi CLI's own layout.

    <root>/.pulumi/meta.yaml                                   version: 1
                   stacks/<project>/<stack>.json               the state, and .bak, the one before this run
                   history/<project>/<stack>/<stack>-<ns>.history.json and .checkpoint.json
                   locks/organization/<project>/<stack>/       see lock.py

Bytes in, bytes out, in files and folders that only their owner may read: what a state says is `state_file.py`'s
business. Clouds and buckets are not here.
Source: https://www.pulumi.com/docs/iac/concepts/state-and-backends/
"""

from __future__ import annotations

import json
import re
import shutil
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

from offline.engine.errors import EngineError, StackNotFoundError, StateError, UnsupportedError, UsageError
from offline.engine.files.atomic_file import make_private_folder, write_atomically

__all__ = ["FileBackend", "StackRef", "find_backend_url", "parse_stack"]

ORGANIZATION = "organization"
_NAME = re.compile(r"[A-Za-z0-9_.-]{1,100}")
_VERSION = re.compile(rb"^version:\s*(\d+)\s*$", re.MULTILINE)


@dataclass(frozen=True, slots=True, order=True)
class StackRef:
    """One stack of one project."""

    project: str
    name: str

    @property
    def qualified(self) -> str:
        """The full name; this backend has one organization only."""
        return f"{ORGANIZATION}/{self.project}/{self.name}"


def parse_stack(text: str, project: str) -> StackRef:
    """Read a stack's name: `stack`, `organization/stack` or `organization/project/stack`.

    Raises:
        UsageError: if it is malformed.
    """
    *prefix, name = text.split("/")
    if len(prefix) > 2 or (prefix and prefix[0] != ORGANIZATION):
        raise UsageError(
            "a stack is named <stack> or organization/<project>/<stack>",
            hint="with a file backend the organization is the word `organization`",
        )
    if not _NAME.fullmatch(name):
        raise UsageError("a stack's name must be 1 to 100 letters, digits, hyphens, underscores or dots")
    return StackRef(prefix[1] if len(prefix) == 2 else project, name)


def find_backend_url(project_url: str, environment: Mapping[str, str]) -> str:
    """Choose the backend: PULUMI_BACKEND_URL, else the project's.

    Raises:
        UsageError: if neither names one; what the CLI has logged in to is not looked at.
    """
    url = environment.get("PULUMI_BACKEND_URL") or project_url
    if not url:
        raise UsageError(
            "no backend is named",
            hint="set PULUMI_BACKEND_URL, or backend.url in Pulumi.yaml, to file://<folder>",
        )
    return url


class FileBackend:
    """All stacks below one folder.

    Raises:
        UnsupportedError: if the URL is not a file URL, or the folder has an older or newer layout.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.root = _root(url)
        self.folder = self.root / ".pulumi"
        self._check_layout()

    def stack_path(self, ref: StackRef) -> Path:
        """Where a stack's state lies."""
        return self.folder / "stacks" / ref.project / f"{ref.name}.json"

    def lock_folder(self, ref: StackRef) -> Path:
        """Where a stack's locks lie."""
        return self.folder / "locks" / ORGANIZATION / ref.project / ref.name

    def exists(self, ref: StackRef) -> bool:
        """Tell whether there is such a stack."""
        for suffix in (".gz", ".zst"):
            if self.stack_path(ref).with_suffix(f".json{suffix}").exists():
                raise UnsupportedError(f"a compressed state ({suffix})")
        return self.stack_path(ref).is_file()

    def stacks(self, project: str) -> list[StackRef]:
        """List the stacks of a project."""
        paths = (self.folder / "stacks" / project).glob("*.json")
        return sorted(StackRef(project, path.stem) for path in paths if _NAME.fullmatch(path.stem))

    def read(self, ref: StackRef) -> bytes:
        """Read a stack's state.

        Raises:
            StackNotFoundError: if there is no such stack.
        """
        if not self.exists(ref):
            raise StackNotFoundError(ref.name, str(self.root))
        return self.stack_path(ref).read_bytes()

    def write(self, ref: StackRef, content: bytes) -> None:
        """Replace a stack's state.

        Raises:
            StateError: if it cannot be written; the old one stands.
        """
        path = self.stack_path(ref)
        try:
            make_private_folder(self.folder, levels=1)
            make_private_folder(path.parent, levels=2)
            write_atomically(path, content, private=True)
        except OSError as error:
            raise StateError(f"cannot write the state {path}: {error.strerror}") from None

    def create(self, ref: StackRef, content: bytes) -> None:
        """Make a stack, and the folder's layout if it is new.

        Raises:
            EngineError: if there is one of that name.
        """
        if self.exists(ref):
            raise EngineError(f"the stack {ref.name} exists already")
        meta = self.folder / "meta.yaml"
        if not meta.exists():
            make_private_folder(self.folder, levels=1)
            write_atomically(meta, b"version: 1\n")
        self.write(ref, content)

    def keep_previous(self, ref: StackRef) -> None:
        """Copy the state to `.bak`, for the time when a run turns out to have been a mistake."""
        path = self.stack_path(ref)
        if path.exists():
            write_atomically(
                path.with_name(f"{path.name}.bak"), path.read_bytes(), durable=False, private=True
            )
            # What the CLI noted about the old content (a checksum) would be wrong from now on.
            for name in (f"{path.name}.attrs", f"{path.name}.bak.attrs"):
                path.with_name(name).unlink(missing_ok=True)

    def remove(self, ref: StackRef) -> None:
        """Remove a stack with its history; its last state stays as `.bak`."""
        path = self.stack_path(ref)
        self.keep_previous(ref)
        path.unlink(missing_ok=True)
        shutil.rmtree(self.folder / "history" / ref.project / ref.name, ignore_errors=True)

    def add_history(self, ref: StackRef, record: Mapping[str, Any]) -> None:
        """Note a run that has ended, with the state it left; the newest has the highest number."""
        state = self.read(ref)
        stamp = time.time_ns()
        history = self.folder / "history" / ref.project / ref.name
        make_private_folder(history, levels=3)
        text = json.dumps(record, ensure_ascii=False, separators=(",", ":"))
        write_atomically(history / f"{ref.name}-{stamp}.checkpoint.json", state, durable=False, private=True)
        write_atomically(
            history / f"{ref.name}-{stamp}.history.json", text.encode(), durable=False, private=True
        )

    def _check_layout(self) -> None:
        meta = self.folder / "meta.yaml"
        if meta.exists():
            match = _VERSION.search(meta.read_bytes())
            if match is None or match[1] != b"1":
                raise UnsupportedError(
                    f"the layout of {self.folder}, whose meta.yaml does not say version 1,"
                )
        elif next((self.folder / "stacks").glob("*.json"), None) is not None:
            raise UnsupportedError(f"the old layout of {self.folder}, with stacks of no project,")


def _root(url: str) -> Path:
    """Read the address of a folder as the CLI does: its path is made absolute first, and decoded then."""
    if not url.startswith("file://"):
        scheme = url.partition("://")[0]
        raise UnsupportedError(f"the backend {scheme}://")
    path = re.split("[?#]", url.removeprefix("file://"), maxsplit=1)[0]
    if path == "~" or path.startswith("~/"):
        base, path = Path.home(), path[2:]
    else:
        base = Path.cwd()
    if not path.startswith("/"):
        if re.search("[%?#]", str(base)):
            raise UsageError(
                f"the address {url} is relative to a folder whose name an address cannot hold as it is: {base}",
                hint=f"set PULUMI_BACKEND_URL=file://{quote(str(base / unquote(path)))}",
            )
        path = str(base / path)
    if re.search("%(?![0-9A-Fa-f]{2})", path):
        raise UsageError(f"the address {url} holds a % by itself", hint="write it as %25")
    return Path(unquote(path)).absolute()
