"""What the Pulumi program is made of: typed settings, read from a stack's configuration.

Not the provider (`providers/`), which knows nothing of stack files.
"""

from __future__ import annotations

from program.settings import ServiceSettings, SettingsError, read_services

__all__ = ["ServiceSettings", "SettingsError", "read_services"]
