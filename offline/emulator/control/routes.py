"""Control routes below /_emulator/: what a test may see and do that the API does not offer.

No authentication, JSON in and out; an order that can't be taken is `{"error": …}` with 400, what
is not there 404. Not part of Twilio's API.
"""

from __future__ import annotations

import json
import os
from collections.abc import Awaitable, Callable

from aiohttp import web

from offline.emulator.context import CONTEXT
from offline.emulator.control.alterations import WAYS
from offline.emulator.control.faults import Fault, FaultError
from offline.emulator.exceptions import ApiError, NotFoundError
from offline.emulator.kinds import Kind
from offline.emulator.models import ACCOUNT_SID
from offline.emulator.resources import CONVERSATION, KINDS, ROLE, SERVICE
from offline.emulator.responses import shape
from offline.emulator.store import Row

__all__ = ["CONTROL_ROUTES"]

Body = dict[str, object]
Handler = Callable[[web.Request], Awaitable[web.Response]]


class OrderError(Exception):
    """A control request that can't be taken."""


async def info(request: web.Request) -> web.Response:
    """Tell who answers."""
    context = request.app[CONTEXT]
    path = context.model.store.path
    state = None if path is None else str(path)
    return web.json_response(
        {"name": "twilio-conversations-emulator", "pid": os.getpid(), "state": state, "url": context.url}
    )


async def reset(request: web.Request) -> web.Response:
    """Clear data, accounts, log, faults, alterations, late work, latency and limit."""
    request.app[CONTEXT].reset()
    return web.Response(status=204)


async def state(request: web.Request) -> web.Response:
    """List all services, with what they hold, over all accounts, in order of creation."""
    context = request.app[CONTEXT]
    store = context.model.store
    kinds = [kind for kind in KINDS if kind.parent is SERVICE]
    held: dict[tuple[str | None, str], list[object]] = {}
    for kind in kinds:
        for row in store.all(kind.name):
            held.setdefault((row.parent_sid, kind.key), []).append(shape(kind, row, context.url))

    def contents(sid: str) -> dict[str, object]:
        return {
            kind.key: held[sid, kind.key][0] if kind.is_single else held.get((sid, kind.key), [])
            for kind in kinds
        }

    services = [{**shape(SERVICE, row, context.url), **contents(row.sid)} for row in store.all(SERVICE.name)]
    return web.json_response({"services": services})


async def requests(request: web.Request) -> web.Response:
    """Tell what the API was asked."""
    return web.json_response(request.app[CONTEXT].journal.shape())


async def clear_requests(request: web.Request) -> web.Response:
    """Forget what the API was asked."""
    request.app[CONTEXT].journal.clear()
    return web.Response(status=204)


async def latency(request: web.Request) -> web.Response:
    """Set the seconds that pass before each answer of the API."""
    seconds = (await _body(request, "seconds")).get("seconds")
    if not isinstance(seconds, int | float) or isinstance(seconds, bool) or not 0 <= seconds <= 3600:
        raise OrderError("seconds must be a number from 0 to 3600")
    request.app[CONTEXT].latency_seconds = float(seconds)
    return web.Response(status=204)


async def limit(request: web.Request) -> web.Response:
    """Set how many requests of the API may be in flight at once; 0 for any number."""
    most = (await _body(request, "requests")).get("requests")
    if not isinstance(most, int) or isinstance(most, bool) or most < 0:
        raise OrderError("requests must be a whole number from 0 on")
    request.app[CONTEXT].most_in_flight = most
    return web.Response(status=204)


async def add_fault(request: web.Request) -> web.Response:
    """Order a fault."""
    try:
        fault = Fault.from_json(await _body(request), request.app[CONTEXT].routes)
    except FaultError as error:
        raise OrderError(str(error)) from error
    request.app[CONTEXT].faults.add(fault)
    return web.json_response({"faults": request.app[CONTEXT].faults.shape()}, status=201)


async def faults(request: web.Request) -> web.Response:
    """List the faults that are left."""
    return web.json_response({"faults": request.app[CONTEXT].faults.shape()})


async def clear_faults(request: web.Request) -> web.Response:
    """Drop the faults that are left."""
    request.app[CONTEXT].faults.clear()
    return web.Response(status=204)


async def alterations(request: web.Request) -> web.Response:
    """Set which fields are kept otherwise than sent, and how."""
    ways = await _body(request)
    if not all(way in WAYS for way in ways.values()):
        raise OrderError(f"each field must map to one of: {', '.join(WAYS)}")
    model = request.app[CONTEXT].model
    model.alterations.clear()
    model.alterations.update({field: str(way) for field, way in ways.items()})
    return web.Response(status=204)


