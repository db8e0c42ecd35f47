"""What the provider must know of earlier runs, and cannot ask Twilio: a file for the time of one run.

Its path is in `TWILIO_RUN_FACTS` of the engine's environment, its content is

    {"version": 1,
     "held": {"<SID>": "<logical name>", …},
     "pending": [{"type": "…:ConversationService" or "…:Role", "friendly_name": "…", "service_sid": null or "IS…",
                  "role_type": null, "conversation" or "service", "since": "2026-11-26T12:00:00Z"}, …]}

`held` are services and roles that the state holds for resources which the stack file still declares: nobody else may
take them over. `pending` are creations that a killed run has left unfinished; `since` is a time before which that run
had not begun. A file that is missing says that nothing is known. It is its owner's alone, since names are in it.
"""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tools.stack_files import declared_services
from tools.state import State, StateReader

__all__ = ["VARIABLE", "facts", "run_facts"]

VARIABLE = "TWILIO_RUN_FACTS"
VERSION = 1
SERVICE = "pulumi-python:dynamic/twilio:ConversationService"
ROLE = "pulumi-python:dynamic/twilio:Role"
ROOT_TYPE = "pulumi:pulumi:Stack"
_UTC_SECONDS = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.\d+)?Z")


@contextmanager
def run_facts(reader: StateReader, document: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    """Write the file for one run; give what names it in the environment, or {} where nothing is known.

    Args:
        reader: Reads the stack's state.
        document: The stack file.
    """
    found = facts(reader, document)
    if found is None:
        yield {}
        return
    with tempfile.TemporaryDirectory(prefix="run-facts-") as folder:
        path = Path(folder) / "facts.json"
        path.touch(mode=0o600)
        path.write_text(json.dumps(found, ensure_ascii=False), encoding="utf-8")
        yield {VARIABLE: str(path)}


def facts(reader: StateReader, document: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return what the state says, in the form of the file; None if there is no state that can be read."""
    state = reader.state()
    if state is None:
        return None
    try:
        return {
            "version": VERSION,
            "held": _held(state, _declared(document)),
            "pending": [*_pending(state, reader)],
        }
    except (AttributeError, KeyError, TypeError, ValueError):
        return None


def _declared(document: Mapping[str, Any]) -> set[tuple[str, str]]:
    """Return type and logical name of the services and roles that a stack file declares."""
    found: set[tuple[str, str]] = set()
    for service, settings in declared_services(document).items():
        found.add((SERVICE, service))
        roles = settings.get("roles") if isinstance(settings, Mapping) else None
        found |= {(ROLE, f"{service}/{role}") for role in roles or ()}
    return found


def _held(state: State, declared: set[tuple[str, str]]) -> dict[str, str]:
    named = [(each["type"], _name(each["urn"]), each.get("id")) for each in state.resources]
    return {sid: name for kind, name, sid in named if sid and (kind, name) in declared}


def _pending(state: State, reader: StateReader) -> Iterator[dict[str, Any]]:
    creating = state.creating()
    left = [each["resource"] for each in state.pending if each["resource"]["urn"] in creating]
    left = [each for each in left if each["type"] in (SERVICE, ROLE)]
    since = _since(state, reader, {each["urn"] for each in left}) if left else {}
    for each in left:
        inputs, began = each.get("inputs") or {}, since[each["urn"]]
        is_role = each["type"] == ROLE
        entry = {
            "type": each["type"],
            "friendly_name": inputs.get("friendly_name"),
            "service_sid": inputs.get("service_sid") if is_role else None,
            "role_type": inputs.get("type") if is_role else None,
            "since": began and began.strftime("%Y-%m-%dT%H:%M:%SZ"),
        }
        # A secret value, or one that was not known yet, is no text; and without a time there is no evidence.
        wanted = ("friendly_name", "since", *(("service_sid", "role_type") if is_role else ()))
        if all(isinstance(entry[key], str) for key in wanted):
            yield entry


def _since(state: State, reader: StateReader, urns: set[str]) -> dict[str, datetime | None]:
    """Return for each creation a time before which the run that was killed in it had not begun.

    That is the end of the last run that left no such creation behind: a run after the killed one may have ended and
    left it. Nothing of a stack began before the stack itself was made.
    """
    roots = [each for each in state.resources if each["type"] == ROOT_TYPE]
    made_at = max(filter(None, map(_created, roots)), default=None)
    found: dict[str, datetime | None] = dict.fromkeys(urns, made_at)
    open_urns = set(urns)
    for run in reader.runs():
        left = run.state.creating() if run.state is not None else set()
        for urn in open_urns - left:
            found[urn] = max(filter(None, (made_at, run.ended_at)))
        open_urns &= left
        if not open_urns:
            break
    return found


def _created(resource: Mapping[str, Any]) -> datetime | None:
    match = _UTC_SECONDS.fullmatch(str(resource.get("created", "")))
    return datetime.fromisoformat(match[1]).replace(tzinfo=UTC) if match else None


def _name(urn: str) -> str:
    return urn.rpartition("::")[2]
