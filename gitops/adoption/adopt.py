"""One adoption: what of an account is to be managed, named, read, judged and encrypted; writing is the caller's.

Nothing is written at Twilio, and nothing before all texts are made. A service that the stack has already, by its SID,
by its name or in its state, is left alone.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from gitops.adoption.account import Account, AccountReader, Unread
from gitops.adoption.entries import Entry, address_entry, service_entry, texts, unnamed
from gitops.adoption.names import declared_as, logical_names, slug
from gitops.adoption.objections import objections
from gitops.adoption.sealing import Sealed, seal
from gitops.adoption.terraform import TerraformState
from gitops.adoption.writing import Adopted, adopted
from gitops.console import say
from gitops.exits import GitopsError
from gitops.stack_file import StackFile
from providers._api.checks import is_sid
from providers._api.config import Settings, read_settings
from providers._api.entity import Thing
from providers._api.names import reading
from providers.conversation_service import SERVICE
from providers.errors import TwilioError
from tools.run_facts import ADDRESS as ADDRESS_TYPE
from tools.run_facts import SERVICE as SERVICE_TYPE
from tools.run_facts import settings_now
from tools.stack import PreparedStack
from tools.state import StateReader

__all__ = ["Adoption", "Left", "Wish", "adopt", "settings_of"]


MANY = 10
"""Values to be encrypted, from which on that is said: an engine takes a moment for each."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What is wanted of an account; all of it if neither SIDs nor patterns are given."""

    sids: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()
    """Of friendly names, as a shell's."""
    state: TerraformState | None = None
    """What is wanted is what another tool manages; names are those that it has."""
    writes: bool = True
    """Whether it is to be written; else nothing is encrypted."""

    @property
    def is_all(self) -> bool:
        """Tell whether nothing is left out."""
        return not (self.sids or self.patterns or self.state)

    @property
    def addresses(self) -> set[str]:
        """SIDs of addresses that are wanted by themselves."""
        return {each.sid for each in self.state.addresses} if self.state else set()

    @property
    def names(self) -> dict[str, str]:
        """What people know things by already, by SID."""
        state = self.state or TerraformState()
        return {each.sid: each.name for each in (*state.services, *state.addresses)}

    def covers(self, service: Thing) -> bool:
        """Tell whether a service is wanted."""
        name = service.values["friendly_name"]
        return (
            self.is_all
            or service.sid in self.sids
            or service.sid in self.names
            or any(fnmatchcase(name, pattern) for pattern in self.patterns)
        )


@dataclass(frozen=True, slots=True)
class Left:
    """A service or address that is not adopted; `there` if that is because the stack has it already."""

    sid: str
    reason: str
    there: bool = False


@dataclass(slots=True)
class Adoption:
    """What is to be written, and what is to be told."""

    entries: list[Entry] = field(default_factory=list)
    left: list[Left] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)
    interrupted: bool = False
    objected: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Kinds of personal data by text, of all texts that the policy stops."""
    unsealed: str = ""
    """Why nothing could be encrypted."""
    adopted: Adopted = field(default_factory=Adopted)


def settings_of(prepared: PreparedStack) -> Settings:
    """Return how the stack's account is reached: by its configuration, then by the environment.

    Raises:
        GitopsError: If credentials or settings are missing or wrong.
        SystemExit: If the configuration cannot be decrypted.
    """
    given = settings_now(prepared.engine, prepared.name, prepared.environment, prepared.config_file)
    try:
        return read_settings(given, prepared.environment)
    except TwilioError as error:
        raise GitopsError(f"{prepared.name}: {error.reason}", hint=error.hint or "") from None


def adopt(prepared: PreparedStack, target: StackFile, wish: Wish, environment: Mapping[str, str]) -> Adoption:
    """Read what is wanted of a stack's account, and make the texts of the stack's files with it.

    Args:
        prepared: The stack, and which API it has.
        target: Its files.
        wish: What is wanted.
        environment: Names the engine, and holds the passphrase of the stack's secrets.

    Raises:
        GitopsError: If the account cannot be read, something wanted is not there, or a file cannot be changed.
    """
    reader = AccountReader(settings_of(prepared))
    try:
        account = reader.listed()
    except TwilioError as error:
        raise GitopsError(f"{target.stack}: {error}") from None
    _check(wish, account)
    made = Adoption()
    held = _held(prepared)
    wanted = _wanted(account, wish, target, held, made)
    names, address_names = _names(account, wish, target, made)

    reader.read(account, wanted)
    made.unread, made.interrupted = account.unread, account.interrupted
    for found in account.found:
        if entry := service_entry(names[found.service.sid], found):
            made.entries.append(entry)
    _addresses(account, wish, target, held, made, {**_declared_sids(target), **_by_sid(made)}, address_names)

    asked = [text for entry in made.entries for _, text in texts(entry)]
    made.objected = {
        **made.objected,
        **objections([each for each in asked if each not in made.objected], target.stack),
    }
    secrets = [*dict.fromkeys(value for entry in made.entries for value in entry.secrets.values())]
    if wish.writes and len(secrets) >= MANY:
        say(f"encrypting {len(secrets)} values")
    sealed = seal(secrets, target.stack, target.files[0].data, environment) if wish.writes else Sealed()
    made.unsealed = sealed.problem
    if wish.writes and sealed.problem:
        _withhold_addresses(made, sealed.problem)
    if made.entries:
        by_value = dict(zip(secrets, sealed.values, strict=False))
        made.adopted = adopted(target, made.entries, by_value, sealed.settings)
    return made


def _check(wish: Wish, account: Account) -> None:
    """Refuse a wish that nothing answers: it was written wrong, or these are another account's credentials."""
    there = {service.sid for service in account.services}
    missing = [sid for sid in wish.sids if sid not in there]
    if missing:
        raise GitopsError(
            f"--service: this account has no service {', '.join(missing)}", hint="check SID and credentials"
        )
    known = {*there, *(each.sid for each in account.addresses)}
    if wish.state and not known & wish.names.keys():
        raise GitopsError(
            "--terraform: this account has nothing of what that state manages",
            hint="check state and credentials",
        )
    for pattern in wish.patterns:
        if not any(fnmatchcase(service.values["friendly_name"], pattern) for service in account.services):
            raise GitopsError(
                "--name: no service of this account has such a name", hint="write a pattern as 'acme-*'"
            )


