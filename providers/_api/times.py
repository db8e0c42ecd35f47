"""When each request began and ended, for whoever wants to know where the time of a run goes.

The file that TWILIO_REQUEST_TIMES names gets a line for each, `<begin> <end>`, in seconds of the system's monotonic
clock; nothing of what was asked stands there. Without the variable, or with a file that cannot be written, nothing is.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

__all__ = ["VARIABLE", "RequestTimes"]

VARIABLE = "TWILIO_REQUEST_TIMES"


class RequestTimes:
    """The file of one process.

    Args:
        environ: names it.
    """

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._file: int | None = None
        if name := environ.get(VARIABLE):
            with contextlib.suppress(OSError):
                self._file = os.open(name, os.O_WRONLY | os.O_APPEND)

    @contextmanager
    def one(self) -> Iterator[None]:
        """Note a request that begins and ends here."""
        if self._file is None:
            yield
            return
        begin = time.monotonic()
        try:
            yield
        finally:
            with contextlib.suppress(OSError):
                os.write(self._file, f"{begin:.6f} {time.monotonic():.6f}\n".encode())
