"""What the Pulumi program is made of: typed settings, read from a stack's configuration and the files it includes.

Not the provider (`providers/`), which knows nothing of stack files.
"""

from __future__ import annotations

from program.reading import read_services, services_with_secrets, stack_folder
from program.settings import ServiceSettings, SettingsError

__all__ = ["ServiceSettings", "SettingsError", "read_services", "services_with_secrets", "stack_folder"]
