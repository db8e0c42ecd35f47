"""One command's view of the world: its project, backend, stack, passphrase and terminal.

Opened by the command line; everything that reads files or the environment on the way to a stack goes through here.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from offline.engine.errors import StackNotFoundError
from offline.engine.files.project import Project, find_project, load_project
from offline.engine.files.stack_config import StackFile, load_stack_file
from offline.engine.files.stack_file import StackFileEditor
from offline.engine.state.backend import FileBackend, StackRef, find_backend_url, parse_stack
from offline.engine.state.crypto import PassphraseCrypter, new_salt_state, read_passphrase
from offline.engine.state.state_file import StateDocument, parse_state

__all__ = ["Stack", "Workspace", "is_interactive"]


def is_interactive(environment: Mapping[str, str], *, refused: bool = False) -> bool:
    """Tell whether a person can be asked: a terminal on both ends, no CI, and no --non-interactive."""
    if refused or environment.get("TERM") == "dumb" or environment.get("PULUMI_NON_INTERACTIVE"):
        return False
    if environment.get("CI", "").lower() in ("1", "true"):
        return False
    return sys.stdin.isatty() and sys.stdout.isatty()


@dataclass(slots=True)
class Workspace:
    """A project and its backend, found from a folder."""

    project: Project
    backend: FileBackend
    environment: Mapping[str, str]
    interactive: bool
    ask_secret: Callable[..., str]
    """`(question, again)` reads a line from a person without showing it, and again if there is such a question."""
    _passphrase: str | None = field(default=None, repr=False)

    @classmethod
    def open(cls, *, interactive: bool, ask_secret: Callable[..., str]) -> Workspace:
        """Find the project from the current folder.

        Raises:
            ProjectError: if there is none, or it is wrong.
            UnsupportedError: if its backend is not a folder.
        """
        environment = os.environ
        project = load_project(find_project(Path.cwd()))
        url = find_backend_url(project.backend_url, environment)
        return cls(project, FileBackend(url), environment, interactive, ask_secret)

    def ref(self, name: str = "") -> StackRef:
        """Return the stack of a name, or the one that PULUMI_STACK names.

        Raises:
            StackNotFoundError: if none is named.
            UsageError: if the name is malformed.
        """
        name = name or self.environment.get("PULUMI_STACK", "")
        if not name:
            raise StackNotFoundError
        return parse_stack(name, self.project.name)

    def stack(self, name: str = "", config_file: str = "") -> Stack:
        """Return a stack that exists; `config_file` takes the place of its usual file.

        Raises:
            StackNotFoundError: if there is no such stack.
        """
        ref = self.ref(name)
        if not self.backend.exists(ref):
            known = [each.name for each in self.backend.stacks(ref.project)]
            raise StackNotFoundError(ref.name, str(self.backend.root), known)
        return Stack(self, ref, self.config_path(ref, config_file))

    def config_path(self, ref: StackRef, config_file: str = "") -> Path:
        """Return where a stack's configuration lies."""
        return Path(config_file).absolute() if config_file else self.project.stack_file(ref.name)

    def passphrase(self, question: str = "Passphrase of the stack's secrets", again: str = "") -> str:
        """Return the passphrase, asking for it once if need be.

        Raises:
            PassphraseError: if there is none and nobody can be asked.
        """
        if self._passphrase is None:
            ask = partial(self.ask_secret, question, again) if self.interactive else None
            self._passphrase = read_passphrase(self.environment, ask)
        return self._passphrase

    def new_passphrase(self) -> str:
        """Return the passphrase for a new stack; asked for twice if need be.

        Raises:
            PassphraseError: if there is none and nobody can be asked.
        """
        return self.passphrase("Passphrase to protect the stack's secrets with", "The same passphrase again")


@dataclass(slots=True)
class Stack:
    """One stack that exists, with its configuration file."""

    workspace: Workspace
    ref: StackRef
    config_path: Path
    _crypters: dict[str, PassphraseCrypter] = field(default_factory=dict, repr=False)

    def file(self) -> StackFile:
        """Read the stack's configuration file, secrets closed."""
        return load_stack_file(self.config_path, self.workspace.project.name)

    def document(self) -> StateDocument:
        """Read the stack's state, secrets closed."""
        return parse_state(self.workspace.backend.read(self.ref), self.ref)

    def crypter(self, salt_state: str) -> PassphraseCrypter:
        """Return what opens secrets sealed under a salt; the key is derived when first needed."""
        if salt_state not in self._crypters:
            self._crypters[salt_state] = PassphraseCrypter(salt_state, self.workspace.passphrase)
        return self._crypters[salt_state]

    def own_crypter(self) -> PassphraseCrypter:
        """Return what seals and opens this stack's secrets; a salt is made and noted in its file if it has none.

        Raises:
            PassphraseError: if a salt must be made and there is no passphrase.
        """
        file = self.file()
        salt_state = file.salt_state or self.document().salt_state
        if not salt_state:
            salt_state = new_salt_state(self.workspace.new_passphrase())
        if not file.salt_state:
            self.note_salt(salt_state)
        return self.crypter(salt_state)

    def note_salt(self, salt_state: str) -> None:
        """Write the salt to the stack's file."""
        editor = StackFileEditor(self.config_path, self.workspace.project.name)
        editor.set_salt(salt_state)
        editor.save()
