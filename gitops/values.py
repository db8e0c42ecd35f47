"""Values of a resource's inputs, as a report may show them.

A new value stands in a stack file and is under review: it is shown, unless it is a secret or a policy objects. An old
value may have been set at Twilio by other hands: switches, SIDs and words of the API are shown, a text only where the
caller knows that it was declared.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from gitops.masking import HIDDEN, MASKED

__all__ = ["LATER", "Change", "changes", "differing", "hidden", "holds_secret", "is_secret"]

LATER = "[known later]"
"""Stands for a value that only the update will know, such as the SID of a service to be created."""
WORDS = (
    "address_country",
    "conversation_service_sid",
    "default_chat_service_role_sid",
    "default_conversation_creator_role_sid",
    "default_conversation_role_sid",
    "filters",
    "import_sid",
    "method",
    "on_name_conflict",
    "permissions",
    "service_sid",
    "studio_flow_sid",
    "studio_retry_count",
    "type",
    "webhook_filters",
    "webhook_method",
)
"""Inputs that hold SIDs or words of the API, by the last part of their dotted name."""
TEXTS = ("friendly_name", "post_webhook_url", "pre_webhook_url", "sound", "template", "webhook_url")
"""Inputs that hold what somebody wrote."""
DEFAULTS: Mapping[str, Mapping[str, object]] = {
    "ConversationService": {"force_destroy": False, "on_name_conflict": "error"},
    "Role": {"on_name_conflict": "adopt"},
    "AddressConfiguration": {"on_name_conflict": "error"},
}
"""What a creation leaves out, by the type's last part."""
_UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
"""Pulumi's sign for a value that is not known yet."""
_SIGNATURE = "4dabf18193072939515e22adb298388d"
"""Pulumi's key in a secret, an asset and the like."""


@dataclass(frozen=True, slots=True)
class Change:
    """A property's old and new value as a report may show them; None for absent."""

    old: object
    new: object


def changes(
    kind: str, old: Mapping[str, Any], new: Mapping[str, Any], *, declared: object, objected: bool
) -> dict[str, Change]:
    """Compare a resource's settings before and after, by dotted name: `new_message.template` to its change.

    Args:
        kind: The last part of the resource's type, such as `Role`.
        old: Its inputs and protection as the state holds them; empty for a creation.
        new: The same as the program declares them; empty for a deletion.
        declared: The friendly name that was declared when the stack was last brought up, if that is known.
        objected: Whether a policy objects to the resource: no text of it is shown then.
    """
    was, becomes = dict(_leaves("", old)), dict(_leaves("", new))
    unsaid = {"protect": False, "service_sid": becomes.get("service_sid"), **DEFAULTS.get(kind, {})}
    found = {}
    for key in [*was, *(key for key in becomes if key not in was)]:
        before, after = was.get(key), becomes.get(key)
        if before == after or (not old and key in unsaid and after == unsaid[key]):
            continue
        foreign = key.rpartition(".")[2] in TEXTS and (key != "friendly_name" or before != declared)
        if foreign and before is not None:
            before = HIDDEN
        found[key] = Change(_shown(key, before, objected), _shown(key, after, objected))
    return found


def differing(old: Mapping[str, Any], new: Mapping[str, Any]) -> set[str]:
    """Return the dotted names of the values in which two sets of properties differ."""
    was, is_now = dict(_leaves("", old)), dict(_leaves("", new))
    return {key for key in {*was, *is_now} if was.get(key) != is_now.get(key)}


def hidden(new: Mapping[str, Any], found: Mapping[str, Change]) -> dict[str, Any]:
    """Return the new values that a report does not show, by dotted name.

    Secrets are among them whether they change or not, for an event log does not tell.

    Args:
        new: A resource's settings as the program declares them.
        found: What `changes` found.
    """
    return {
        key: value
        for key, value in _leaves("", new)
        if holds_secret(value) or (key in found and found[key].new in (HIDDEN, MASKED))
    }


def holds_secret(value: object) -> bool:
    """Tell whether a value is a secret, or holds one: then an event log does not tell it whole."""
    if isinstance(value, Mapping):
        return _SIGNATURE in value or any(map(holds_secret, value.values()))
    return isinstance(value, list) and any(map(holds_secret, value))


def is_secret(value: object) -> bool:
    """Tell a secret, of which an event log shows that it is one."""
    return isinstance(value, Mapping) and _SIGNATURE in value


def _leaves(path: str, value: object) -> Iterator[tuple[str, Any]]:
    """List the values of a nested mapping, without the engine's own keys."""
    if isinstance(value, Mapping) and _SIGNATURE not in value:
        for key, each in value.items():
            if not key.startswith("__"):
                yield from _leaves(f"{path}.{key}" if path else key, each)
    else:
        yield path, value


def _shown(key: str, value: object, objected: bool) -> object:
    name = key.rpartition(".")[2]
    if value is None or isinstance(value, bool) or value == HIDDEN:
        return value
    if value == _UNKNOWN:
        return LATER
    if name in TEXTS and isinstance(value, str):
        return MASKED if objected else value
    if name in WORDS:
        if isinstance(value, list) and all(isinstance(each, str) for each in value):
            return [LATER if each == _UNKNOWN else each for each in value]
        if isinstance(value, str):
            return value
    return HIDDEN
