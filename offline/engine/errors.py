"""What the engine reports as one clear message instead of a traceback.

    EngineError                 anything that ends a command; exit code 1
    ├── UsageError              the command line is wrong; exit code 2
    ├── UnsupportedError        outside the subset that this engine runs; names the real CLI
    ├── ProjectError            Pulumi.yaml or a stack file is missing or wrong
    ├── StackNotFoundError      there is no such stack, or none is named; exit code 6
    ├── StateError              the state is missing, damaged or of a kind that this engine does not read
    ├── PassphraseError         the passphrase is missing or wrong
    ├── LockError               another run holds the stack
    ├── PluginError             a program, provider or policy process did not start, or died
    ├── ChangesError            --expect-no-changes, and there were changes; exit code 7
    └── CancelledError          stopped by a person before the end

None is worth a retry by itself but LockError, once its holder is done.
Exit codes are the CLI's: https://github.com/pulumi/pulumi/blob/master/pkg/cmd/pulumi/cmd/exit_codes.go
"""

from __future__ import annotations

from collections.abc import Sequence

__all__ = [
    "CancelledError",
    "ChangesError",
    "EngineError",
    "LockError",
    "PassphraseError",
    "PluginError",
    "ProjectError",
    "StackNotFoundError",
    "StateError",
    "UnsupportedError",
    "UsageError",
]


class EngineError(Exception):
    """Raised for all that ends a command with a message; `hint` says what to do next."""

    exit_code = 1

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        message = super().__str__()
        return f"{message}\nhint: {self.hint}" if self.hint else message


class UsageError(EngineError):
    """Raised if the command line is wrong."""

    exit_code = 2


class UnsupportedError(EngineError):
    """Raised if a feature of Pulumi is asked for that only the real CLI has."""

    def __init__(self, feature: str) -> None:
        super().__init__(
            f"{feature} is outside what the embedded engine runs",
            hint="the Pulumi CLI has it (make pulumi): https://www.pulumi.com/docs/iac/download-install/",
        )


class ProjectError(EngineError):
    """Raised if Pulumi.yaml or a stack file is missing or wrong; the message names file and key."""


class StackNotFoundError(EngineError):
    """Raised if there is no stack of a name in `place` (`known`: what there is), or none was named (empty name)."""

    exit_code = 6

    def __init__(self, name: str = "", place: str = "", known: Sequence[str] = ()) -> None:
        if name:
            there = f"there are {', '.join(known)}; " if known else ""
            where = f"no stack named {name!r} in {place} (PULUMI_BACKEND_URL)"
            super().__init__(where, hint=f"{there}`stack init` makes one")
        else:
            super().__init__("no stack named", hint="name one with --stack or PULUMI_STACK")


class StateError(EngineError):
    """Raised if the state is missing, damaged or of a version that this engine does not read."""


class PassphraseError(EngineError):
    """Raised if the passphrase is missing or does not fit the stack."""


class LockError(EngineError):
    """Raised if another run holds the stack; the message names its holder."""


class PluginError(EngineError):
    """Raised if a program, provider or policy process did not start, or died."""


class ChangesError(EngineError):
    """Raised if --expect-no-changes was given and there were changes."""

    exit_code = 7


class CancelledError(EngineError):
    """Raised if a person stopped the run, or said no to it; what was done by then is recorded."""
