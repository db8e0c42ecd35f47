"""The Pulumi program: declare the Conversation Services of one environment: a stack file, and what it includes.

Run by an engine (`make up`), never by hand. Output `services`: per logical name sid, friendlyName and url.
"""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path

import pulumi

from program import ServiceSettings, SettingsError, read_services, services_with_secrets, stack_folder
from providers import ConversationEnvironment, ConversationService


def declare(name: str, settings: ServiceSettings, *, secret_urls: bool) -> ConversationEnvironment:
    """Declare one service and what makes it behave, as its settings say."""
    behaviour = settings.behaviour()
    if secret_urls:
        webhook = behaviour.get("webhook", {})
        webhook |= {key: pulumi.Output.secret(webhook[key]) for key in webhook if key.endswith("_url")}
    return ConversationEnvironment(
        name,
        friendly_name=settings.friendly_name,
        force_destroy=settings.force_destroy,
        import_sid=settings.import_sid,
        on_name_conflict=settings.on_name_conflict,
        protect=settings.protect,
        opts=pulumi.ResourceOptions(retain_on_delete=settings.retain_on_delete),
        **behaviour,
    )


def told(service: ConversationService) -> dict[str, pulumi.Output[str]]:
    """Return what outputs tell of a service, once it exists: a preview shows no name that a policy refuses."""
    name = pulumi.Output.all(service.id, service.friendly_name).apply(lambda values: str(values[1]))
    return {"sid": service.id, "friendlyName": name, "url": service.url}


def main() -> None:
    """Read the stack's settings, declare its services and export what others need of them."""
    # An engine interrupts the program once a resource has failed: end without a traceback over its error.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    # The engine hands the whole configuration over in this variable; pulumi.Config reads single keys only.
    configuration = json.loads(os.environ.get("PULUMI_CONFIG", "{}"))
    encrypted = services_with_secrets(configuration, os.environ.get("PULUMI_CONFIG_SECRET_KEYS", "[]"))
    try:
        folder = Path(stack_folder(Path.cwd()))
        declared = read_services(configuration, str(folder / f"Pulumi.{pulumi.get_stack()}.yaml"))
    except SettingsError as error:
        raise pulumi.RunError(str(error)) from None

    services = {
        name: declare(name, settings, secret_urls=name in encrypted).service
        for name, settings in declared.items()
    }
    pulumi.export("services", {name: told(service) for name, service in services.items()})


main()
