"""The way in and out of every API request: log, limit, fault, latency, error body.

The work of a request is done before its latency passes, and a client that goes away does not undo it. Control
routes and the page for people pass through untouched.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
import socket
import struct
from collections.abc import Awaitable, Callable

from aiohttp import web

from offline.emulator.context import CONTEXT
from offline.emulator.control.faults import Fault, FaultKind
from offline.emulator.control.journal import UNKNOWN_ROUTE
from offline.emulator.exceptions import ApiError, StatusError
from offline.emulator.responses import ACCOUNT_SID

__all__ = ["CATCH_ALL", "CONTROL_PREFIX", "gate"]

CONTROL_PREFIX = "/_emulator/"
CATCH_ALL = "/{path}"
TOO_MANY = StatusError(429)


@web.middleware
async def gate(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """Log an API request, do its work, let the latency pass, answer or fail as ordered."""
    if request.path.startswith(CONTROL_PREFIX) or (request.method == "GET" and request.path == "/"):
        return await handler(request)
    context = request.app[CONTEXT]
    route = route_name(request)
    journal = context.journal
    entry = journal.begin(request.method, request.path, route)
    status: int | None = None
    if 0 < context.most_in_flight < journal.in_flight:
        journal.end(entry, TOO_MANY.status)
        return web.json_response(TOO_MANY.body(), status=TOO_MANY.status)
    try:
        fault = context.faults.take(route)
        answer = await _work(request, handler, fault)
        entry.account_sid = request.get(ACCOUNT_SID)
        slow_seconds = fault.seconds if fault and fault.kind is FaultKind.SLOW else 0.0
        await asyncio.sleep(context.latency_seconds + slow_seconds)
        status = answer.status if answer else None
    finally:
        # Noted before the answer leaves: who has it can rely on the log.
        journal.end(entry, status)
    if answer is None:
        return _reset(request)
    if fault and fault.kind is FaultKind.TRUNCATE:
        return await _truncate(request, answer)
    return answer


def route_name(request: web.Request) -> str:
    """Name the route of a request: "METHOD /template", or UNKNOWN_ROUTE."""
    resource = request.match_info.route.resource
    if resource is None or resource.canonical == CATCH_ALL:
        return UNKNOWN_ROUTE
    return f"{request.method} {resource.canonical}"


async def _work(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]], fault: Fault | None
) -> web.Response | None:
    """Do the work, unless a fault forbids it; None stands for a connection to be reset."""
    try:
        # Read whole in any case: a client still sending would see a reset as a broken pipe.
        await request.read()
        if fault and fault.kind is FaultKind.RESET_BEFORE:
            return None
        if fault and fault.kind is FaultKind.LATE:
            # A coroutine that a reset throws away unawaited would warn; a function called in time does not.
            request.app[CONTEXT].do_later(fault.seconds, lambda: handler(request))
        if fault and fault.kind in (FaultKind.STATUS, FaultKind.LATE):
            raise StatusError(fault.status, fault.retry_after)
        answer = await handler(request)
        if not isinstance(answer, web.Response):
            raise TypeError("a handler of the API makes a whole answer")
    except ApiError as error:
        answer = web.json_response(error.body(), status=error.status, headers=error.headers)
    except web.HTTPException as error:
        answer = web.json_response(StatusError(error.status).body(), status=error.status)
    except ConnectionError:
        # The client went away before its request was whole: nothing was begun, nobody is there to answer.
        return None
    except Exception:
        logging.exception("%s failed", route_name(request))
        answer = web.json_response(StatusError(500).body(), status=500)
    answer.headers["Twilio-Request-Id"] = f"RQ{secrets.token_hex(16)}"
    return None if fault and fault.kind is FaultKind.RESET_AFTER else answer


def _reset(request: web.Request) -> web.Response:
    """Send a TCP reset in place of an answer."""
    if request.transport is not None:
        sock: socket.socket | None = request.transport.get_extra_info("socket")
        if sock is not None:
            # Without lingering, closing sends RST; abort() alone would send FIN when nothing is left unread.
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        request.transport.abort()
    return web.Response()


async def _truncate(request: web.Request, answer: web.Response) -> web.StreamResponse:
    """Send the head and half the body, then close; of an answer without a body, half the status line."""
    body = answer.body if isinstance(answer.body, bytes) else b""
    transport = request.transport
    if not body and transport is not None:
        transport.write(b"HTTP/1.1 ")
    partial = web.StreamResponse(status=answer.status, headers=answer.headers)
    if body:
        partial.content_length = len(body)
        await partial.prepare(request)
        await partial.write(body[: len(body) // 2])
    if transport is not None:
        transport.close()
    return partial
