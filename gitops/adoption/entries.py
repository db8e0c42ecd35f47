"""What a stack file is to say of a service or an address that is there: its data, and what cannot stand in it.

Held against the provider's own descriptions, so that a stack file which was written can be brought up. What is a
default is left out, and so is what cannot be declared, with a reason that repeats no value.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from gitops.adoption.account import Found
from gitops.adoption.initial import DEFAULTS, is_as_made
from gitops.adoption.names import declared_as
from providers._api.checks import KnownItems
from providers._api.entity import Entity, Thing
from providers.address_configuration import ADDRESS
from providers.conversation_service import SERVICE
from providers.role import ROLE
from providers.service_notification import NOTIFICATION
from providers.service_webhook import WEBHOOK
from providers.vocabulary import PERMISSIONS

__all__ = ["Entry", "address_entry", "holds_credentials", "service_entry", "texts"]

Path = tuple[str, ...]

_URLS = ("pre_webhook_url", "post_webhook_url")
_CREATION = "auto_creation."
RANDOM_LETTERS = 12
"""Letters and digits in a row, from which on a word of a path may be a token."""
_MIXED = re.compile(r"[A-Za-z].*[0-9]|[0-9].*[A-Za-z]|[a-z][A-Z].*[a-z][A-Z]")
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_ADDRESS_SETTINGS = ("type", "webhook_method", "webhook_filters", "studio_flow_sid", "studio_retry_count")


@dataclass(slots=True)
class Entry:
    """A service or address as it is to stand in a stack file."""

    section: str
    """`services` or `addresses`."""
    name: str
    """Its logical name."""
    sid: str
    settings: dict[str, Any] = field(default_factory=dict)
    """Plain data, without what is secret."""
    secrets: dict[Path, str] = field(default_factory=dict)
    """What is to be encrypted, by its path in `settings`; never shown."""
    left_out: list[str] = field(default_factory=list)
    """What cannot be declared, and why, each beginning with its key."""
    notes: list[str] = field(default_factory=list)


def service_entry(name: str, found: Found) -> Entry | None:
    """Make the entry of a service; None if its name cannot be declared."""
    service = found.service
    given = service.values["friendly_name"]
    named = declared_as(given, SERVICE.leaves["friendly_name"]) if given else unnamed(service)
    if named is None:
        return None
    entry = Entry("services", name, service.sid, {"friendlyName": named, "importSid": service.sid})
    if not given:
        entry.notes.append("friendlyName: it has none at Twilio, and is declared with this one")
    elif named != given:
        entry.notes.append("friendlyName: written as it can be declared; at Twilio it stays as it is")
    wired = {} if _is_as_made(found) else _default_roles(found)
    declared = _roles(entry, found.roles, {role.sid for role in wired.values()})
    _wire(entry, found.configuration, wired, declared)
    _webhook(entry, found.webhook)
    _notifications(entry, found.notifications)
    return entry


def address_entry(name: str, address: Thing, services: Mapping[str, str]) -> Entry | None:
    """Make the entry of an address; None if it cannot be declared.

    Args:
        name: Its logical name.
        address: It.
        services: Logical names of the stack's services by SID.
    """
    entry = Entry("addresses", name, address.sid)
    kind, values = str(address.type).lower(), address.values
    if ADDRESS.leaves["type"].check(kind) or ADDRESS.leaves["address"].check(values["address"]):
        return None
    entry.settings["type"] = kind
    entry.secrets["address",] = values["address"]
    if given := values["friendly_name"]:
        if named := declared_as(given, ADDRESS.leaves["friendly_name"]):
            entry.settings["friendlyName"] = named
        else:
            entry.left_out.append("friendlyName: is no name that could be declared")
    _take(entry, ADDRESS, values, "address_country", ("addressCountry",))
    creation: dict[str, Any] = {"enabled": True} if values[f"{_CREATION}enabled"] else {}
    if creation:
        entry.settings["autoCreation"] = creation
    if led_to := values[f"{_CREATION}conversation_service_sid"]:
        if service := services.get(led_to):
            entry.settings.setdefault("autoCreation", creation)["service"] = service
        else:
            entry.left_out.append(f"autoCreation.service: {led_to} is no service of this stack")
    for each in _ADDRESS_SETTINGS:
        _take(entry, ADDRESS, values, f"{_CREATION}{each}", ("autoCreation", camel(each)))
    _take_url(entry, ADDRESS, values, f"{_CREATION}webhook_url", ("autoCreation", "webhookUrl"))
    entry.settings["importSid"] = address.sid
    return entry


def holds_credentials(url: str) -> bool:
    """Tell whether a URL may hold something that proves who calls: a query, a fragment, a long random word."""
    parts = urlsplit(url)
    if parts.query or parts.fragment or "@" in parts.netloc:
        return True
    return any(_is_random(word) for word in parts.path.split("/"))


def camel(name: str) -> str:
    """Write a name of the API as stack files do: new_message is newMessage."""
    return re.sub(r"_(\w)", lambda found: found[1].upper(), name)


def unnamed(service: Thing) -> str:
    """Give the name under which a service is declared that has none."""
    return f"unnamed-{service.sid[-8:].lower()}"


def _is_random(word: str) -> bool:
    """Tell a word that nobody would write: letters among digits, or capitals among small letters, at some length."""
    if _UUID.fullmatch(word):
        return True
    long = [piece for piece in re.split(r"[-._~=]", word) if len(piece) >= RANDOM_LETTERS]
    return any(_MIXED.search(piece) for piece in long)


def _default_roles(found: Found) -> dict[str, Thing]:
    """Give the roles that the configuration names, by the setting that names each."""
    by_sid = {role.sid: role for role in found.roles}
    values = found.configuration.values
    return {name: by_sid[values[name]] for name in DEFAULTS if values[name] in by_sid}


def _is_as_made(found: Found) -> bool:
    """Tell whether the configuration is as Twilio made it."""
    if found.configuration.values["reachability_enabled"]:
        return False
    return {name: (role.type, role.friendly_name) for name, role in _default_roles(found).items()} == DEFAULTS


def _roles(entry: Entry, roles: tuple[Thing, ...], wired: set[str]) -> dict[str, str]:
    """Write the roles that are somebody's own, or are to be named; give the declared names by SID."""
    names: dict[str, str] = {}
    settings: dict[str, Any] = {}
    # One that the configuration names goes before one that shares its name.
    for role in sorted(roles, key=lambda each: each.sid not in wired):
        if is_as_made(role) and role.sid not in wired:
            continue
        name = declared_as(role.friendly_name, ROLE.leaves["friendly_name"])
        if name is None:
            entry.left_out.append(f"roles: {role.sid} has a name that cannot be declared")
        elif name in settings:
            entry.left_out.append(f"roles: {role.sid} has the same name as {settings[name]['importSid']}")
        elif why := _unfit(role):
            entry.left_out.append(f"roles: {role.sid}: {why}")
        else:
            names[role.sid] = name
            settings[name] = {
                "type": role.type,
                "permissions": [*dict.fromkeys(role.permissions)],
                "importSid": role.sid,
            }
    if settings:
        entry.settings["roles"] = {
            names[role.sid]: settings[names[role.sid]] for role in roles if role.sid in names
        }
    return names


