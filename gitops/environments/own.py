"""What a new environment takes over from the one that it is a copy of: the decisions, entry by entry.

Names and hosts that bear the other environment's name get the new one's. What no copy can know is left to people, at
a marked place: `# fill in: …` where something is missing, `# check: …` where something was taken over.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from gitops.environments.copying import Change, Path
from gitops.stack_file import translated
from tools.included import INCLUDE, SECRETS, SERVICES
from tools.stack_files import ADDRESSES, CREDENTIAL_KEYS, DEFAULTS, SECRET_KEYS, SECRETS_KEYS
from tools.stack_shape import is_sealed_setting

__all__ = ["CHECK", "FILL_IN", "PLACEHOLDER", "Own"]

FILL_IN = "fill in: "
CHECK = "check: "
PLACEHOLDER = "fill-in.invalid"
"""Stands for a host that no copy can know; the policy https-webhooks refuses it."""
PROTECTION = ("forceDestroy", "protect", "retainOnDelete")
OF_ITS_SERVICES = ("twilio:giveUp", "twilio:keep")
"""Keys that name services by SID."""
_URLS = ("preWebhookUrl", "postWebhookUrl")
_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_DROPPED = Change("drop")


@dataclass(frozen=True, slots=True)
class Own:
    """Decides for a copy.

    Args:
        source: The environment that is copied.
        name: The new one.
    """

    source: str
    name: str

    def stack_file(self, path: Path, value: Any) -> Change | None:
        """Decide about an entry of a stack file."""
        match path:
            case ("config", key, *rest) if key == SERVICES and rest:
                return self.services((*rest,), value, path[1:])
            case ("config", key) if _plain(key) in CREDENTIAL_KEYS:
                secret = "--secret " if _plain(key) in SECRET_KEYS else ""
                return self._missing(f"{key}, with: pulumi config set {secret}{key} --stack {self.name}")
            case ("config", key) if _plain(key) in OF_ITS_SERVICES:
                return _DROPPED
            case ("config", key) if key == ADDRESSES:
                return self._missing(f"{key}, for each environment has addresses of its own")
            case ("config", key) if key == INCLUDE and isinstance(value, list):
                return Change("replace", [translated(each, self.source, self.name) for each in value])
            case ("config", key, setting) if key == DEFAULTS and setting in PROTECTION:
                return self._protection(setting)
            case ("config", key, _, "webhook", _) if key == SECRETS:
                return self._secret(".".join(path[1:]))
            case ("config", *rest) if rest and is_sealed_setting(value):
                return self._secret(".".join(rest))
            case ("secretsprovider",):
                return self._missing("secretsprovider: one of its own, before the first secret")
            case (key,) if key in SECRETS_KEYS:
                return _DROPPED
        return None

    def services(self, path: Path, value: Any, place: Path = ()) -> Change | None:
        """Decide about an entry below a map of services; `place` is its path below `config`, if it has one."""
        match path:
            case (_, "friendlyName") if isinstance(value, str):
                return Change("replace", translated(value, self.source, self.name))
            case (_, "importSid") | (_, "roles", _, "importSid"):
                return _DROPPED
            case (_, setting) if setting in PROTECTION:
                return self._protection(setting)
            case (_, "webhook", key) if key in _URLS and isinstance(value, str):
                return self._webhook(value)
        return self._secret(".".join(place or path)) if is_sealed_setting(value) else None

    def _protection(self, setting: str) -> Change:
        return Change("keep", comment=f"{CHECK}{setting} is as in {self.source}")

    def _missing(self, text: str) -> Change:
        return Change("drop", comment=FILL_IN + text)

    def _secret(self, place: str) -> Change:
        command = f"pulumi config set --secret --path '{place}' --stack {self.name}"
        return self._missing(f"{place}, of which {self.source} has a secret of its own, with: {command}")

    def _webhook(self, url: str) -> Change:
        own = translated(url, self.source, self.name)
        try:
            host, other = urlsplit(own).hostname or "", urlsplit(url).hostname or ""
        except ValueError:
            host = other = ""
        if host in _LOOPBACK:
            return Change("replace", own)
        if host != other:
            return Change("replace", own, f"{CHECK}is {host} right?")
        parts = urlsplit(own) if host else None
        # Scheme and path alone: a query may hold a token.
        own = f"https://{PLACEHOLDER}{parts.path if parts else ''}"
        return Change("replace", own, f"{FILL_IN}the host that takes the events of {self.name}")


def _plain(key: str) -> str:
    return key.replace(":config:", ":")
