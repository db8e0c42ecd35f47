"""What the user has decided, for one run, about services whose deletion is refused: give them up, or keep them.

The guard asks the program (`force_destroy`). Of a service that the program does not declare any more, removed or
replaced already, it says nothing: an engine then deletes with the inputs that the state recorded. Whoever means it
names the very service: `give_up` deletes it with all that it holds, `keep` lets the state forget it and leaves it
where it is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from .._api.checks import is_sid
from ..errors import ConfigurationError

__all__ = ["Release", "read_release"]

GIVE_UP = ("twilio:giveUp", "TWILIO_GIVE_UP")
KEEP = ("twilio:keep", "TWILIO_KEEP")
"""Key of a stack's configuration, and variable; both count."""

# A list in a stack file arrives as JSON text.
_SEPARATORS = re.compile(r'[\s,;"\[\]]+')


@dataclass(frozen=True)
class Release:
    """SIDs of services."""

    give_up: frozenset[str] = frozenset()
    keep: frozenset[str] = frozenset()


def read_release(config: Mapping[str, object], environ: Mapping[str, str]) -> Release:
    """Read both lists.

    Args:
        config: the stack's whole configuration, or the inputs of an explicit account, which hold neither.
        environ: the environment.

    Raises:
        ConfigurationError: if something is no SID of a service, or one stands in both lists.
    """
    problems: list[str] = []

    def sids(names: tuple[str, str]) -> frozenset[str]:
        key, variable = names
        found: set[str] = set()
        for place, text in ((key, config.get(key)), (variable, environ.get(variable))):
            words = [word for word in _SEPARATORS.split(str(text or "")) if word]
            if not all(is_sid("IS", word) for word in words):
                problems.append(
                    f"{place} must name services by their SIDs: IS and 32 hexadecimal digits each"
                )
            found.update(words)
        return frozenset(found)

    release = Release(give_up=sids(GIVE_UP), keep=sids(KEEP))
    if both := sorted(release.give_up & release.keep):
        problems.append(f"one and the same service is to be given up and to be kept: {', '.join(both)}")
    if problems:
        raise ConfigurationError(
            "configure the Twilio provider",
            "; ".join(problems),
            hint=f"set {GIVE_UP[1]} or {KEEP[1]} (or {GIVE_UP[0]}, {KEEP[0]}) to the SID that the refusal named",
        )
    return release