def _unfit(role: Thing) -> str:
    """Say why a role cannot be declared; "" if it can."""
    known = PERMISSIONS.get(role.type)
    if known is None:
        return "its type is none that this version knows"
    permissions = [*dict.fromkeys(role.permissions)]
    strange = [each for each in permissions if each not in known]
    if strange:
        words = ", ".join(each if re.fullmatch(r"[A-Za-z]{1,40}", each) else "…" for each in strange)
        return f"no permission of a {role.type} role that this version knows: {words}"
    why = KnownItems(known, "permission", "docs/resources/role.md")(permissions)
    return f"permissions {why}" if why else ""


def _wire(
    entry: Entry, configuration: Thing, wired: Mapping[str, Thing], declared: Mapping[str, str]
) -> None:
    settings: dict[str, Any] = {}
    if configuration.values["reachability_enabled"]:
        settings["reachabilityEnabled"] = True
    for setting, role in wired.items():
        key, (type_, _) = camel(setting.removesuffix("_sid")), DEFAULTS[setting]
        if role.sid in declared and role.type == type_:
            settings[key] = declared[role.sid]
        else:
            entry.left_out.append(f"configuration.{key}: {role.sid} is no role that is declared here")
    if settings:
        entry.settings["configuration"] = settings


def _webhook(entry: Entry, webhook: Thing) -> None:
    values = webhook.values
    for name in _URLS:
        _take_url(entry, WEBHOOK, values, name, ("webhook", camel(name)))
    _take(entry, WEBHOOK, values, "filters", ("webhook", "filters"))
    # A method alone calls nothing.
    if "webhook" in entry.settings or any(path[0] == "webhook" for path in entry.secrets):
        _take(entry, WEBHOOK, {"method": str(values["method"]).upper()}, "method", ("webhook", "method"))


def _notifications(entry: Entry, notifications: Thing) -> None:
    """Write what is switched on, and every text."""
    for name, value in notifications.values.items():
        _take(entry, NOTIFICATION, {name: value}, name, ("notifications", *map(camel, name.split("."))))


def _take(entry: Entry, entity: Entity, values: Mapping[str, Any], name: str, path: Path) -> None:
    """Write a value, unless it is a default, or none that can be declared."""
    value = values[name]
    if not value:
        return
    if isinstance(value, list):
        value = [*dict.fromkeys(value)]
    elif name.endswith(("_method", "method")):
        value = str(value).upper()
    if why := entity.leaves[name].check(value):
        entry.left_out.append(f"{'.'.join(path)}{'' if why.startswith('[') else ': '}{why}")
        return
    _put(entry.settings, path, value)


def _take_url(entry: Entry, entity: Entity, values: Mapping[str, Any], name: str, path: Path) -> None:
    """Write a URL; one that may hold credentials is a secret."""
    url = values[name]
    if not url or entity.leaves[name].check(url) or not holds_credentials(url):
        _take(entry, entity, values, name, path)
    else:
        entry.secrets[path] = url


def _put(settings: dict[str, Any], path: Path, value: object) -> None:
    inner = settings
    for key in path[:-1]:
        inner = inner.setdefault(key, {})
    inner[path[-1]] = value


def texts(entry: Entry) -> Iterator[tuple[str, str]]:
    """Yield what policies read of an entry, by `INPUT` of `make allow`: names and texts of messages."""
    yield from _texts(entry.settings, "")


def _texts(value: Mapping[str, Any], place: str) -> Iterator[tuple[str, str]]:
    for key, item in value.items():
        below = f"{place}.{key}" if place else key
        if key == "roles":
            yield from ((f"roles (name {number})", name) for number, name in enumerate(item, start=1))
        elif isinstance(item, str) and key in ("friendlyName", "template"):
            yield below, item
        elif isinstance(item, Mapping):
            yield from _texts(item, below)
