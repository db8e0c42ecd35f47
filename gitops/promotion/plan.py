"""What the target would declare after a promotion, as data: read by comparison and by promotion alike.

A service or address of the target is the source's of the same logical name, or of that name with the target stack's
name in the place of the source's: `support-dev`, `support-stage`.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from gitops.promotion.kinds import Kind, kind_of
from gitops.promotion.sealed import ELSEWHERE, Fill
from gitops.stack_file import ServicesFile, StackFile, translated
from plain_yaml.editing import alike, is_set
from tools.stack_shape import is_sealed, is_sealed_setting

__all__ = ["Plan", "plan"]

Path = tuple[str, ...]
Map = Mapping[str, Any]

ABSENT: Any = None
"""Null and an empty map say nothing; they count as left out."""
_URLS = (("webhook", "preWebhookUrl"), ("webhook", "postWebhookUrl"))
_DEFAULT_ROLES = ("defaultConversationCreatorRole", "defaultConversationRole", "defaultChatServiceRole")


@dataclass(slots=True)
class Plan:
    """What the target would declare, and what a promotion leaves to people."""

    services: dict[str, Any] = field(default_factory=dict)
    """All of the target's, changed and new ones and those that only the target has, by its logical names."""
    addresses: dict[str, Any] = field(default_factory=dict)
    homes: dict[str, ServicesFile] = field(default_factory=dict)
    """In which file of the target each service of `services` stands, or is to stand."""
    names: dict[str, str] = field(default_factory=dict)
    """Logical names of the source's services to the target's."""
    address_names: dict[str, str] = field(default_factory=dict)
    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    changed_addresses: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    """Services that only the target declares."""
    fills: list[Fill] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def plan(source: StackFile, target: StackFile) -> Plan:
    """Work out what the target would declare, without changing anything."""
    made = Plan()
    made.names = _counterparts(source.services, target.services, (source.stack, target.stack))
    made.address_names = _counterparts(source.addresses, target.addresses, (source.stack, target.stack))
    planner = _Planner(source, target, made)
    for name, theirs in source.services.items():
        planner.service(name, theirs)
    for name, mine in target.services.items():
        if name not in made.names.values() and (home := target.home(name)):
            made.services[name], made.homes[name] = mine, home
            made.left.append(name)
    for name, theirs in source.addresses.items():
        planner.address(name, theirs)
    made.fills.sort(key=lambda fill: fill.shown)
    made.addresses = {**target.addresses, **made.addresses}
    return made


def _counterparts(theirs: Map, mine: Map, stacks: tuple[str, str]) -> dict[str, str]:
    """Return the target's logical name for each of the source's.

    Args:
        theirs: The source's services or addresses.
        mine: The target's.
        stacks: The names of both stacks.
    """
    found = {}
    for name in theirs:
        other = translated(name, *stacks)
        found[name] = other if name not in mine and other in mine and other not in theirs else name
    return found


