"""The child that runs a Pulumi program; started by `launcher.py`, with its settings as one JSON argument.

It may import only the standard library and the project's own `pulumi`. Configuration comes by PULUMI_CONFIG and
PULUMI_CONFIG_SECRET_KEYS. Exit codes: 0, or 1 after the reason has gone to the engine.
Source: https://github.com/pulumi/pulumi/blob/master/sdk/python/cmd/pulumi-language-python-exec
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import runpy
import sys
import traceback
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pulumi
import pulumi.runtime

__all__: list[str] = []


def _main(settings: dict[str, Any]) -> int:
    pulumi.runtime.set_all_config(
        pulumi.runtime.get_config_env(), pulumi.runtime.get_config_secret_keys_env()
    )
    pulumi.runtime.configure(
        pulumi.runtime.Settings(
            monitor=settings["monitor"],
            engine=settings["engine"],
            project=settings["project"],
            stack=settings["stack"],
            organization=settings["organization"],
            parallel=settings["parallel"],
            dry_run=settings["dry_run"],
            root_directory=settings["root"],
        )
    )
    main = Path(settings["main"])
    os.chdir(main)
    sys.path[0] = str(main)
    sys.argv = [str(main)]
    # A program that fails leaves futures behind that nobody awaits; asyncio would complain of each.
    logging.getLogger("asyncio").setLevel(logging.CRITICAL)
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    # Each registration blocks a thread until the engine answers.
    threads = ThreadPoolExecutor(max_workers=4 * settings["parallel"])
    loop.set_default_executor(threads)
    try:
        loop.run_until_complete(pulumi.runtime.run_in_stack(lambda: _run(main)))
    except pulumi.RunError as error:
        pulumi.log.error(str(error))
    except Exception:  # noqa: BLE001 - whatever a program raises is its own, and told in full
        pulumi.log.error(f"program failed with an unhandled exception:\n{_own_traceback(main)}")
    else:
        return 0
    finally:
        threads.shutdown(wait=True)
        loop.close()
    return 1


def _run(main: Path) -> None:
    try:
        runpy.run_path(str(main), run_name="__main__")
    except SystemExit as stop:
        if stop.code:
            raise pulumi.RunError(f"the program ended itself with sys.exit({stop.code!r})") from None


def _own_traceback(main: Path) -> str:
    """Return the traceback from the program's first line on, without the frames that led to it."""
    frames = traceback.extract_tb(sys.exc_info()[2])
    for index, frame in enumerate(frames):
        if Path(frame.filename).is_relative_to(main):
            return traceback.format_exc(limit=index - len(frames))
    return traceback.format_exc()


if __name__ == "__main__":
    sys.exit(_main(json.loads(sys.argv[1])))