def _wanted(
    account: Account, wish: Wish, target: StackFile, held: Mapping[str, str], made: Adoption
) -> list[Thing]:
    """Choose the services to be read, and note why the others are not."""
    sids = _declared_sids(target)
    names = {
        _alike(str(settings["friendlyName"])): name
        for name, settings in target.services.items()
        if settings.get("friendlyName")
    }
    wanted: list[Thing] = []
    for service in account.services:
        given = service.values["friendly_name"]
        declared = declared_as(given, SERVICE.leaves["friendly_name"]) if given else unnamed(service)
        alike = _alike(declared or "")
        if not wish.covers(service):
            continue
        if (name := sids.get(service.sid) or held.get(service.sid)) is not None:
            made.left.append(Left(service.sid, f"is managed already, as {name}", there=True))
        elif declared is None:
            made.left.append(
                Left(service.sid, "its name cannot be declared: it has more than 256 characters")
            )
        elif alike in names:
            made.left.append(Left(service.sid, _twin_of(names[alike])))
        else:
            names[alike] = service.sid
            wanted.append(service)
    return wanted


def _twin_of(other: str) -> str:
    """Say of a service what follows from its name being another one's, too: the policies allow one of that name."""
    ways = "rename one in Twilio's Console and adopt again"
    if is_sid("IS", other):
        return f"has the same name as {other}: {ways}, or choose this one by --service"
    return f"has the name that {other} declares: {ways}, or give {other} its importSid if it is meant to be this one"


def _names(
    account: Account, wish: Wish, target: StackFile, made: Adoption
) -> tuple[dict[str, str], dict[str, str]]:
    """Name all services and addresses, none after a person."""
    known = wish.names
    given = [each.values["friendly_name"] for each in (*account.services, *account.addresses)] + [
        *known.values()
    ]
    made.objected = objections([*given, *map(slug, given)], target.stack)
    unfit = {name for name in given if name in made.objected or slug(name) in made.objected}
    return (
        logical_names(account.services, "service", target.services, unfit, known),
        logical_names(account.addresses, "address", target.addresses, unfit, known),
    )


def _addresses(
    account: Account,
    wish: Wish,
    target: StackFile,
    held: Mapping[str, str],
    made: Adoption,
    services: Mapping[str, str],
    names: Mapping[str, str],
) -> None:
    """Add the addresses that lead to what is adopted now; with everything adopted, all of them."""
    declared = {settings.get("importSid"): name for name, settings in target.addresses.items()}
    numbers = {str(settings.get("address")): name for name, settings in target.addresses.items()}
    own = {entry.sid for entry in made.entries}
    for address in account.addresses:
        led_to = address.values["auto_creation.conversation_service_sid"]
        if not wish.is_all and led_to not in own and address.sid not in wish.addresses:
            continue
        name = declared.get(address.sid) or held.get(address.sid) or numbers.get(address.values["address"])
        if name is not None:
            made.left.append(Left(address.sid, f"is managed already, as {name}", there=True))
        elif entry := address_entry(names[address.sid], address, services):
            made.entries.append(entry)
        else:
            made.left.append(Left(address.sid, "is no address that could be declared"))


def _withhold_addresses(made: Adoption, problem: str) -> None:
    """Leave addresses out whose numbers could not be encrypted: a number may be a person's."""
    for entry in [each for each in made.entries if each.section == "addresses"]:
        made.entries.remove(entry)
        made.left.append(
            Left(entry.sid, f"its address cannot be encrypted ({problem}): mend that and adopt again")
        )


def _declared_sids(target: StackFile) -> dict[str, str]:
    """Return the logical names of services that the files name by SID."""
    return {
        str(settings["importSid"]): name
        for name, settings in target.services.items()
        if settings.get("importSid")
    }


def _by_sid(made: Adoption) -> dict[str, str]:
    return {entry.sid: entry.name for entry in made.entries}


def _held(prepared: PreparedStack) -> dict[str, str]:
    """Return the logical names of services and addresses that the stack's state holds, by SID."""
    state = StateReader(prepared.engine, prepared.name, prepared.environment).state()
    resources: Sequence[Mapping[str, object]] = state.resources if state else ()
    return {
        str(each["id"]): str(each.get("urn", "")).rpartition("::")[2]
        for each in resources
        if each.get("type") in (SERVICE_TYPE, ADDRESS_TYPE) and each.get("id")
    }


def _alike(name: str) -> str:
    """Give the form that names share which the policy on unique names takes for one."""
    return unicodedata.normalize("NFKC", reading(name)).casefold().strip()
