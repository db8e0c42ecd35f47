"""Pages of a list: what a request asks for, and the `meta` of its answer.

A page is bound to its place by PageToken, not by a number: resources that come or go between two requests
neither shift nor repeat others. `Page` is the client's own counter, as the specification has it. The token's
content is this emulator's own affair; only its look is Twilio's.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from offline.emulator.exceptions import InvalidParameterError

__all__ = ["PAGE_PARAMETERS", "PageRequest", "meta"]

PAGE_PARAMETERS = ("PageSize", "Page", "PageToken")
DEFAULT_PAGE_SIZE = 50


@dataclass(frozen=True)
class PageRequest:
    """A wanted page: up to `size` items next `after`, or just `before`, a position; `number` is echoed."""

    size: int = DEFAULT_PAGE_SIZE
    number: int = 0
    token: str | None = None
    after: int | None = None
    before: int | None = None

    @classmethod
    def from_query(cls, query: Mapping[str, list[str]], max_page_size: int) -> PageRequest:
        """Read PageSize (1 to `max_page_size`, default 50), Page (from 0) and PageToken.

        Raises:
            InvalidParameterError: if one of them is not what it should be.
        """
        size = _integer(query, "PageSize", min(DEFAULT_PAGE_SIZE, max_page_size), 1, max_page_size)
        number = _integer(query, "Page", 0, 0, 2**31 - 1)
        token = query["PageToken"][-1] if "PageToken" in query else None
        if token is None:
            return cls(size, number)
        return cls(size, number, token, **_decode(token))

    def gap(self) -> tuple[int, int]:
        """Tell the positions before and after which to go on from a page that turned out empty."""
        if self.before is not None:
            return self.before, self.before - 1
        return (self.after or 0) + 1, self.after or 0


def meta(
    url: str,
    key: str,
    page: PageRequest,
    filters: Mapping[str, list[str]],
    previous: int | None,
    following: int | None,
) -> dict[str, object]:
    """Shape the `meta` of a page.

    Args:
        url: the absolute URL of the list, without a query.
        key: the name of the list in the answer.
        page: the page that was asked for.
        filters: further query parameters, which every link keeps.
        previous: position before which the previous page ends; None if there is none.
        following: position after which the next page starts; None if there is none.
    """

    def link(number: int, token: str | None) -> str:
        query = {**filters, "PageSize": [str(page.size)], "Page": [str(number)]}
        if token is not None:
            query["PageToken"] = [token]
        return f"{url}?{urlencode(query, doseq=True)}"

    back = None if previous is None else link(max(page.number - 1, 0), _encode("before", previous))
    forth = None if following is None else link(page.number + 1, _encode("after", following))
    return {
        "page": page.number,
        "page_size": page.size,
        "first_page_url": link(0, None),
        "previous_page_url": back,
        "url": link(page.number, page.token),
        "next_page_url": forth,
        "key": key,
    }


def _encode(direction: str, position: int) -> str:
    content = json.dumps({"order": "asc", direction: position}, separators=(",", ":"))
    return "PT" + base64.urlsafe_b64encode(content.encode()).decode().rstrip("=")


def _decode(token: str) -> dict[str, int]:
    try:
        encoded = token.removeprefix("PT")
        content = json.loads(base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)))
        [found] = [(key, content[key]) for key in ("after", "before") if key in content]
        if token.startswith("PT") and type(found[1]) is int and 0 <= found[1] < 2**63:
            return dict([found])
    except (ValueError, TypeError):
        pass
    raise InvalidParameterError("PageToken", "must be one that this list gave")


def _integer(query: Mapping[str, list[str]], name: str, default: int, least: int, most: int) -> int:
    if name not in query:
        return default
    value = query[name][-1]
    if not (value.isascii() and value.isdigit() and len(value) < 12 and least <= int(value) <= most):
        raise InvalidParameterError(name, f"must be a whole number from {least} to {most}")
    return int(value)
