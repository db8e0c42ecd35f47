"""ConversationEnvironment: a Conversation Service with all that makes it behave, as one component.

It wires its parts by name: a default role is the name of one of its roles. No API of its own; each part is a
resource that can also be declared by itself. https://www.twilio.com/docs/conversations
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, NotRequired, TypedDict

import pulumi

from ._api.checks import did_you_mean
from ._resource.importing import refuse_import
from ._resource.inputs import OnNameConflict
from .conversation_service import ConversationService, ConversationServiceProvider
from .errors import InputError
from .role import Role
from .service_configuration import ServiceConfiguration
from .service_notification import MessageNotification, Notification, ServiceNotification
from .service_webhook import ServiceWebhook
from .vocabulary import Event, Method, Permission, RoleType

__all__ = [
    "ConversationEnvironment",
    "EnvironmentConfiguration",
    "EnvironmentNotifications",
    "EnvironmentRole",
    "EnvironmentWebhook",
]

DEFAULT_ROLES = {
    "default_conversation_creator_role": "conversation",
    "default_conversation_role": "conversation",
    "default_chat_service_role": "service",
}
"""Settings that name a role, and the type it must have."""


class EnvironmentConfiguration(TypedDict, total=False):
    """The service's configuration; default roles are names of `roles`. What is left out is not managed."""

    default_conversation_creator_role: str
    default_conversation_role: str
    default_chat_service_role: str
    reachability_enabled: pulumi.Input[bool]


class EnvironmentRole(TypedDict):
    """A role; its key is its name."""

    type: RoleType
    permissions: pulumi.Input[Sequence[pulumi.Input[Permission]]]
    import_sid: NotRequired[pulumi.Input[str]]


_NEEDED = ("type", "permissions")


class EnvironmentWebhook(TypedDict, total=False):
    """The service's webhooks, as for `ServiceWebhook`."""

    pre_webhook_url: pulumi.Input[str]
    post_webhook_url: pulumi.Input[str]
    method: pulumi.Input[Method]
    filters: pulumi.Input[Sequence[pulumi.Input[Event]]]


class EnvironmentNotifications(TypedDict, total=False):
    """The service's push notifications, as for `ServiceNotification`."""

    log_enabled: pulumi.Input[bool]
    new_message: pulumi.Input[MessageNotification]
    added_to_conversation: pulumi.Input[Notification]
    removed_from_conversation: pulumi.Input[Notification]


