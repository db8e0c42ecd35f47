"""`python -m offline.engine`: see `commands/cli.py`."""

from __future__ import annotations

import io
import sys

from offline.engine.commands.cli import main

if __name__ == "__main__":
    # As the Pulumi CLI does: whatever the locale, names keep their letters.
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", errors="replace")
    sys.exit(main())
