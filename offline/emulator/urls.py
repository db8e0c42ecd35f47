"""Paths of the API: one line a route, made from the kinds' descriptions.

A route's name is "METHOD /template", as the request log and the faults use it. Not the control routes:
those are in control.py.
"""

from __future__ import annotations

from offline.emulator.kinds import Action
from offline.emulator.resources import KINDS
from offline.emulator.responses import Handler, handler

__all__ = ["ROUTES"]

METHODS = {
    Action.LIST: "GET",
    Action.CREATE: "POST",
    Action.FETCH: "GET",
    Action.UPDATE: "POST",
    Action.DELETE: "DELETE",
}

ROUTES: dict[tuple[str, str], Handler] = {
    (METHODS[action], kind.template(action)): handler(kind, action)
    for kind in KINDS
    for action in kind.actions
}
