"""What the provider must know of earlier runs, and cannot ask Twilio: a file for the time of one run.

Its path is in `TWILIO_RUN_FACTS` of the engine's environment, its content is

    {"version": 1,
     "held": {"<SID>": "<logical name>", …},
     "addresses": ["IG…", …],
     "left": ["<SID>", …],
     "pending": [{"type": "…:ConversationService", "…:Role" or "…:AddressConfiguration", "friendly_name": "…" or null,
                  "service_sid": null or "IS…",
                  "role_type": null, "conversation" or "service", "since": "2026-11-26T12:00:00Z"}, …],
     "only_compares": false}

`held` are services, roles and addresses that the state holds for resources which the stack file still declares: nobody
else may take them over. `addresses` are all address configurations in the state: a run leads them elsewhere, or deletes
them, before a service goes. `left` are those of `held` that an earlier run has replaced and not deleted yet: a resource
whose name is declared again comes back to them. `pending` are creations that a killed run has left unfinished; `since`
is when that run began; an address, which Twilio keeps unique, has no name there. A run that `only_compares` asks in
what things differ, and changes none. A file that is missing says that nothing is known. It is its owner's alone, since
names are in it.

Beside it `TWILIO_RUN_SETTINGS` holds what the stack file says of the provider now, as JSON: for a refresh or a destroy
an engine configures it with what the state recorded. Credentials are in it, so it lies in no file: whoever is killed
leaves none behind.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tools.run_facts.times import RunTimes
from tools.stack_files import declared_addresses, declared_services
from tools.state import State, StateReader

__all__ = ["ADDRESS", "SERVICE", "SETTINGS", "VARIABLE", "facts", "run_facts"]

VARIABLE = "TWILIO_RUN_FACTS"
SETTINGS = "TWILIO_RUN_SETTINGS"
VERSION = 1
SERVICE = "pulumi-python:dynamic/twilio:ConversationService"
ROLE = "pulumi-python:dynamic/twilio:Role"
ADDRESS = "pulumi-python:dynamic/twilio:AddressConfiguration"
TELLING: Mapping[str, Mapping[str, str]] = {
    SERVICE: {"friendly_name": "friendly_name"},
    ROLE: {"friendly_name": "friendly_name", "service_sid": "service_sid", "role_type": "type"},
    ADDRESS: {},
}
"""By type of a resource: the inputs that tell its creations apart, by what the file calls them."""


@contextmanager
def run_facts(
    reader: StateReader,
    document: Mapping[str, Any],
    *,
    settings: Mapping[str, str] | None = None,
    declares: bool = True,
    makes: bool = False,
    only_compares: bool = False,
) -> Iterator[dict[str, str]]:
    """Write the file for one run; give what names it in the environment.

    Args:
        reader: Reads the stack's state.
        document: The stack file.
        settings: What it says of the provider, decrypted.
        declares: Whether the run declares anything; else it takes nothing over, and the state is not asked.
        makes: Whether the run makes anything: then its beginning is noted, for the case that it is killed.
        only_compares: Whether the run only asks in what things differ.
    """
    state, times = reader.state() if declares else None, RunTimes(reader.folder, reader.stack)
    found = {**_facts(state, times, document), "only_compares": only_compares}
    known = {} if settings is None else {SETTINGS: json.dumps(settings)}
    if makes:
        times.begin(state)
    try:
        with tempfile.TemporaryDirectory(prefix="run-facts-") as folder:
            path = Path(folder) / "facts.json"
            path.touch(mode=0o600)
            path.write_text(json.dumps(found, ensure_ascii=False), encoding="utf-8")
            yield {VARIABLE: str(path), **known}
    finally:
        if makes:
            times.end(reader.state())


def facts(reader: StateReader, document: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the state says, in the form of the file; nothing of one that cannot be read."""
    return _facts(reader.state(), RunTimes(reader.folder, reader.stack), document)


def _facts(state: State | None, times: RunTimes, document: Mapping[str, Any]) -> dict[str, Any]:
    nothing: dict[str, Any] = {"version": VERSION, "held": {}, "addresses": [], "left": [], "pending": []}
    if state is None:
        return nothing
    try:
        held, pending = _held(state, _declared(document)), [*_pending(state, times)]
        addresses = [each["id"] for each in state.resources if each["type"] == ADDRESS and each.get("id")]
        left = [each["id"] for each in state.resources if each.get("delete") and each.get("id") in held]
    except (AttributeError, KeyError, TypeError, ValueError):
        return nothing
    return {**nothing, "held": held, "addresses": addresses, "left": left, "pending": pending}


def _declared(document: Mapping[str, Any]) -> set[tuple[str, str]]:
    """Return type and logical name of the services, roles and addresses that a stack file declares."""
    found = {(ADDRESS, name) for name in declared_addresses(document)}
    for service, settings in declared_services(document).items():
        found.add((SERVICE, service))
        roles = settings.get("roles") if isinstance(settings, Mapping) else None
        found |= {(ROLE, f"{service}/{role}") for role in roles or ()}
    return found


def _held(state: State, declared: set[tuple[str, str]]) -> dict[str, str]:
    named = [(each["type"], _name(each["urn"]), each.get("id")) for each in state.resources]
    return {sid: name for kind, name, sid in named if sid and (kind, name) in declared}


def _pending(state: State, times: RunTimes) -> Iterator[dict[str, Any]]:
    since = times.of(state)
    for resource in (each["resource"] for each in state.pending):
        # Without a time there is no evidence.
        if resource["urn"] not in since or resource["type"] not in TELLING:
            continue
        inputs = resource.get("inputs") or {}
        told = {key: inputs.get(name) for key, name in TELLING[resource["type"]].items()}
        # A secret value, or one that was not known yet, is no text.
        if all(isinstance(value, str) for value in told.values()):
            began = since[resource["urn"]].strftime("%Y-%m-%dT%H:%M:%SZ")
            yield {"type": resource["type"], **dict.fromkeys(TELLING[ROLE]), **told, "since": began}


def _name(urn: str) -> str:
    return urn.rpartition("::")[2]
