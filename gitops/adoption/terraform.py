"""What a Terraform state manages of Conversations: which things, by SID, and under which names.

Nothing but SIDs and names is taken from it: what a thing is, is read from the account, where it is true, so that no
value of a state, which holds secrets in clear, is copied. Types by the published schemas of two providers:
https://registry.terraform.io/providers/RJPearson94/twilio/latest/docs
https://github.com/twilio/terraform-provider-twilio/blob/main/twilio/resources/conversations/v1/README.md
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gitops.exits import GitopsError
from providers._api.checks import is_sid

__all__ = ["Instance", "TerraformState", "read_terraform"]

VERSION = 4
"""Of the state's format, since Terraform 0.12; OpenTofu writes the same."""
MAX_BYTES = 256 * 1024 * 1024
GENERIC = ("this", "main", "default", "service", "conversations", "conversation_service")
"""Names of resources that say nothing: then the module's name does."""

SERVICES = ("twilio_conversations_service", "twilio_conversations_services_v1")
PARTS = {
    "twilio_conversations_role": "service_sid",
    "twilio_conversations_service_configuration": "service_sid",
    "twilio_conversations_service_notification": "service_sid",
    "twilio_conversations_services_roles_v1": "chat_service_sid",
}
"""Types of what is below a service, by the attribute that names it."""
ADDRESSES = (
    "twilio_conversations_address_configuration_default",
    "twilio_conversations_address_configuration_studio",
    "twilio_conversations_address_configuration_webhook",
    "twilio_conversations_configuration_addresses_v1",
)
OF_THE_ACCOUNT = (
    "twilio_conversations_configuration",
    "twilio_conversations_webhook",
    "twilio_conversations_roles_v1",
)
"""Types of settings that are the account's, and no service's."""
_BELONGS = re.compile(r"twilio_conversations_")


@dataclass(frozen=True, slots=True)
class Instance:
    """A thing that the state manages."""

    address: str
    """As Terraform's commands take it: `module.eu.twilio_conversations_service.support["de"]`."""
    sid: str
    """Of a service's part that has none, the service's."""
    name: str = ""
    """What the address says of it: `support de`."""
    service_sid: str = ""


@dataclass(slots=True)
class TerraformState:
    """What was found, and what cannot be taken, with the reason."""

    services: list[Instance] = field(default_factory=list)
    parts: list[Instance] = field(default_factory=list)
    addresses: list[Instance] = field(default_factory=list)
    left: list[tuple[str, str]] = field(default_factory=list)


def read_terraform(path: Path) -> TerraformState:
    """Read a state.

    Raises:
        GitopsError: If it cannot be read, or is no state; the text repeats nothing of it.
    """
    try:
        if path.stat().st_size > MAX_BYTES:
            raise GitopsError(f"--terraform: {path} has more than {MAX_BYTES:,} bytes")
        document = json.loads(path.read_bytes())
    except OSError as error:
        raise GitopsError(f"--terraform: cannot read {path}: {error.strerror}") from None
    except (ValueError, RecursionError):
        raise GitopsError(
            f"--terraform: {path} is no JSON", hint="make it with: terraform state pull"
        ) from None
    if not isinstance(document, dict) or document.get("version") != VERSION:
        raise GitopsError(
            f"--terraform: {path} is no state of Terraform's format {VERSION}",
            hint="make it with: terraform state pull",
        )
    found = TerraformState()
    resources = document.get("resources")
    for resource in resources if isinstance(resources, list) else ():
        if isinstance(resource, dict) and resource.get("mode") == "managed":
            _take(found, resource)
    managed = {each.sid for each in found.services}
    for part in [each for each in found.parts if each.service_sid not in managed]:
        found.parts.remove(part)
        found.left.append(
            (part.address, f"its service {part.service_sid} is not managed there: take it by --service")
        )
    return found


def _take(found: TerraformState, resource: Mapping[str, Any]) -> None:
    kind = str(resource.get("type", ""))
    if not _BELONGS.match(kind):
        return
    for address, name, attributes in _instances(resource):
        sid = str(attributes.get("sid") or attributes.get("id") or "")
        if kind in SERVICES and is_sid("IS", sid):
            found.services.append(Instance(address, sid, name))
        elif kind in PARTS and is_sid("IS", owner := str(attributes.get(PARTS[kind]) or "")):
            found.parts.append(Instance(address, sid if is_sid("RL", sid) else owner, name, owner))
        elif kind in ADDRESSES and is_sid("IG", sid):
            found.addresses.append(Instance(address, sid, name))
        elif kind in OF_THE_ACCOUNT:
            found.left.append((address, "it is the account's own, and no service's"))
        elif kind in (*SERVICES, *PARTS, *ADDRESSES):
            found.left.append((address, "the state holds no SID of it"))
        else:
            found.left.append((address, "this project has no such resource"))


def _instances(resource: Mapping[str, Any]) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """Yield address, name and attributes of each instance, without those that Terraform has condemned already."""
    module, word = str(resource.get("module") or ""), str(resource.get("name") or "")
    plain = f"{module + '.' if module else ''}{resource.get('type')}.{word}"
    instances = resource.get("instances")
    for instance in instances if isinstance(instances, list) else ():
        if not isinstance(instance, dict) or instance.get("deposed"):
            continue
        key, attributes = instance.get("index_key"), instance.get("attributes")
        index = "" if key is None else f"[{json.dumps(key, ensure_ascii=False)}]"
        words = re.findall(r"module\.([\w-]+)", module) if word in GENERIC else []
        words += [] if key is None else [str(key)]
        if word not in GENERIC or not words:
            words.insert(0, word)
        yield f"{plain}{index}", " ".join(words), attributes if isinstance(attributes, dict) else {}