def _rename(kind: Kind) -> Handler:
    async def rename(request: web.Request) -> web.Response:
        """Rename a service or role, as the Console could and the API can't."""
        name = (await _body(request, "friendly_name")).get("friendly_name")
        if not isinstance(name, str):
            raise OrderError("friendly_name must be a text")
        context = request.app[CONTEXT]
        row = context.model.change(_row(request, kind), {"friendly_name": name})
        return web.json_response(shape(kind, row, context.url))

    return rename


async def add_conversations(request: web.Request) -> web.Response:
    """Fill a service with conversations."""
    count = (await _body(request, "count")).get("count")
    if type(count) is not int or not 0 <= count <= 100_000:
        raise OrderError("count must be a whole number from 0 to 100000")
    service = _row(request)
    rows = request.app[CONTEXT].model.fill(CONVERSATION, service.account_sid, service.sid, count)
    return web.json_response({"sids": [row.sid for row in rows]}, status=201)


async def delete_service(request: web.Request) -> web.Response:
    """Delete a service behind the API's back."""
    request.app[CONTEXT].model.store.delete(_row(request).sid)
    return web.Response(status=204)


async def put_account(request: web.Request) -> web.Response:
    """Register an account."""
    account_sid = request.match_info["AccountSid"]
    if not ACCOUNT_SID.fullmatch(account_sid):
        raise OrderError("the account's SID must be AC and 32 hexadecimal digits")
    body = await _body(request, "auth_token", "api_keys", "max_services")
    auth_token, api_keys, max_services = (body.get(key) for key in ("auth_token", "api_keys", "max_services"))
    if auth_token is not None and not (isinstance(auth_token, str) and auth_token):
        raise OrderError("auth_token must be a text that is not empty")
    keys = {} if api_keys is None else api_keys
    if not isinstance(keys, dict) or not all(
        sid.startswith("SK") and isinstance(secret, str) and secret for sid, secret in keys.items()
    ):
        raise OrderError("api_keys must map SIDs that start with SK to texts that are not empty")
    if max_services is not None and (type(max_services) is not int or max_services < 0):
        raise OrderError("max_services must be a whole number from 0")
    request.app[CONTEXT].model.register(account_sid, auth_token, keys, max_services)
    return web.Response(status=204)


async def unknown(request: web.Request) -> web.Response:
    """Refuse a control route that is not there."""
    return _error(f"no control route {request.method} {request.path}", 404)


def _row(request: web.Request, kind: Kind = SERVICE) -> Row:
    sid = request.match_info["Sid"]
    row = request.app[CONTEXT].model.store.get(sid)
    if row is None or row.kind != kind.name:
        raise NotFoundError(f"/{kind.key.title()}/{sid}")
    return row


async def _body(request: web.Request, *known: str) -> Body:
    try:
        body = json.loads(await request.read())
    except ValueError:
        raise OrderError("the body must be JSON") from None
    if not isinstance(body, dict):
        raise OrderError("the body must be a JSON object")
    for key in body:
        if known and key not in known:
            raise OrderError(f"unknown key {key}; known: {', '.join(known)}")
    return body


def _error(message: str, status: int) -> web.Response:
    return web.json_response({"error": message}, status=status)


def _guarded(handler: Handler) -> Handler:
    async def handle(request: web.Request) -> web.Response:
        try:
            return await handler(request)
        except OrderError as error:
            return _error(str(error), 400)
        except ApiError as error:
            return _error(error.message, error.status)

    return handle


CONTROL_ROUTES: dict[tuple[str, str], Handler] = {
    route: _guarded(handler)
    for route, handler in {
        ("GET", "/_emulator/info"): info,
        ("POST", "/_emulator/reset"): reset,
        ("GET", "/_emulator/state"): state,
        ("GET", "/_emulator/requests"): requests,
        ("DELETE", "/_emulator/requests"): clear_requests,
        ("PUT", "/_emulator/latency"): latency,
        ("PUT", "/_emulator/limit"): limit,
        ("POST", "/_emulator/faults"): add_fault,
        ("GET", "/_emulator/faults"): faults,
        ("DELETE", "/_emulator/faults"): clear_faults,
        ("PUT", "/_emulator/alterations"): alterations,
        ("POST", "/_emulator/services/{Sid}/rename"): _rename(SERVICE),
        ("POST", "/_emulator/roles/{Sid}/rename"): _rename(ROLE),
        ("POST", "/_emulator/services/{Sid}/conversations"): add_conversations,
        ("DELETE", "/_emulator/services/{Sid}"): delete_service,
        ("PUT", "/_emulator/accounts/{AccountSid}"): put_account,
        ("*", "/_emulator/{path:.*}"): unknown,
    }.items()
}
