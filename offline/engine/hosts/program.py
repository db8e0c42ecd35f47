"""Running a program once: its process, the services it talks to, and whether it came to a good end."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Final

from offline.engine.errors import PluginError
from offline.engine.hosts.analyzer import Analyzers
from offline.engine.hosts.monitor import Monitor, Registrar
from offline.engine.hosts.processes import Child
from offline.engine.hosts.run import Run
from offline.engine.model.durations import format_seconds
from offline.engine.model.events import Diagnostic

__all__ = ["run_program"]

_PROGRAM: Final = Path(__file__).with_name("program_main.py")


async def run_program(run: Run, registrar: Registrar, analyzers: Analyzers) -> None:
    """Run the program until it ends or the run stops; a program that fails stops the run.

    Returns only once every operation that it began has ended.
    """
    monitor = Monitor(
        run.target, run.options.parallel, dry_run=run.dry_run, registrar=registrar, emit=run.emit
    )
    address = await monitor.start(run.sockets.new("monitor"))
    child: Child | None = None
    try:
        loading = asyncio.create_task(analyzers.start())
        child = await _start(run, address)
        await _wait(run, monitor, child)
        if not run.stopping.is_set():
            await _judge(run, monitor, child)
        if run.stopping.is_set():
            loading.cancel()
        await asyncio.gather(loading, return_exceptions=True)
        await monitor.settle()
    finally:
        if child is not None:
            await child.end()
        await monitor.close()


async def _start(run: Run, address: str) -> Child:
    target = run.target
    settings = {
        "monitor": address,
        "engine": address,
        "project": target.project,
        "stack": target.stack,
        "organization": target.organization,
        "parallel": run.options.parallel,
        "dry_run": run.dry_run,
        "root": str(target.root),
        "main": str(target.main),
    }
    return await Child.start(
        "the program",
        [str(_PROGRAM), json.dumps(settings)],
        python=target.python,
        folder=target.main,
        environment={
            "PULUMI_CONFIG": json.dumps(dict(target.config)),
            "PULUMI_CONFIG_SECRET_KEYS": json.dumps(sorted(target.secret_keys)),
        },
        on_line=lambda severity, line: run.emit(Diagnostic(severity, line)),
        prints_port=False,
        sockets=run.sockets.folder,
    )


async def _wait(run: Run, monitor: Monitor, child: Child) -> None:
    """Wait until the program ends or the run stops."""
    ends = [asyncio.create_task(child.ended()), asyncio.create_task(run.stopping.wait())]
    watch = asyncio.create_task(_watch(run, monitor))
    await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
    for task in (*ends, watch):
        task.cancel()


async def _watch(run: Run, monitor: Monitor) -> None:
    """Tell of a program that says nothing for long, and stop the run at the limit."""
    notice, limit = run.options.notice_seconds, run.options.call_seconds
    noticed = False
    while (quiet := monitor.quiet_seconds) < limit:
        if quiet < notice:
            noticed = False
        elif not noticed:
            noticed = True
            text = f"the program has said nothing for {format_seconds(notice)}; it has {format_seconds(limit)} in all"
            run.emit(Diagnostic("warning", text))
        await asyncio.sleep((limit if noticed else notice) - quiet)
    run.fail(
        PluginError(
            f"the program has neither declared anything nor ended for {format_seconds(limit)}",
            hint="if it does need longer, set ENGINE_CALL_SECONDS",
        )
    )


async def _judge(run: Run, monitor: Monitor, child: Child) -> None:
    """Stop the run unless the program has declared everything and ended well."""
    code = await child.ended()
    if code == 0 and monitor.done:
        return
    if code == 0:
        run.fail(PluginError("the program ended before it had declared everything"))
    elif monitor.errors:
        # The program has told its reason already.
        run.failed = True
        run.stopping.set()
    else:
        run.fail(PluginError(await child.how_it_ended()))