class ConversationEnvironment(pulumi.ComponentResource):
    """A Conversation Service, its roles, and its configuration, webhooks and notifications.

    The service has the component's logical name. One that was declared without a component before keeps its
    place: it is found under its older URN.

    Args:
        resource_name: logical name in the Pulumi program.
        friendly_name: the service's name, as for `ConversationService`; so are the three that follow.
        force_destroy: delete or replace the service even if it holds conversations.
        import_sid: adopt this service.
        on_name_conflict: what a service of this name that is there already means.
        roles: by name, 1 to 64 characters. A role of that name and type that the service has already is adopted, as is
            the one that `import_sid` names.
        configuration: default roles by name, and reachability; None leaves all of it alone.
        webhook: None leaves it alone.
        notifications: None leaves them alone.
        protect: no run deletes or replaces the service; its parts may change.
        opts: Pulumi's options; retain_on_delete holds for every part.

    Raises:
        InputError: if a section has an unknown key, or a default role is none of `roles`.
    """

    service: ConversationService
    """The service."""
    roles: Mapping[str, Role]
    """The roles, by name."""
    configuration: ServiceConfiguration | None
    """The configuration, if it is declared."""
    webhook: ServiceWebhook | None
    """The webhook, if it is declared."""
    notifications: ServiceNotification | None
    """The notifications, if they are declared."""

    def __init__(
        self,
        resource_name: str,
        *,
        friendly_name: pulumi.Input[str],
        force_destroy: pulumi.Input[bool] | None = None,
        import_sid: pulumi.Input[str] | None = None,
        on_name_conflict: pulumi.Input[OnNameConflict] | None = None,
        roles: Mapping[str, EnvironmentRole] | None = None,
        configuration: EnvironmentConfiguration | None = None,
        webhook: EnvironmentWebhook | None = None,
        notifications: EnvironmentNotifications | None = None,
        protect: bool | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        roles = roles or {}
        _check(roles, configuration or {}, webhook or {}, notifications or {})
        refuse_import(opts, "conversation environment", ["import_sid"])
        super().__init__("twilio:conversations:ConversationEnvironment", resource_name, None, opts)
        retain = opts.retain_on_delete if opts else None
        self.service = ConversationService(
            resource_name,
            friendly_name=friendly_name,
            force_destroy=force_destroy,
            import_sid=import_sid,
            on_name_conflict=on_name_conflict,
            opts=pulumi.ResourceOptions(
                parent=self,
                aliases=[_without_parent(resource_name)],
                protect=protect,
                retain_on_delete=retain,
            ),
        )
        # The parts go with the service. So a deletion of it that is refused has not taken its roles away before.
        part = pulumi.ResourceOptions(parent=self, deleted_with=self.service, retain_on_delete=retain)
        # The id, not the output `sid`: of a service that changes in place, a preview knows only the id.
        service_sid = self.service.id
        self.roles = {
            name: Role(
                f"{resource_name}/{name}",
                service_sid=service_sid,
                friendly_name=name,
                type=role["type"],
                permissions=role["permissions"],
                import_sid=role.get("import_sid"),
                on_name_conflict="adopt",
                opts=part,
            )
            for name, role in roles.items()
        }
        self.configuration, self.webhook, self.notifications = None, None, None
        if configuration is not None:
            wired = {name: value for name, value in configuration.items() if name not in DEFAULT_ROLES}
            for name in DEFAULT_ROLES:
                if configuration.get(name) is not None:
                    wired[f"{name}_sid"] = self.roles[str(configuration[name])].id  # type: ignore[literal-required]
            self.configuration = ServiceConfiguration(
                resource_name, service_sid=service_sid, **_any(wired), opts=part
            )
        if webhook is not None:
            self.webhook = ServiceWebhook(resource_name, service_sid=service_sid, **_any(webhook), opts=part)
        if notifications is not None:
            self.notifications = ServiceNotification(
                resource_name, service_sid=service_sid, **_any(notifications), opts=part
            )
        self.register_outputs({})

    def parts(self) -> list[pulumi.CustomResource]:
        """Return the service and what was declared with it, in that order."""
        settings = (self.configuration, self.webhook, self.notifications)
        return [self.service, *self.roles.values(), *(each for each in settings if each is not None)]


def _without_parent(resource_name: str) -> str:
    """Give the URN of a service from before it had a parent: text, for an `Alias` costs a tenth of a program's time."""
    type_ = ConversationServiceProvider.resource_type
    return f"urn:pulumi:{pulumi.get_stack()}::{pulumi.get_project()}::{type_}::{resource_name}"


def _any(section: Mapping[str, Any]) -> dict[str, Any]:
    return dict(section)


def _check(
    roles: Mapping[str, EnvironmentRole],
    configuration: Mapping[str, object],
    webhook: Mapping[str, object],
    notifications: Mapping[str, object],
) -> None:
    """Refuse what cannot be wired; all else is checked by the parts."""
    problems = [
        *_unknown("configuration", configuration, EnvironmentConfiguration.__annotations__),
        *_unknown("webhook", webhook, EnvironmentWebhook.__annotations__),
        *_unknown("notifications", notifications, EnvironmentNotifications.__annotations__),
    ]
    for place, role in enumerate(roles.values()):
        problems += _unknown(f"roles[{place}]", role, EnvironmentRole.__annotations__)
        missing = [key for key in EnvironmentRole.__annotations__ if key in _NEEDED and key not in role]
        problems += [f"roles[{place}] must have {key}" for key in missing]
    for name, type_ in DEFAULT_ROLES.items():
        wanted = configuration.get(name)
        fitting = [each for each, role in roles.items() if role.get("type") == type_]
        if wanted is not None and wanted not in fitting:
            problems.append(f"configuration.{name} must name one of the {type_} roles declared under roles")
    if problems:
        raise InputError("declare a ConversationEnvironment", "; ".join(problems))


def _unknown(where: str, section: Mapping[str, object], known: Collection[str]) -> list[str]:
    return [
        f"{where} must have no other keys than {', '.join(known)}{did_you_mean(key, known)}"
        for key in section
        if key not in known
    ]
