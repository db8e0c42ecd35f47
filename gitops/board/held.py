"""What a state holds, service by service, and what a stack file declares, in the same words.

Both become a map from a part of a service to its settings: `("Role", "agent")` to `{"type": …, "permissions": …}`; the
parts are those of Twilio, the settings those of the provider's inputs. Nothing here is masked yet.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from gitops.stack_file import StackFile
from gitops.values import is_secret
from tools.stack_files import DEFAULTS
from tools.stack_shape import is_sealed_setting
from tools.state import State

__all__ = [
    "ADDRESS",
    "SEALED",
    "SERVICE",
    "Held",
    "HeldService",
    "Part",
    "Wanted",
    "declared_services",
    "held",
]

Part = tuple[str, str]
"""The last part of a resource's type, and a role's name or ""."""
Json = Mapping[str, Any]

SERVICE, ROLE, ADDRESS = "ConversationService", "Role", "AddressConfiguration"
SECTIONS = {
    "configuration": "ServiceConfiguration",
    "webhook": "ServiceWebhook",
    "notifications": "ServiceNotification",
}
"""Keys of a service in a stack file, and what they become."""
THE_SERVICE = "the service"
THINGS = {SERVICE: THE_SERVICE, ROLE: "the role", ADDRESS: "the address"}
THINGS |= {kind: f"its {key}" for key, kind in SECTIONS.items()}
KINDS = (SERVICE, ROLE, *SECTIONS.values())
SEALED = object()
"""Stands for a value that is encrypted on either side: whether both are the same cannot be told."""
_NOT_COMPARED = ("service_sid", "import_sid", "on_name_conflict", "force_destroy")
"""Inputs that say how a thing is found or let go, and change nothing at Twilio."""


@dataclass(slots=True)
class HeldService:
    """A service in a state; `sid` is "" for one of which the state knows only parts, or what is pending."""

    name: str
    sid: str = ""
    friendly_name: object = None
    is_protected: bool = False
    changed: list[object] = field(default_factory=list)
    """When its parts were last changed, as the state has it."""
    parts: dict[Part, dict[str, Any]] = field(default_factory=dict)
    pending: list[tuple[str, Part]] = field(default_factory=list)
    """What an interrupted run was at: the kind of operation, and the part."""
    left_over: list[tuple[str, str]] = field(default_factory=list)
    """Kind and SID of what is to be deleted yet."""


@dataclass(slots=True)
class Held:
    """All of a state."""

    services: dict[str, HeldService] = field(default_factory=dict)
    declared_names: dict[str, object] = field(default_factory=dict)
    """The friendly names that the last deployment declared: only a deployment writes a stack's outputs."""
    addresses: int = 0
    pending: list[tuple[str, Part]] = field(default_factory=list)
    left_over: list[tuple[str, str]] = field(default_factory=list)


@dataclass(slots=True)
class Wanted:
    """A service that a stack file declares."""

    name: str
    friendly_name: object
    is_protected: bool
    is_adopted: bool
    parts: dict[Part, dict[str, Any]]


def held(state: State) -> Held:
    """Sort out what a state holds.

    Raises:
        AttributeError, KeyError, TypeError: If it is not as engines write it.
    """
    found = Held()
    own = [each for each in state.resources if not each.get("external")]
    names = {
        str(each.get("id", "")): _name(each)
        for each in own
        if _kind(each) == SERVICE and not each.get("delete")
    }
    roles = {each.get("id"): _inputs(each).get("friendly_name") for each in own if _kind(each) == ROLE}
    for each in own:
        kind = _kind(each)
        if each["type"] == "pulumi:pulumi:Stack":
            services = (each.get("outputs") or {}).get("services")
            for name, told in services.items() if isinstance(services, Mapping) else ():
                found.declared_names[name] = told.get("friendlyName") if isinstance(told, Mapping) else None
        elif each.get("delete") and each.get("custom") and (kind in KINDS or kind == ADDRESS):
            place = _service_of(each, names)
            target = found if kind == ADDRESS else _service(found, place)
            target.left_over.append((kind, str(each.get("id", ""))))
        elif kind == ADDRESS:
            found.addresses += 1
        elif kind in KINDS:
            service = _service(found, _service_of(each, names))
            _take(service, each, kind, roles)
    for each in state.pending:
        resource = each["resource"]
        kind = _kind(resource)
        what = (str(each["type"]), (kind, _part_name(resource) if kind == ROLE else ""))
        if kind in KINDS:
            _service(found, _service_of(resource, names)).pending.append(what)
        else:
            found.pending.append(what)
    return found