class _Planner:
    """Plans one service or address after the other."""

    def __init__(self, source: StackFile, target: StackFile, made: Plan) -> None:
        self.source, self.target, self.made = source, target, made
        self.stacks = (source.stack, target.stack)
        self.hosts = _hosts(source, target, made)
        self.fills: list[Fill] = []
        self.section, self.name, self.in_secrets = "services", "", False

    def service(self, name: str, theirs: Map) -> None:
        """Plan a service of the source."""
        own_name = self.made.names[name]
        mine = self.target.services.get(own_name)
        origin, home = self.source.home(name), self.target.home(own_name)
        if origin is None:
            return
        if home and os.path.realpath(origin.path) == os.path.realpath(home.path):
            self.made.services[own_name] = mine  # one file of both: what stands there is both's
            self.made.homes[own_name] = home
            return
        if home is None:
            home = self.target.place_for(origin, self.source.stack, sealed=_seals_more(theirs))
        self.made.homes[own_name] = home
        self._begin("services", own_name, in_secrets=not home.is_stack_file)
        ours = _with_secrets(mine or {}, self.target.secrets.get(own_name))
        wanted = self._merged((), _with_secrets(theirs, self.source.secrets.get(name)), ours) or {}
        wanted = _without_roles_that_lack(self.fills, self.name, wanted, ours)
        wanted = _without_elsewhere(wanted)
        self._finish(self.made.services, wanted, mine)

    def address(self, name: str, theirs: Map) -> None:
        """Plan an address of the source; one that the target lacks has no number yet, and is only told of."""
        own_name = self.made.address_names[name]
        mine = self.target.addresses.get(own_name)
        self._begin("addresses", own_name, in_secrets=False)
        if mine is None:
            fill = Fill(section="addresses", name=own_name, path=("address",))
            command = fill.command(self.target.stack)
            self.made.notes.append(
                f"only {self.source.stack} declares the address {own_name}: its number is the environment's own. "
                f"If {self.target.stack} is to have one: {command}; then promote again"
            )
            return
        # What an address is stands beside its number; one that was only begun by that takes what it lacks.
        begun = {"type": theirs["type"]} if "type" not in mine and isinstance(theirs.get("type"), str) else {}
        wanted = {**begun, **(self._merged((), theirs, mine) or {})}
        self._finish(self.made.addresses, wanted, mine)

    def _begin(self, section: str, name: str, *, in_secrets: bool) -> None:
        self.section, self.name, self.in_secrets, self.fills = section, name, in_secrets, []

    def _finish(self, wanted_all: dict[str, Any], wanted: Map, mine: Map | None) -> None:
        lacking = [fill for fill in self.fills if fill.path[:1] == ("friendlyName",)]
        if mine is None and lacking and self.section == "services":
            (fill,) = lacking
            self.made.fills.append(_withholding(fill, f"{self.section}.{self.name}"))
            return
        same = mine is not None and alike(wanted, mine)
        wanted_all[self.name] = mine if same else dict(wanted)
        self.made.fills += self.fills
        if mine is None:
            self.made.added.append(self.name)
            name = wanted.get("friendlyName")
            if isinstance(name, str) and translated(name, *reversed(self.stacks)) == name:
                self.made.notes.append(
                    f"{self.section}.{self.name}.friendlyName has no word {self.stacks[0]} in it: "
                    "it is the same in both"
                )
        elif not same:
            changed = self.made.changed if self.section == "services" else self.made.changed_addresses
            changed.append(self.name)

    def _merged(self, path: Path, theirs: Any, mine: Any) -> Any:
        """Return what a setting is to be; ABSENT if it is to be left out."""
        kind = kind_of(self.section, path) if path else Kind.SHARED
        if is_sealed_setting(mine) or kind is Kind.OWN:
            return mine
        if kind is Kind.ACCOUNT:
            if theirs is not ABSENT and mine is ABSENT:
                self._fill(path, sealed=is_sealed_setting(theirs))
            return mine
        if is_sealed_setting(theirs):
            if mine is ABSENT:
                self._fill(path if is_sealed(theirs) else (*path, "[0]"))
            return mine
        if isinstance(theirs, Mapping) or (isinstance(mine, Mapping) and theirs is ABSENT):
            return self._merged_map(path, theirs or {}, mine if isinstance(mine, Mapping) else {}) or ABSENT
        return self._value(kind, path, theirs, mine)

    def _merged_map(self, path: Path, theirs: Map, mine: Map) -> dict[str, Any]:
        found = {}
        for key in dict.fromkeys([*mine, *theirs]):
            if path == ("roles",) and theirs.get(key) is ABSENT:
                continue  # a part of a role alone, its secret, would be none
            value = self._merged((*path, key), theirs.get(key), mine.get(key))
            if value is not ABSENT:
                found[key] = value
            elif key in mine and mine[key] in (None, {}):
                found[key] = mine[key]
        return found

    def _value(self, kind: Kind, path: Path, theirs: Any, mine: Any) -> Any:
        if kind is Kind.URL:
            return mine if mine is not ABSENT else self._url(path, theirs)
        if kind is Kind.NAME and isinstance(theirs, str):
            return translated(theirs, *self.stacks)
        if kind is Kind.SERVICE and isinstance(theirs, str):
            name = self.made.names.get(theirs, theirs)
            return name if name in self.made.services else mine
        if alike(theirs, mine):
            return mine
        if is_set(theirs) and is_set(mine):
            return [
                *(each for each in mine if each in theirs),
                *(each for each in theirs if each not in mine),
            ]
        return theirs

    def _url(self, path: Path, theirs: Any) -> Any:
        """Return a URL that the source has, at the target's host."""
        if not isinstance(theirs, str):
            return ABSENT
        url, host = translated(theirs, *self.stacks), _host_of(theirs)
        known = self.hosts.get(host, set())
        if len(known) == 1:
            (own,) = known
            begin = theirs.index(host) if host in theirs else 0
            rest = translated(theirs[begin + len(host) :], *self.stacks)
            return theirs[:begin] + own + rest
        if _host_of(url) == host:
            place = ".".join((self.section, self.name, *path))
            self.made.notes.append(
                f"{place} leads to the same host as {self.source.stack}'s: see whether {self.target.stack} has its own"
            )
        return url

    def _fill(self, path: Path, *, sealed: bool = True) -> None:
        fill = Fill(
            section=self.section, name=self.name, path=path, sealed=sealed, in_secrets=self.in_secrets
        )
        self.fills.append(fill)


