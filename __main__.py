"""The Pulumi program: declare the Conversation Services of one environment: a stack file, and what it includes.

Run by an engine (`make up`), never by hand. Outputs, per logical name:
`services` with sid, friendlyName and url, `addresses` with sid and url.
"""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path

import pulumi

from program import (
    AddressSettings,
    ServiceSettings,
    SettingsError,
    addresses_hold_secrets,
    read_stack,
    run,
    services_with_secrets,
    stack_folder,
)
from providers import AddressConfiguration, ConversationEnvironment, ConversationService


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


def declare_address(
    name: str, settings: AddressSettings, sids: dict[str, pulumi.Output[str]], *, secret_url: bool
) -> AddressConfiguration:
    """Declare one address of the account, led to a service of this stack if its settings name one."""
    inputs = settings.inputs(sids)
    creation = inputs.get("auto_creation", {})
    if secret_url and "webhook_url" in creation:
        creation["webhook_url"] = pulumi.Output.secret(creation["webhook_url"])
    opts = pulumi.ResourceOptions(protect=settings.protect, retain_on_delete=settings.retain_on_delete)
    return AddressConfiguration(name, **inputs, opts=opts)


def told(service: ConversationService) -> dict[str, pulumi.Output[str]]:
    """Return what outputs tell of a service, once it exists: a preview shows no name that a policy refuses."""
    name = pulumi.Output.all(service.id, service.friendly_name).apply(lambda values: str(values[1]))
    return {"sid": service.id, "friendlyName": name, "url": service.url}


def main() -> list[pulumi.Resource]:
    """Read the stack's settings, declare its services and export what others need of them; return what it declares."""
    # An engine interrupts the program once a resource has failed: end without a traceback over its error.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    # The engine hands the whole configuration over in this variable; pulumi.Config reads single keys only.
    configuration = json.loads(os.environ.get("PULUMI_CONFIG", "{}"))
    secret_keys = os.environ.get("PULUMI_CONFIG_SECRET_KEYS", "[]")
    encrypted = services_with_secrets(configuration, secret_keys)
    try:
        stack_file = str(Path(stack_folder(Path.cwd())) / f"Pulumi.{pulumi.get_stack()}.yaml")
        declared, leading = read_stack(configuration, stack_file)
    except SettingsError as error:
        raise pulumi.RunError(str(error)) from None

    environments = {
        name: declare(name, settings, secret_urls=name in encrypted) for name, settings in declared.items()
    }
    services = {name: each.service for name, each in environments.items()}
    pulumi.export("services", {name: told(service) for name, service in services.items()})
    sids = {name: service.id for name, service in services.items()}
    secret_url = addresses_hold_secrets(secret_keys)
    addresses = {
        name: declare_address(name, settings, sids, secret_url=secret_url)
        for name, settings in leading.items()
    }
    if addresses:
        # Never the address itself: it may be a person's.
        pulumi.export(
            "addresses", {name: {"sid": each.id, "url": each.url} for name, each in addresses.items()}
        )
    return [*(part for each in environments.values() for part in each.parts()), *addresses.values()]


run(main)