def declared_services(file: StackFile) -> dict[str, Wanted]:
    """Return the services that a stack's files declare, by logical name."""
    defaults = _map(file.config.get(DEFAULTS))
    made = {}
    for name, given in file.services.items():
        settings = _map(given)
        sealed = _map(_map(file.secrets.get(name)).get("webhook"))
        parts: dict[Part, dict[str, Any]] = {(SERVICE, ""): {"friendly_name": settings.get("friendlyName")}}
        for role, each in _map(settings.get("roles")).items():
            parts[ROLE, str(role)] = {"friendly_name": str(role), **_snake(_map(each))}
        for key, kind in SECTIONS.items():
            section = {**_map(settings.get(key)), **(sealed if key == "webhook" else {})}
            if section:
                parts[kind, ""] = _snake(section)
        made[str(name)] = Wanted(
            name=str(name),
            friendly_name=settings.get("friendlyName"),
            is_protected=settings.get("protect", defaults.get("protect", False)) is True,
            is_adopted="importSid" in settings,
            parts={part: _compared(inputs) for part, inputs in parts.items()},
        )
    return made


def thing(kind: str, name: str = "") -> str:
    """Return what people call a part of a service.

    Args:
        kind: The last part of its type.
        name: A role's, as it may be shown.
    """
    return f"{THINGS.get(kind, kind or 'a resource')} {name}".strip()


def _take(service: HeldService, resource: Json, kind: str, roles: Mapping[object, object]) -> None:
    inputs = _inputs(resource)
    if kind == SERVICE:
        service.sid = str(resource.get("id", ""))
        service.friendly_name = inputs.get("friendly_name")
        service.is_protected = bool(resource.get("protect"))
    service.changed.append(resource.get("modified") or resource.get("created"))
    name = inputs.get("friendly_name") if kind == ROLE else ""
    named = {}
    for key, value in inputs.items():
        # Default roles are declared by name, and held by SID.
        is_role = key.endswith("_role_sid") and isinstance(value, str)
        named[key.removesuffix("_sid") if is_role else key] = roles.get(value, value) if is_role else value
    service.parts[kind, name if isinstance(name, str) else _part_name(resource)] = _compared(named)


def _compared(inputs: Json) -> dict[str, Any]:
    return {
        path: value
        for key, each in inputs.items()
        if key not in _NOT_COMPARED and not key.startswith("__")
        for path, value in _leaves(key, each)
    }


def _leaves(path: str, value: Any) -> Iterator[tuple[str, Any]]:
    """List the values of nested settings by dotted name; of lists, which are sets here, in one order."""
    if is_secret(value) or is_sealed_setting(value):
        yield path, SEALED
    elif isinstance(value, Mapping):
        for key, each in value.items():
            yield from _leaves(f"{path}.{key}", each)
    elif isinstance(value, list):
        yield path, sorted(map(str, value))
    elif value is not None:
        yield path, value


def _snake(settings: Json) -> dict[str, Any]:
    return {
        re.sub(r"(?<!^)([A-Z])", lambda match: f"_{match[1].lower()}", str(key)): _snake(value)
        if isinstance(value, Mapping) and not is_sealed_setting(value)
        else value
        for key, value in settings.items()
    }


def _service(found: Held, name: str) -> HeldService:
    return found.services.setdefault(name, HeldService(name))


def _service_of(resource: Json, names: Mapping[str, str]) -> str:
    """Return the logical name of the service that a resource belongs to: by its SID, else by the name itself."""
    if _kind(resource) == SERVICE:
        return _name(resource)
    sid = _inputs(resource).get("service_sid")
    return names.get(sid, "") if isinstance(sid, str) and sid in names else _name(resource).partition("/")[0]


def _part_name(resource: Json) -> str:
    return _name(resource).rpartition("/")[2]


def _kind(resource: Json) -> str:
    return str(resource["type"]).rpartition(":")[2] if "twilio:" in resource["type"] else ""


def _name(resource: Json) -> str:
    return str(resource["urn"]).rpartition("::")[2]


def _inputs(resource: Json) -> Json:
    return _map(resource.get("inputs"))


def _map(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
