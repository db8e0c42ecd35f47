"""What a stack declares for inputs that are secret: an engine's event log only tells that they are.

They are read where the program reads them, out of the stack's configuration, decrypted, and kept in memory alone. What
stands anywhere else is not found, and then counts as different from everything.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cached_property
from typing import Any

from tools.included import SECRETS, SERVICES
from tools.stack import PreparedStack
from tools.stack_files import ADDRESSES, declared_services

__all__ = ["SecretValues"]

PLACES: Mapping[str, tuple[tuple[str, tuple[str, ...]], ...]] = {
    "AddressConfiguration": ((ADDRESSES, ()),),
    "ServiceWebhook": ((SECRETS, ("webhook",)), (SERVICES, ("webhook",))),
}
"""By the last part of a resource's type: sections of the configuration, and the way from an entry to its inputs."""


class SecretValues:
    """Secret inputs of one stack; an engine is asked for them once, when the first is needed.

    Args:
        prepared: The stack.
    """

    def __init__(self, prepared: PreparedStack) -> None:
        self._prepared = prepared

    def declared(self, urn: str, path: str) -> object:
        """Return what is declared for an input; None if it is not found.

        Args:
            urn: The resource.
            path: The input's dotted name.

        Raises:
            SystemExit: If the engine cannot decrypt the configuration; the text is its own error.
        """
        name, kind = urn.rpartition("::")[2], urn.split("::")[-2].rpartition(":")[2]
        for section, way in PLACES.get(kind, ()):
            found: Any = self._sections[section]
            # A part's logical name begins with that of its service.
            for key in (name.partition("/")[0], *way, *map(_camel, path.split("."))):
                found = found.get(key) if isinstance(found, Mapping) else None
            if found is not None:
                return found
        return None

    @cached_property
    def _sections(self) -> dict[str, Mapping[str, Any]]:
        configuration = self._prepared.configuration()
        found = {key: _map(configuration.get(key)) for key in (ADDRESSES, SECRETS, SERVICES)}
        # What included files hold is never encrypted, and stands in no configuration.
        found[SERVICES] = {**declared_services(self._prepared.document), **found[SERVICES]}
        return found


def _map(text: str | None) -> Mapping[str, Any]:
    try:
        found = json.loads(text or "{}")
    except ValueError:
        return {}
    return found if isinstance(found, Mapping) else {}


def _camel(name: str) -> str:
    return re.sub(r"_(\w)", lambda found: found[1].upper(), name)
