"""Ctrl-C, and requests to end: the first lets operations in flight end and be recorded, the second does not wait."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable
from types import TracebackType

__all__ = ["Interrupts"]

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Interrupts:
    """Listens for signals inside the running event loop, until its `with` block ends.

    `cancel` is set by the first signal; the second cancels the task that entered, the third ends the process.
    """

    def __init__(self, say: Callable[[str], None]) -> None:
        self.cancel = asyncio.Event()
        self._say = say
        self._count = 0
        self._loop = asyncio.get_running_loop()
        self._task = asyncio.current_task()

    def __enter__(self) -> Interrupts:
        for number in _SIGNALS:
            self._loop.add_signal_handler(number, self._take)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for number in _SIGNALS:
            self._loop.remove_signal_handler(number)

    def _take(self) -> None:
        self._count += 1
        match self._count:
            case 1:
                self._say("letting operations under way end; press again to stop at once")
                self.cancel.set()
            case 2:
                self._say("stopping at once; what operations under way come to is not recorded")
                if self._task is not None:
                    self._task.cancel()
            case _:
                os._exit(130)
