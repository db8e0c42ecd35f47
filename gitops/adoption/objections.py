"""What the policy on personal data says of names, asked before anything is written.

The pack stands alone, so that it is asked as a command; it repeats no name, and neither does anything here.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from gitops.exits import GitopsError
from tools.place import POLICY, ROOT

__all__ = ["Judgement", "judged", "objections"]

SECONDS = 300
"""The longest that the names of an account may take; a thousand take some seconds."""
LISTS = ("allow-list.yaml", "policy/allow-list.yaml")
"""Where an allow-list may lie, the one that counts first."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the policy finds in a text: the kinds of personal data that stop an update, and those it advises of."""

    stops: tuple[str, ...]
    advises: tuple[str, ...]


def objections(texts: Iterable[str], stack: str) -> dict[str, tuple[str, ...]]:
    """Give the kinds of personal data for each text that the policy stops.

    Args:
        texts: Names, and texts of messages.
        stack: For which entries of the allow-list may be.

    Raises:
        GitopsError: If the policy cannot be asked.
    """
    return {text: found.stops for text, found in judged(texts, stack).items() if found.stops}


def judged(texts: Iterable[str], stack: str) -> dict[str, Judgement]:
    """Give what the policy finds, for each text in which it finds anything.

    Args:
        texts: Names, and texts of messages.
        stack: For which entries of the allow-list may be.

    Raises:
        GitopsError: If the policy cannot be asked.
    """
    asked = [*dict.fromkeys(text for text in texts if text)]
    if not asked:
        return {}
    command = [sys.executable, "-m", f"{POLICY}.scan", "--json", "--stack", stack]
    if (allowed := _allow_list()) is not None:
        command += ["--allow-list", str(allowed)]
    lines = "".join(json.dumps({"text": text}) + "\n" for text in asked)
    try:
        done = subprocess.run(
            command, cwd=ROOT, input=lines, capture_output=True, text=True, check=False, timeout=SECONDS
        )
    except subprocess.TimeoutExpired:
        raise GitopsError(f"the policy on names has not answered within {SECONDS} s") from None
    if done.returncode:
        reason = done.stderr.strip().removeprefix("error: ") or f"exit code {done.returncode}"
        raise GitopsError(f"the policy on names cannot be asked: {reason}")
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    found = {
        text: Judgement(tuple(answer["kinds"]), tuple(answer["advised"]))
        for text, answer in zip(asked, answers, strict=True)
    }
    return {text: each for text, each in found.items() if each.stops or each.advises}


def _allow_list() -> Path | None:
    return next((ROOT / each for each in LISTS if (ROOT / each).exists()), None)
