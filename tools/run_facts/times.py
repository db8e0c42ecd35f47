"""When a run began that was killed: kept beside the state, for neither engine keeps it.

What a killed run was creating stands in the state; whose a service of that name is, only times can tell: what was
there before that run began is somebody else's. With a file backend the time lies in `.pulumi/run-times/`, wherever the
state goes; of any other backend nothing is known, and nothing is taken over then.

    {"began": "<time>" or null, "pending": {"<URN>": "<time>", …}}

`began` is that of a run which has not ended; `pending` has for each creation that was left the time at which its run
began.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from tools.stack_files import PROJECT
from tools.state import State, parsed

__all__ = ["RunTimes"]


@dataclass(frozen=True, slots=True)
class _Known:
    began: str | None = None
    pending: Mapping[str, str] = field(default_factory=dict)

    def of(self, state: State) -> dict[str, str]:
        """Return when the run began that left each creation; one that has been finished since counts no more.

        What is there and older than that run is not finished: it is what that run was about to replace.
        """
        made = state.made()
        times = {urn: self.pending.get(urn, self.began) for urn in state.creating()}
        return {
            urn: time
            for urn, time in times.items()
            if time is not None and (urn not in made or _is_older(made[urn], time))
        }


def _is_older(made: datetime | None, time: str) -> bool:
    began = parsed(time)
    return made is not None and began is not None and made < began


class RunTimes:
    """The times of one stack's runs.

    Args:
        folder: `.pulumi` of a file backend; None for any other one.
        stack: The stack's name.
    """

    def __init__(self, folder: Path | None, stack: str) -> None:
        self._path = folder and folder / "run-times" / PROJECT / f"{stack}.json"

    def of(self, state: State) -> dict[str, datetime]:
        """Return for each creation that was left, where known, when the run began that left it."""
        times = {urn: parsed(time) for urn, time in self._load().of(state).items()}
        return {urn: time for urn, time in times.items() if time is not None}

    def begin(self, state: State | None) -> None:
        """Note that a run begins on a state."""
        if self._path is not None:
            pending = self._load().of(state) if state is not None else {}
            self._save(_Known(datetime.now(UTC).isoformat(), pending))

    def end(self, state: State | None) -> None:
        """Note that it has ended, and what it left; if that cannot be told, it counts as not ended."""
        if self._path is not None and state is not None:
            self._save(_Known(None, self._load().of(state)))

    def forget(self) -> None:
        """Know nothing any more, as of a stack that is gone."""
        if self._path is not None:
            self._save(_Known())

    def _load(self) -> _Known:
        try:
            found = json.loads(self._path.read_text(encoding="utf-8")) if self._path else {}
            began, pending = found.get("began"), found.get("pending") or {}
            times = {urn: time for urn, time in pending.items() if isinstance(time, str)}
            return _Known(began if isinstance(began, str) else None, times)
        except (OSError, ValueError, AttributeError):
            return _Known()

    def _save(self, known: _Known) -> None:
        assert self._path is not None  # noqa: S101 - the callers have looked
        if known == _Known():
            self._path.unlink(missing_ok=True)
            return
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        temporary = self._path.with_name(f".{self._path.name}.{os.getpid()}")
        temporary.touch(mode=0o600)
        temporary.write_text(
            json.dumps({"began": known.began, "pending": dict(known.pending)}), encoding="utf-8"
        )
        temporary.replace(self._path)
