"""What an engine configures a provider with, and what the stack file says of it now.

Pulumi's `Config` gives a value by its key alone, with the project's name before a key that has no namespace, as those
of an explicit provider have none. Which keys there are stands in a private name of it, read here and nowhere else: a
provider that fell back to other credentials than those that it was given would work in another account.

TWILIO_RUN_SETTINGS holds what the stack file says of this provider now, {"twilio:authToken": "…"}; an engine configures
it for a refresh or a destroy with what the state recorded, revoked credentials included.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from importlib.metadata import version

from pulumi.dynamic import ConfigureRequest

from ..._api.config import KEYS, NAMESPACE
from ...errors import ConfigurationError

__all__ = ["SETTINGS", "configuration_now", "configuration_of"]

SETTINGS = "TWILIO_RUN_SETTINGS"


def configuration_of(request: ConfigureRequest) -> Mapping[str, object]:
    """Give the configuration of a provider, with the settings of now.

    Raises:
        ConfigurationError: if this version of Pulumi's SDK keeps it otherwise.
    """
    given = getattr(request.config, "_props", None)
    if not isinstance(given, Mapping):
        raise ConfigurationError(
            "configure the provider",
            f"version {version('pulumi')} of the package pulumi hands the configuration over in a way unknown here",
            hint="install the version that requirements.txt names, and please report this line",
        )
    return configuration_now(given, os.environ)


def configuration_now(given: Mapping[str, object], environ: Mapping[str, str]) -> Mapping[str, object]:
    """Put the settings of now in the place of those that an engine has kept.

    Args:
        given: the stack's configuration; the inputs of an explicit account have no namespace, and stay.
        environ: the environment, which holds the settings of now.
    """
    try:
        settings = json.loads(environ[SETTINGS])
    except (KeyError, ValueError):
        return given
    if not isinstance(settings, dict) or any(key in given for key in KEYS):
        return given
    kept = {key: value for key, value in given.items() if not key.startswith(NAMESPACE)}
    return {**kept, **settings}
