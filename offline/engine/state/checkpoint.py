"""Writes the state of a running operation: whole, and on disk before the caller goes on.

What to write when is the working state's decision; it calls from one thread at a time.
"""

from __future__ import annotations

import threading

from offline.engine.model.resource import Snapshot
from offline.engine.state.backend import FileBackend, StackRef
from offline.engine.state.state_file import StateCodec

__all__ = ["CheckpointWriter"]


class CheckpointWriter:
    """Writes one stack's state; the state before the first write is kept as `.bak`."""

    def __init__(self, backend: FileBackend, ref: StackRef, codec: StateCodec) -> None:
        self._backend = backend
        self._ref = ref
        self._codec = codec
        self._lock = threading.Lock()
        self.writes = 0
        """Times that the file was written."""

    def save(self, snapshot: Snapshot) -> None:
        """Write a snapshot and wait until the disk has it; calls must come in the order of their age.

        Raises:
            StateError: if it cannot be written; the file is as it was.
        """
        with self._lock:
            if self.writes == 0:
                self._backend.keep_previous(self._ref)
            self._backend.write(self._ref, self._codec.encode(snapshot))
            self.writes += 1
