"""Where the processes of a run meet: Unix sockets in a folder that only the user of the run may enter.

The SDK's protocol knows no password: whoever reaches the monitor, a provider or a pack may ask for everything, the
decrypted configuration first. A port on loopback is reached by every user of the machine, a socket below a folder of
mode 0700 by this one (and root) alone.
"""

from __future__ import annotations

import itertools
import os
import shutil
import tempfile
from pathlib import Path

from offline.engine.errors import PluginError

__all__ = ["SocketFolder"]

MAX_PATH_BYTES = 100
"""What every system takes for the path of a socket: Linux 107 bytes, macOS 103."""
OWN_BYTES = len("/pulumi-engine-12345678/provider-1234")


class SocketFolder:
    """The sockets of one run; made with the first one, gone after `close`."""

    def __init__(self) -> None:
        self._folder: Path | None = None
        self._numbers = itertools.count(1)

    @property
    def folder(self) -> Path:
        """The folder, which is made if need be.

        Raises:
            PluginError: if it cannot be made.
        """
        if self._folder is None:
            # The path of a socket may not be as long as that of a file: some folders for temporary files lie too deep.
            parent = tempfile.gettempdir()
            if len(os.fsencode(parent)) > MAX_PATH_BYTES - OWN_BYTES:
                parent = "/tmp"  # noqa: S108 - mkdtemp makes a folder of its own there
            try:
                self._folder = Path(tempfile.mkdtemp(prefix="pulumi-engine-", dir=parent))
            except OSError as error:
                raise PluginError(
                    f"cannot make a folder for sockets in {parent}: {error.strerror}",
                    hint="name another one with TMPDIR",
                ) from None
        return self._folder

    def new(self, name: str) -> Path:
        """Return where one more socket may lie: `name` says what answers there."""
        return self.folder / f"{name}-{next(self._numbers)}"

    def close(self) -> None:
        """Remove the folder."""
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = None
