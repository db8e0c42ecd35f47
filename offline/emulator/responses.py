"""Answers of the API: read a request, let the model work, shape the answer.

One function per action serves every kind; what differs stands in the kind's description. No rule lives here.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from urllib.parse import parse_qs

from aiohttp import BasicAuth, web

from offline.emulator.context import CONTEXT
from offline.emulator.exceptions import (
    AuthenticationError,
    ContentTypeError,
    InvalidParameterError,
    UnknownParameterError,
)
from offline.emulator.kinds import Action, Json, Kind
from offline.emulator.models import Model, path_of
from offline.emulator.paging import PAGE_PARAMETERS, PageRequest, meta
from offline.emulator.store import Row

__all__ = ["ACCOUNT_SID", "handler", "shape"]

FORM = "application/x-www-form-urlencoded"
ACCOUNT_SID: web.RequestKey[str] = web.RequestKey("account_sid", str)

Texts = dict[str, list[str]]
Handler = Callable[[web.Request], Awaitable[web.Response]]


def handler(kind: Kind, action: Action) -> Handler:
    """Make the handler of one route."""
    work = WORK[action]

    async def handle(request: web.Request) -> web.Response:
        body = await request.read()
        # From here on there is no await: no other request comes in between.
        model = request.app[CONTEXT].model
        request[ACCOUNT_SID] = account_sid = _authenticate(model, request)
        query = _parse(request.rel_url.raw_query_string, "the query")
        if request.method == "POST" and query:
            raise InvalidParameterError("the query", "must be empty: parameters go into the body")
        given = _form(request, body) if request.method == "POST" else query
        return work(model, kind, request, account_sid, given)

    return handle


def shape(kind: Kind, row: Row, origin: str) -> dict[str, Json]:
    """Shape a resource as the API does, its fields in the order of the specification's examples.

    A field with a dot in its name stands in an object, and not at all while it is unset.

    Args:
        kind: what it is.
        row: what is stored.
        origin: scheme and host for its URLs.
    """
    path = path_of(kind, row.parent_sid)
    url = f"{origin}{path}" if kind.is_single else f"{origin}{path}/{row.sid}"
    values: dict[str, Json] = {
        **kind.constants,
        **_nest(row.fields),
        "sid": row.sid,
        "account_sid": row.account_sid,
        "date_created": row.date_created,
        "date_updated": row.date_updated,
        "url": url,
        "links": {name: f"{url}/{_segment(kind, name)}" for name in kind.links},
    }
    if kind.parent_field:
        values[kind.parent_field] = row.parent_sid
    return {name: values[name] for name in kind.fields}


def _segment(kind: Kind, link: str) -> str:
    # A link may repeat its kind's name: user_conversations leads to …/Conversations.
    return link.removeprefix(f"{kind.name}_").title().replace("_", "")


def _nest(fields: Mapping[str, Json]) -> dict[str, Json]:
    nested: dict[str, Any] = {}
    for name, value in fields.items():
        *objects, last = name.split(".")
        inner = nested
        for each in objects:
            inner = inner.setdefault(each, {})
        if value is not None or not objects:
            inner[last] = value
    return nested


def _create(model: Model, kind: Kind, request: web.Request, account_sid: str, given: Texts) -> web.Response:
    row = model.create(kind, account_sid, _parent(kind, request), given)
    return web.json_response(shape(kind, row, _origin(request)), status=201)


def _fetch(model: Model, kind: Kind, request: web.Request, account_sid: str, given: Texts) -> web.Response:
    _refuse(given)
    row = model.fetch(kind, account_sid, _parent(kind, request), _sid(request))
    return web.json_response(shape(kind, row, _origin(request)))


def _update(model: Model, kind: Kind, request: web.Request, account_sid: str, given: Texts) -> web.Response:
    row = model.update(kind, account_sid, _parent(kind, request), _sid(request), given)
    return web.json_response(shape(kind, row, _origin(request)))


def _delete(model: Model, kind: Kind, request: web.Request, account_sid: str, given: Texts) -> web.Response:
    _refuse(given)
    model.delete(kind, account_sid, _parent(kind, request), _sid(request))
    return web.Response(status=204)


def _list(model: Model, kind: Kind, request: web.Request, account_sid: str, given: Texts) -> web.Response:
    page = PageRequest.from_query(given, kind.max_page_size)
    filters = {name: texts for name, texts in given.items() if name not in PAGE_PARAMETERS}
    parent_sid = _parent(kind, request)

    def look(after: int | None, before: int | None, limit: int) -> list[Row]:
        return model.page(kind, account_sid, parent_sid, filters, after=after, before=before, limit=limit)

    rows = look(page.after, page.before, page.size)
    first, last = (rows[0].position, rows[-1].position) if rows else page.gap()
    previous = first if look(None, first, 1) else None
    following = last if look(last, None, 1) else None
    origin = _origin(request)
    return web.json_response(
        {
            "meta": meta(
                f"{origin}{path_of(kind, parent_sid)}", kind.key, page, filters, previous, following
            ),
            kind.key: [shape(kind, row, origin) for row in rows],
        }
    )


WORK: dict[Action, Callable[[Model, Kind, web.Request, str, Texts], web.Response]] = {
    Action.LIST: _list,
    Action.CREATE: _create,
    Action.FETCH: _fetch,
    Action.UPDATE: _update,
    Action.DELETE: _delete,
}


def _form(request: web.Request, body: bytes) -> Texts:
    if not body:
        return {}
    if request.content_type != FORM:
        raise ContentTypeError
    try:
        return _parse(body.decode("ascii"), "the body")
    except UnicodeDecodeError:
        raise InvalidParameterError("the body", "must be form-encoded UTF-8") from None


def _parse(encoded: str, where: str) -> Texts:
    try:
        return parse_qs(encoded, keep_blank_values=True, errors="strict", max_num_fields=1000)
    except ValueError:
        raise InvalidParameterError(where, "must be form-encoded UTF-8") from None


def _authenticate(model: Model, request: web.Request) -> str:
    try:
        credentials = BasicAuth.decode(request.headers.get("Authorization", ""), "utf-8")
    except ValueError:
        raise AuthenticationError from None
    return model.authenticate(credentials.login, credentials.password)


def _origin(request: web.Request) -> str:
    return f"{request.scheme}://{request.host}"


def _parent(kind: Kind, request: web.Request) -> str | None:
    return request.match_info[kind.parent_parameter] if kind.parent_parameter else None


def _sid(request: web.Request) -> str:
    # A single resource is found by its parent alone.
    return request.match_info.get("Sid", "")


def _refuse(given: Texts) -> None:
    for name in given:
        raise UnknownParameterError(name, ())
