"""Questions to a person at a terminal; one who leaves (ctrl-C, ctrl-D) ends the command by `click.Abort`."""

from __future__ import annotations

from collections.abc import Sequence

import click

__all__ = ["ask_secret", "choose"]


def choose(question: str, answers: Sequence[str], *, default: str) -> str:
    """Ask until one of some words, or its beginning, is given; an empty line is the default."""
    asked = f"{question} [{'/'.join(answers)}] ({default})"
    while True:
        given = click.prompt(asked, default=default, show_default=False).strip().lower()
        matches = [answer for answer in answers if answer.startswith(given)]
        if len(matches) == 1:
            return matches[0]
        click.echo(f"please answer {', '.join(answers[:-1])} or {answers[-1]}")


def ask_secret(question: str, again: str | None = None) -> str:
    """Read a line that is not shown; `again` asks for it a second time, until both are the same."""
    answer: str = click.prompt(
        question, hide_input=True, default="", show_default=False, confirmation_prompt=again or False
    )
    return answer
