"""The process: a listening socket on loopback, its routes, and a clean stop.

Not for the open network: without TLS and with faults on order, it listens on a loopback address or not
at all.
"""

from __future__ import annotations

import asyncio
import ipaddress
import signal
import socket
import sys
from contextlib import closing
from pathlib import Path

from aiohttp import web

from offline.emulator.context import CONTEXT, Context
from offline.emulator.control.page import PAGE_ROUTES
from offline.emulator.control.routes import CONTROL_ROUTES
from offline.emulator.exceptions import UnknownRouteError
from offline.emulator.gate import gate
from offline.emulator.models import Model
from offline.emulator.store import Store
from offline.emulator.urls import ROUTES

__all__ = ["ServerError", "make_app", "serve"]

SHUTDOWN_TIMEOUT_SECONDS = 0.2
BACKLOG = 512


class ServerError(Exception):
    """The emulator can't listen; the text says why and what to do."""


def make_app(context: Context) -> web.Application:
    """Put the routes together."""
    app = web.Application(middlewares=[gate])
    app[CONTEXT] = context
    for (method, template), handler in {**ROUTES, **CONTROL_ROUTES, **PAGE_ROUTES}.items():
        app.router.add_route(method, template, handler)
    app.router.add_route("*", "/{path:.*}", _unknown_route)
    return app


async def serve(host: str, port: int, state: Path | None) -> None:
    """Listen until SIGTERM or SIGINT; print the address as the first line of stdout.

    Raises:
        ServerError: if the address is not loopback or is in use.
        StoreError: if the state file can't be used.
    """
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for each in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(each, stopped.set)
    with closing(_listen(host, port)) as listener, closing(Store(state)) as store:
        context = Context(Model(store), url=_url(listener), routes=tuple(map(" ".join, ROUTES)))
        runner = web.AppRunner(make_app(context), access_log=None, shutdown_timeout=SHUTDOWN_TIMEOUT_SECONDS)
        await runner.setup()
        try:
            await web.SockSite(runner, listener, backlog=BACKLOG).start()
            sys.stdout.write(f"emulator listening on {context.url}\n")
            sys.stdout.flush()
            await stopped.wait()
        finally:
            await runner.cleanup()


async def _unknown_route(request: web.Request) -> web.Response:
    raise UnknownRouteError(request.method, request.path)


def _listen(host: str, port: int) -> socket.socket:
    address = "127.0.0.1" if host == "localhost" else host
    try:
        is_loopback = ipaddress.ip_address(address).is_loopback
    except ValueError:
        is_loopback = False
    if not is_loopback:
        raise ServerError(f"cannot listen on {host}: not a loopback address\nhint: use 127.0.0.1 or ::1")
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    try:
        return socket.create_server((address, port), family=family, backlog=BACKLOG)
    except (OSError, OverflowError) as error:
        raise ServerError(
            f"cannot listen on {host} port {port}: {error}\nhint: name another port, or none for a free one"
        ) from error


def _url(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
