"""The command of the distribution, `twilio-conversations`: the same code that a clone's `make` runs, by short names.

It needs click, which every extra brings, and each of its commands what that extra names; whatever is missing is told
in one error with the extra that brings it. Results go to standard output, the rest to standard error. Exit codes are
those of what is run; 1 if something is missing.
"""

from __future__ import annotations

import importlib
import importlib.util
import io
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import click

__all__ = ["NEEDED", "main"]

NAME = "twilio-conversations"
_OWN = __name__.rpartition(".")[0]
"""The package that this is a part of."""
NEEDED = {
    "emulator": ("aiohttp",),
    "engine": ("cryptography", "ruamel.yaml", "yaml"),
    "gitops": ("aiohttp", "cryptography", "jinja2", "phonenumbers", "pulumi_policy", "ruamel.yaml", "yaml"),
    "policy": ("phonenumbers", "pulumi_policy", "yaml"),
}
"""What each extra brings besides click, as it is imported."""
_COMMANDS = {
    "adopt": ("Declare what an account has already.", "gitops.__main__", "gitops", "adopt"),
    "board": ("Show all environments at a glance, as one HTML page.", "gitops.__main__", "gitops", "board"),
    "emulator": ("Run a stand-in of Twilio's API on this machine.", "emulator.__main__", "emulator"),
    "engine": ("Run a stand-in of the Pulumi CLI.", "engine.commands.cli", "engine"),
    "gitops": ("What pipelines call: reports, deployment, promotion.", "gitops.__main__", "gitops"),
    "local-emulator": (
        "Start or stop the emulator of a project's rehearsals.",
        "_tools.local_emulator",
        "gitops",
    ),
    "policy allow": ("Add a reviewed word to the allow-list.", "policy.allow", "policy"),
    "policy path": ("Print the pack's folder, for --policy-pack.", "policy.path", "policy"),
    "scan": ("Look for personal data in names, of a file or of an account.", "policy.scan", "policy"),
    "stack": ("Run an engine on a stack, as make does in a clone.", "_tools.stack", "gitops"),
}
"""By command: what it says of itself, the module that it runs, the extra that this needs, and words that go first."""
_PASSED_ON: dict[str, Any] = {"ignore_unknown_options": True, "help_option_names": []}


def main() -> None:
    """Run the command line."""
    # As the Pulumi CLI does: whatever the locale, names keep their letters.
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", errors="replace")
    if not _is_there("click"):
        sys.exit(_missing("click", "gitops"))
    _commands()(prog_name=NAME)


def _commands() -> click.Group:
    """Make the command line: each command hands its words on as they are."""
    import click

    @click.group(no_args_is_help=True)
    @click.version_option(package_name="pulumi-twilio-conversations", prog_name=NAME)
    def group() -> None:
        """Work with Twilio Conversation Services that a Pulumi program declares."""

    @group.group("policy", no_args_is_help=True)
    def policy() -> None:
        """Find the policy pack, and have a reviewed word allowed."""

    groups = {"": group, "policy": policy}

    def add(path: str, text: str, run: Callable[[list[str]], int | None]) -> None:
        above, _, name = path.rpartition(" ")

        @groups[above].command(name, context_settings=_PASSED_ON, short_help=text, add_help_option=False)
        @click.argument("words", nargs=-1, type=click.UNPROCESSED)
        def command(words: tuple[str, ...]) -> None:
            sys.exit(run([*words]))

    for path, (text, module, extra, *first) in _COMMANDS.items():
        add(path, text, _runs(module, extra, *first))
    return group


def _runs(module: str, extra: str, *first: str) -> Callable[[list[str]], int | None]:
    """Return what runs a module's `main`, once it is asked for.

    Args:
        module: within this package.
        extra: of the distribution, which brings what the module needs.
        first: words before those that are given.
    """

    def run(words: list[str]) -> int | None:
        for name in NEEDED[extra]:
            if not _is_there(name):
                return _missing(name, extra)
        ended: int | None = importlib.import_module(f"{_OWN}.{module}").main([*first, *words])
        return ended

    return run


def _is_there(module: str) -> bool:
    try:
        return importlib.util.find_spec(module) is not None
    except ModuleNotFoundError:
        return False


def _missing(module: str, extra: str) -> int:
    sys.stderr.write(
        f"error: this command needs the Python package {module}, which is not installed\n"
        f"hint: pip install 'pulumi-twilio-conversations[{extra}]'\n"
    )
    return 1
