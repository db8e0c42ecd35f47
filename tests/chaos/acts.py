"""Ready-made lies for the proxy's rules: what goes wrong with one request, told by functions that make acts.

A kind composes them; whatever needs more writes an act of its own.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from tests.chaos.exchange import Answer, Exchange
from tests.chaos.proxy import Act

__all__ = [
    "ADDRESSES",
    "CONFIGURATION",
    "CONVERSATIONS",
    "CREATE",
    "CREATE_ROLE",
    "DELETE",
    "FETCH",
    "LIST",
    "ROLE",
    "ROLES",
    "USERS",
    "WEBHOOKS",
    "change_answer",
    "change_sent",
    "cut",
    "done_then",
    "drop",
    "endless",
    "instead",
    "items_of",
    "late",
    "reply",
    "small_pages",
    "then",
    "trickle",
]

_SERVICES = "/v1/Services"
LIST = f"GET {_SERVICES}"
CREATE = f"POST {_SERVICES}"
FETCH = f"GET {_SERVICES}/{{}}"
DELETE = f"DELETE {_SERVICES}/{{}}"
CONVERSATIONS = f"GET {_SERVICES}/{{}}/Conversations"
USERS = f"GET {_SERVICES}/{{}}/Users"
ADDRESSES = "GET /v1/Configuration/Addresses"
ROLES = f"GET {_SERVICES}/{{}}/Roles"
CREATE_ROLE = f"POST {_SERVICES}/{{}}/Roles"
ROLE = f"{_SERVICES}/{{}}/Roles/{{}}"
CONFIGURATION = f"{_SERVICES}/{{}}/Configuration"
WEBHOOKS = f"{_SERVICES}/{{}}/Configuration/Webhooks"


def reply(answer: Answer) -> Act:
    """Answer this, without any work."""
    return lambda exchange: exchange.send(answer)


def done_then(answer: Answer) -> Act:
    """Do the work, and answer this all the same."""

    def act(exchange: Exchange) -> None:
        exchange.forward()
        exchange.send(answer)

    return act


def late(seconds: float, answer: Answer | None) -> Act:
    """Answer this at once (None: reset), and do the work in a while."""

    def act(exchange: Exchange) -> None:
        exchange.forward_later(seconds)
        if answer is None:
            exchange.drop()
        else:
            exchange.send(answer)

    return act


def drop(*, done: bool) -> Act:
    """Reset the connection, the work done or not."""

    def act(exchange: Exchange) -> None:
        if done:
            exchange.forward()
        exchange.drop()

    return act


def cut(share: float) -> Act:
    """Do the work, send a share of the answer, 0 to 1, and close."""
    return lambda exchange: exchange.cut(exchange.forward(), share)


def trickle(seconds: float, *, after: int = 0, for_ever: bool = True) -> Act:
    """Do the work, and send the answer byte by byte."""
    return lambda exchange: exchange.trickle(exchange.forward(), seconds, after=after, for_ever=for_ever)


def then(first: Callable[[], object], act: Act) -> Act:
    """Do something of one's own before a lie: what happens at Twilio meanwhile."""

    def both(exchange: Exchange) -> None:
        first()
        act(exchange)

    return both


def instead(change: Callable[[Exchange], Answer]) -> Act:
    """Answer what a function makes of the exchange."""
    return lambda exchange: exchange.send(change(exchange))


def change_answer(change: Callable[[Any], Any]) -> Act:
    """Do the work, and change the JSON of its answer; answers that are errors pass."""

    def act(exchange: Exchange) -> None:
        answer = exchange.forward()
        exchange.send(
            answer.with_json(change(answer.json)) if answer.status < 400 and answer.body else answer
        )

    return act


def change_sent(change: Callable[[str, str], str]) -> Act:
    """Change the values of a form before the work is done, as an API that normalises does: `change(name, value)`."""
    return lambda exchange: exchange.send(exchange.forward(exchange.asked.with_form(change)))


def items_of(page: Any) -> list[Any]:
    """Find the items on a page of a listing."""
    (items,) = (value for key, value in page.items() if key != "meta" and isinstance(value, list))
    return items


def small_pages(size: int) -> Act:
    """Give pages of at most so many items, whatever was asked for."""

    def act(exchange: Exchange) -> None:
        asked = exchange.asked
        exchange.send(exchange.forward(asked.with_query(PageSize=str(size)) if asked.query else asked))

    return act


def endless(*, empty: bool) -> Act:
    """Let a listing lead to ever new pages, the items of the first one on each, or none."""
    number = 0

    def act(exchange: Exchange) -> None:
        nonlocal number
        number += 1
        bare = exchange.ask_again(replace(exchange.asked, query="PageSize=50"))
        page = json.loads(bare.body)
        if empty:
            items_of(page).clear()
        path = exchange.asked.path
        page["meta"]["next_page_url"] = (
            f"http://{exchange.netloc}{path}?PageSize=50&Page={number}&PageToken=PT{number:032x}"
        )
        exchange.send(bare.with_json(page))

    return act