def _host_of(url: object) -> str:
    """Return host and port of a URL; "" of what is none."""
    try:
        return urlsplit(url).netloc if isinstance(url, str) else ""
    except ValueError:
        return ""


def _hosts(source: StackFile, target: StackFile, made: Plan) -> dict[str, set[str]]:
    """Return which hosts of the target stand in the place of the source's, by the URLs that both have."""
    found: dict[str, set[str]] = {}
    for name, theirs in source.services.items():
        one, other = (_inner(each, "webhook") for each in (theirs, target.services.get(made.names[name])))
        for _, key in _URLS:
            if (host := _host_of(one.get(key))) and (own := _host_of(other.get(key))):
                found.setdefault(host, set()).add(own)
    return found


def _with_secrets(settings: Map, secrets: object) -> Map:
    """Return a service with its encrypted URLs, which stand elsewhere, in their places."""
    hidden = _inner(secrets, "webhook")
    if not hidden:
        return settings
    return {**settings, "webhook": {**_inner(settings, "webhook"), **dict.fromkeys(hidden, ELSEWHERE)}}


def _without_elsewhere(settings: Map) -> dict[str, Any]:
    webhook = settings.get("webhook")
    if not isinstance(webhook, Mapping) or ELSEWHERE not in webhook.values():
        return dict(settings)
    kept = {key: value for key, value in webhook.items() if value is not ELSEWHERE}
    return {
        key: kept if key == "webhook" else value
        for key, value in settings.items()
        if key != "webhook" or kept
    }


def _without_roles_that_lack(fills: list[Fill], name: str, wanted: Map, mine: Map) -> Map:
    """Leave out the roles of which something is to be filled that each must have, and what names them."""
    lacking = {
        fill.path[1]
        for fill in fills
        if fill.path[0] == "roles" and len(fill.path) > 2 and fill.path[1] not in _inner(mine, "roles")
    }
    if not lacking:
        return wanted
    for index, fill in enumerate(fills):
        if fill.path[0] == "roles" and fill.path[1] in lacking:
            fills[index] = _withholding(fill, f"services.{name}.roles.{fill.path[1]}")
    roles = {key: role for key, role in _inner(wanted, "roles").items() if key not in lacking}
    own = _inner(mine, "configuration")
    configuration = {
        key: own[key] if key in _DEFAULT_ROLES and value in lacking else value
        for key, value in _inner(wanted, "configuration").items()
        if not (key in _DEFAULT_ROLES and value in lacking and key not in own)
    }
    changed = {"roles": roles, "configuration": configuration}
    return {key: changed.get(key, value) for key, value in wanted.items() if changed.get(key, value) != {}}


def _withholding(fill: Fill, what: str) -> Fill:
    return Fill(
        section=fill.section,
        name=fill.name,
        path=fill.path,
        sealed=fill.sealed,
        in_secrets=fill.in_secrets,
        withholds=what,
    )


def _seals_more(settings: object) -> bool:
    """Tell whether something is encrypted that can only be so in the stack file."""
    return any(path not in _URLS for path in _sealed(settings))


def _sealed(value: object, path: Path = ()) -> Iterator[Path]:
    if is_sealed_setting(value):
        yield path
    elif isinstance(value, Mapping):
        for key, each in value.items():
            yield from _sealed(each, (*path, key))


def _inner(value: object, key: str) -> Map:
    inner = value.get(key) if isinstance(value, Mapping) else None
    return inner if isinstance(inner, Mapping) else {}
