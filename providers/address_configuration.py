"""AddressConfiguration: what happens to a message that arrives at an address of the account.

An address is a phone number, an e-mail address or the like: the account's own, not a service's, and the API keeps it
unique. Where conversations begin by themselves, it names the service in which they do. The address may be a person's:
it is kept as a secret, and no error repeats it.
https://www.twilio.com/docs/conversations/api/address-configuration-resource
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, TypedDict, get_args

import pulumi

from ._api.checks import KnownItems, OneOf, flag, same_url, sid_of, web_url
from ._api.entity import Entity
from ._api.fields import Field
from ._api.names import name, reading
from ._resource.inputs import OnUniqueConflict
from ._resource.named import NamedProvider, NamedResource
from .vocabulary import METHODS, AddressEvent, AddressType, AutoCreationType, Method

__all__ = ["ADDRESS", "AddressConfiguration", "AddressConfigurationProvider", "AutoCreation"]

_PAGE = "https://www.twilio.com/docs/conversations/api/address-configuration-resource"
MOST_RETRIES = 3


def _country(value: object) -> str | None:
    fits = isinstance(value, str) and re.fullmatch(r"[A-Z]{2}", value)
    return None if fits else "must be a country's code of two capitals, such as US"


def _retries(value: object) -> str | None:
    fits = isinstance(value, int | float) and not isinstance(value, bool) and value in range(MOST_RETRIES + 1)
    return None if fits else f"must be a whole number from 0 to {MOST_RETRIES}"


ADDRESS = Entity(
    kind="address configuration",
    prefix="IG",
    path="/v1/Configuration/Addresses",
    key="address_configurations",
    page_size=50,
    fields=(
        Field("type", OneOf(get_args(AddressType)), required=True, replaces=True, meaning=str.lower),
        Field("address", name(1, 256), required=True, replaces=True, secret=True),
        Field("friendly_name", name(1, 256), meaning=reading),
        Field("address_country", _country, replaces=True),
        Field(
            "auto_creation",
            type=dict,
            fields=(
                Field("enabled", flag, bool),
                Field("type", OneOf(get_args(AutoCreationType)), keeps=True),
                Field("conversation_service_sid", sid_of("IS", "a service"), keeps=True),
                Field("webhook_url", web_url, meaning=same_url),
                Field("webhook_method", OneOf(METHODS), meaning=str.upper),
                Field(
                    "webhook_filters",
                    KnownItems(get_args(AddressEvent), "event of an address", _PAGE),
                    list,
                    meaning=frozenset,
                ),
                Field("studio_flow_sid", sid_of("FW", "a Studio flow"), keeps=True),
                Field("studio_retry_count", _retries, int, keeps=True),
            ),
        ),
    ),
    identity=("address",),
    unique=True,
)


class AutoCreation(TypedDict, total=False):
    """How conversations begin by themselves; what is left out is not managed."""

    enabled: pulumi.Input[bool]
    type: pulumi.Input[AutoCreationType]
    conversation_service_sid: pulumi.Input[str]
    webhook_url: pulumi.Input[str]
    webhook_method: pulumi.Input[Method]
    webhook_filters: pulumi.Input[Sequence[pulumi.Input[AddressEvent]]]
    studio_flow_sid: pulumi.Input[str]
    studio_retry_count: pulumi.Input[int]


class AddressConfigurationProvider(NamedProvider):
    """Create, adopt, read, change and delete an address configuration; a new address, type or country replaces it."""

    entity = ADDRESS


class AddressConfiguration(NamedResource, module="twilio", name="AddressConfiguration"):
    """What happens to messages that arrive at an address of the account. What is left out is not managed.

    Args:
        resource_name: logical name in the Pulumi program.
        type: `sms`, `whatsapp`, `messenger`, `gbm`, `email`, `rcs`, `apple` or `chat`. Another one replaces it.
        address: 1 to 256 characters, e.g. a phone number in E.164; kept secret. Another one replaces it.
        friendly_name: 1 to 256 characters, no personal data.
        address_country: of the number, two capitals. Another one replaces it.
        auto_creation: whether, where and how conversations begin by themselves.
        import_sid: take over this configuration instead of creating one; type, address and country must be those
            declared.
        on_name_conflict: what to do if the address is configured already: `error` (default), or `adopt` it unless
            somebody else in this run has it.
        opts: Pulumi's options.
    """

    type: pulumi.Output[str]
    """The kind of address."""
    address: pulumi.Output[str]
    """The address; secret."""
    friendly_name: pulumi.Output[str | None]
    """As managed; None if it is not."""
    address_country: pulumi.Output[str | None]
    """As managed; None if it is not."""
    auto_creation: pulumi.Output[Mapping[str, Any] | None]
    """What is managed of it."""

    provider_class = AddressConfigurationProvider

    def __init__(
        self,
        resource_name: str,
        *,
        type: pulumi.Input[AddressType],  # noqa: A002 - Twilio's word
        address: pulumi.Input[str],
        friendly_name: pulumi.Input[str] | None = None,
        address_country: pulumi.Input[str] | None = None,
        auto_creation: pulumi.Input[AutoCreation] | None = None,
        import_sid: pulumi.Input[str] | None = None,
        on_name_conflict: pulumi.Input[OnUniqueConflict] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        self._declare(locals())
