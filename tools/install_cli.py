"""Install the Pulumi CLI under the clone, in the version of the SDK, with the SDK's own installer.

Usage: `python -m tools.install_cli`. It needs the network; without it the embedded engine goes on serving.
"""

from __future__ import annotations

import importlib.metadata
import sys

from pulumi.automation import PulumiCommand
from semver import VersionInfo

from tools.engines import CLI_FOLDER

__all__ = ["main"]


def main() -> None:
    """Install, or end with one line that says why not."""
    version = importlib.metadata.version("pulumi")
    print(f"installing the Pulumi CLI {version} into {CLI_FOLDER.name}/", file=sys.stderr, flush=True)
    try:
        PulumiCommand.install(root=str(CLI_FOLDER), version=VersionInfo.parse(version))
    except Exception as error:  # noqa: BLE001 - the installer's errors have no common class
        reason = (str(error).strip() or type(error).__name__).splitlines()[-1]
        raise SystemExit(
            f"error: cannot install the Pulumi CLI {version}: {reason}\n"
            "hint: the embedded engine needs no installation; make up uses it by itself"
        ) from None
    print("the next command uses it", file=sys.stderr)


if __name__ == "__main__":
    main()
