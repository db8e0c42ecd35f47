"""The runs that a state's history keeps, as the board shows them.

Counts, times and the commit are shown, and nothing that people wrote: a run's message and who started it are names of
persons more often than not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from gitops.board.model import Update
from tools.state import parsed

__all__ = ["MOST", "commit_at", "moment", "updates"]

MOST = 50
"""Runs of an environment that are read."""
KINDS = ("update", "refresh", "destroy", "import", "rename", "preview")
OPERATIONS = ("create", "update", "replace", "delete", "import", "discard", "read")
"""What is counted of a run; the halves of a replacement and what stayed the same are not."""
_COMMIT = re.compile(r"[0-9a-f]{7,64}")


def updates(environment: str, history: Iterable[Mapping[str, Any]]) -> tuple[Update, ...]:
    """Read what `StateReader.history` returns; a record that is strange is shown for what can be told of it.

    Args:
        environment: The stack's name.
        history: Its records, the newest first.
    """
    return tuple(_update(environment, each) for each in history)


def commit_at(time: str, runs: Iterable[Update]) -> str:
    """Return the commit of the run in which something was changed at a time; "" if none is known.

    Args:
        time: When it was changed, as `moment` writes it.
        runs: The newest first.
    """
    for each in runs:
        if each.began and each.began <= time:
            # What changed after its end was changed by a run that history knows nothing of: one that was killed.
            return each.commit if time <= (each.ended or time) else ""
    return ""


def moment(value: object) -> str:
    """Write a time as the board does, in UTC and to the second; "" if it is none."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        try:
            time = datetime.fromtimestamp(value, UTC)
        except (OverflowError, OSError, ValueError):
            return ""
    else:
        # Go writes nanoseconds, which Python cuts off; and a zone as Z.
        text = re.sub(r"(\.\d{6})\d+", r"\1", value) if isinstance(value, str) else value
        read = parsed(text)
        if read is None:
            return ""
        time = read.astimezone(UTC)
    return time.strftime("%Y-%m-%dT%H:%M:%SZ")


def _update(environment: str, record: Mapping[str, Any]) -> Update:
    around = record.get("environment")
    around = around if isinstance(around, Mapping) else {}
    commit = around.get("git.head")
    changes = record.get("resourceChanges")
    counts = {
        op: changes[op]
        for op in OPERATIONS
        if isinstance(changes, Mapping) and type(changes.get(op)) is int and changes[op] > 0
    }
    kind = record.get("kind")
    return Update(
        environment=environment,
        kind=kind if kind in KINDS else "run",
        succeeded=record.get("result") == "succeeded",
        began=moment(record.get("startTime")),
        ended=moment(record.get("endTime")),
        commit=commit if isinstance(commit, str) and _COMMIT.fullmatch(commit) else "",
        is_dirty=around.get("git.dirty") in (True, "true"),
        changes=counts,
    )
