"""What an adoption tells: a table of what would be written, and lines on what was left out or is to be done.

A name that a policy stops is masked, and no value of what is left out is repeated.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping

from gitops.adoption.adopt import Adoption
from gitops.adoption.entries import Entry, texts
from gitops.adoption.terraform import TerraformState
from tools.adoptions import numbers
from tools.engines import engine_words

__all__ = ["counted", "lines", "moved", "table"]

MOST_TOLD = 20
"""Lines of one kind, before the rest is counted."""
WIDEST = 40
"""Characters of a name in the table."""


def counted(made: Adoption) -> str:
    """Count what is adopted: "40 services, 12 roles, 3 addresses"."""
    services = [entry for entry in made.entries if entry.section == "services"]
    roles = sum(len(entry.settings.get("roles", ())) for entry in services)
    return numbers(len(services), roles, len(made.entries) - len(services)) or "nothing"


def table(made: Adoption) -> str:
    """Return a row for each service and address that would be written, and for each that is left out."""
    rows = [("SID", "LOGICAL NAME", "NAME AT TWILIO", "WHAT IS TAKEN")]
    rows += [(each.sid, each.name, _shown(each, made), _taken(each)) for each in made.entries]
    rows += [(each.sid, "", "", each.reason) for each in made.left]
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    return "\n".join("  ".join((*map(str.ljust, row[:3], widths), row[3])).rstrip() for row in rows)


def lines(made: Adoption, stack: str, environment: Mapping[str, str], *, left: bool = True) -> Iterator[str]:
    """Yield what people have to know.

    Args:
        made: The adoption.
        stack: The stack's name.
        environment: Says which engine runs.
        left: Whether what is left out as a whole is told, as a table does.
    """
    there = sum(each.there for each in made.left)
    if there and left:
        yield f"{there} of them managed already: left as they are"
    out = [f"left out: {each.sid}: {each.reason}" for each in made.left if not each.there]
    yield from _first(out if left else [], "left out")
    parts = [(entry, text) for entry in made.entries for text in entry.left_out]
    yield from _first(
        [f"left out: {entry.section}.{entry.name}.{text}" for entry, text in parts], "settings left out"
    )
    yield from _first(
        [f"note: {entry.section}.{entry.name}.{text}" for entry in made.entries for text in entry.notes],
        "notes",
    )
    yield from _objections(made, stack)
    engine = engine_words(environment)
    if made.adopted.fills and made.unsealed:
        yield f"note: nothing could be encrypted: {made.unsealed}"
    for fill in made.adopted.fills:
        if made.unsealed:
            command = fill.command(stack, engine)
            yield f"fill in: {fill.shown} may hold a secret, and is not managed until it is set: {command}"
    yield from _first([f"not read: {each.sid}: {each.reason}" for each in made.unread], "services not read")


def moved(made: Adoption, state: TerraformState) -> Iterator[str]:
    """Yield what of a Terraform state was taken, what was not, and how Terraform lets go of the former."""
    taken = {entry.sid: f"{entry.section}.{entry.name}" for entry in made.entries}
    roles = {
        role["importSid"]: f"services.{entry.name}.roles.{name}"
        for entry in made.entries
        for name, role in entry.settings.get("roles", {}).items()
    }
    gone = []
    for each in (*state.services, *state.parts, *state.addresses):
        if place := {**taken, **roles}.get(each.sid):
            yield f"took: {each.address} as {place}"
            gone.append(each.address)
        elif each.service_sid in taken:
            yield f"took: {each.address} as it is made by Twilio: {taken[each.service_sid]} needs no entry of it"
            gone.append(each.address)
        else:
            yield f"not taken: {each.address}: see above, or it is not in this account any more"
    for address, reason in state.left:
        yield f"not taken: {address}: {reason}"
    if gone:
        yield "once the next `make up` is through, let Terraform forget what was taken, without a destroy:"
    for address in gone:
        yield f"  terraform state rm {shlex.quote(address)}"


def _objections(made: Adoption, stack: str) -> Iterator[str]:
    """Yield, for each text that a policy stops, how it passes until it is renamed."""
    for entry in made.entries:
        for place, text in texts(entry):
            if kinds := made.objected.get(text):
                words = [
                    "make",
                    "allow",
                    f"STACK={stack}",
                    f"SERVICE={entry.name}",
                    f"INPUT={shlex.quote(place)}",
                ]
                words += ["REASON='…'", "OWNER='…'", "UNTIL=YYYY-MM-DD"]
                where, found = f"{entry.section}.{entry.name}.{place}", ", ".join(kinds)
                yield f"policy: {where} is stopped ({found}: {_mask(text)}); until it is renamed: {' '.join(words)}"


def _first(texts: list[str], what: str) -> Iterator[str]:
    yield from texts[:MOST_TOLD]
    if len(texts) > MOST_TOLD:
        yield f"… and {len(texts) - MOST_TOLD} more {what}"


def _shown(entry: Entry, made: Adoption) -> str:
    name = str(entry.settings.get("friendlyName", ""))
    name = _mask(name) if name in made.objected else name
    return name if len(name) <= WIDEST else f"{name[: WIDEST - 1]}…"


def _taken(entry: Entry) -> str:
    """Name the parts of an entry: "2 roles, webhook (secret)"."""
    hidden = {path[0] for path in entry.secrets}
    parts = []
    for key in dict.fromkeys([*entry.settings, *hidden]):
        if key == "roles":
            count = len(entry.settings["roles"])
            parts.append(f"{count} role{'' if count == 1 else 's'}")
        elif key in ("configuration", "webhook", "notifications", "autoCreation"):
            parts.append(f"{key} (secret)" if key in hidden else key)
    return ", ".join(parts)


def _mask(text: str) -> str:
    return "".join(" " if each.isspace() else "*" for each in text[:WIDEST])
