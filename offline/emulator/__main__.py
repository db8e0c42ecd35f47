"""`python -m offline.emulator`: read the command line, serve, exit.

Exit codes: 0 after SIGTERM or SIGINT, 1 when it can't start (one error on stderr), 2 for a wrong
command line.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from pathlib import Path

from offline.emulator.server import ServerError, serve
from offline.emulator.store import StoreError


def main(arguments: list[str] | None = None) -> int:
    """Run the emulator until it is told to stop."""
    parser = argparse.ArgumentParser(
        prog=f"python -m {__package__}",
        description="A local stand-in for the Twilio Conversations API, on loopback only.",
    )
    parser.add_argument("--host", default="127.0.0.1", help="loopback address (default: 127.0.0.1)")
    parser.add_argument("--port", type=int, default=0, help="port to listen on (default: 0, a free one)")
    parser.add_argument("--state", type=Path, help="SQLite file that keeps the state (default: memory)")
    options = parser.parse_args(arguments)
    # Names may be personal data: the state file is for its owner only.
    os.umask(0o077)
    try:
        asyncio.run(serve(options.host, options.port, options.state))
    except (ServerError, StoreError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
