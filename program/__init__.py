"""What the Pulumi program is made of: typed settings, read from a stack's configuration and the files it includes.

Not the provider (`providers/`), which knows nothing of stack files.
"""

from __future__ import annotations

from program.addresses import AddressSettings
from program.reading import (
    addresses_hold_secrets,
    read_services,
    read_stack,
    services_with_secrets,
    stack_folder,
)
from program.running import run
from program.settings import ServiceSettings, SettingsError

__all__ = [
    "AddressSettings",
    "ServiceSettings",
    "SettingsError",
    "addresses_hold_secrets",
    "read_services",
    "read_stack",
    "run",
    "services_with_secrets",
    "stack_folder",
]
