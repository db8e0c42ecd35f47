"""Turn make's variables into a command: `python -m tools.make up`, called by the Makefile alone.

The variables come by environment, never by substitution into a recipe, so that no shell reads them: `ARGS` may hold
a URN with its `$`, and a name with a quote in it is only a wrong name. `ARGS` is split into words as a shell splits
them, quotes and backslashes included, and nothing in it is expanded.
"""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Mapping

__all__ = ["DEFAULTED", "ENTRY", "VARIABLES", "command", "main"]

ENTRY = ("NAME", "REASON", "OWNER", "UNTIL", "SERVICE", "INPUT", "STACKS", "FILE")
"""What `make allow` writes, and the NAME of `make add-stack`; the Makefile takes these from the command line alone."""
DEFAULTED = "DEFAULTED"
"""Names of the variables that nobody gave: what makes or removes a stack takes no default for one."""
VARIABLES = ("STACK", "ARGS", "BASE", "REVIEWED", "FROM", "TO", "SCENARIOS", "SEED")
"""Variables of the Makefile that only say what to run; the command itself does not see them."""


def command(target: str, given: Mapping[str, str]) -> list[str]:
    """Return module and arguments that a target stands for.

    Args:
        target: One of the Makefile's targets that take variables.
        given: `VARIABLES` and `ENTRY` by name; an absent one is empty.

    Raises:
        SystemExit: If ARGS cannot be split, or there is no such target.
    """
    stack, arguments = given.get("STACK", ""), _words(given.get("ARGS", ""))

    def chosen(name: str) -> str:
        return "" if name in given.get(DEFAULTED, "").split() else given.get(name, "")

    match target:
        case "up" | "preview" | "refresh" | "destroy" | "outputs" | "cancel":
            return ["tools.stack", target, f"--stack={stack}", "--", *arguments]
        case "env":
            return ["tools.stack", target, f"--stack={stack}"]
        case "preview-report" | "drift-report" | "adopt":
            return ["gitops", target, f"--stack={stack}", *arguments]
        case "deploy":
            reviewed = given.get("REVIEWED") or f"reports/{stack}.json"
            return ["gitops", target, f"--stack={stack}", f"--reviewed={reviewed}", *arguments]
        case "diff" | "promote":
            pair = (f"--from={given.get('FROM', '')}", f"--to={given.get('TO', '')}")
            return ["gitops", target, *pair, *arguments]
        case "add-stack":
            return [
                "gitops",
                target,
                f"--from={chosen('FROM')}",
                f"--name={given.get('NAME', '')}",
                *arguments,
            ]
        case "release" | "remove-stack":
            return ["gitops", target, f"--stack={chosen('STACK')}", *arguments]
        case "board":
            return ["gitops", target, *arguments]
        case "changed-stacks":
            return ["gitops", target, f"--base={given.get('BASE', '')}", *arguments]
        case "allow":
            entry = (f"--{key.lower()}={given[key]}" for key in ENTRY if given.get(key))
            return ["policy.allow", f"--stack={stack}", *entry]
        case "test":
            return ["pytest", *arguments]
        case "chaos":
            played = (f"--scenarios={given.get('SCENARIOS', '')}", f"--seed={given.get('SEED', '')}")
            return ["tests.chaos", *played, *arguments]
        case "bench":
            return ["tests.bench", *arguments]
        case "eval-pii":
            return ["research.pii.evaluate", *arguments]
    raise SystemExit(f"error: the target {target} takes no variables")


def _words(text: str) -> list[str]:
    try:
        return shlex.split(text)
    except ValueError as error:
        raise SystemExit(
            f"error: ARGS: cannot be split into words: {str(error).lower()}\n"
            "hint: quote within it as in a shell: ARGS='--message \"two words\"'"
        ) from None


def main(target: str) -> None:
    """Become the command."""
    words = command(target, os.environ)
    environment = {
        name: value for name, value in os.environ.items() if name not in (*VARIABLES, *ENTRY, DEFAULTED)
    }
    os.execve(sys.executable, [sys.executable, "-m", *words], environment)  # noqa: S606 - a list, not a shell


if __name__ == "__main__":
    main(*sys.argv[1:])
