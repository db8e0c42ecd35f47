"""What makes a service behave, as a stack file declares it: roles, configuration, webhook, notifications.

Typed models and their rules; every rule's text tells what a value must be, and never repeats it. Default roles are
names of the service's own roles; whether they are is checked by `settings`, which sees a service whole.
Docs: docs/stacks.md
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, WithJsonSchema
from pydantic.alias_generators import to_camel
from pydantic_core import PydanticCustomError

from providers.rules import DEFAULT_ROLES, ROLE, Check, did_you_mean, tidy_name, web_url
from providers.vocabulary import EVENTS, PERMISSIONS

__all__ = [
    "ConfigurationSettings",
    "NotificationsSettings",
    "RoleName",
    "RoleSettings",
    "Section",
    "WebUrl",
    "WebhookSettings",
    "by_rule",
    "distinct",
    "secret_or",
    "suggestion",
    "wiring_problems",
]

ANY_PERMISSION = tuple(dict.fromkeys(each for known in PERMISSIONS.values() for each in known))


class Section(BaseModel):
    """A map of settings in a stack file: keys in camel case, no others, no conversion of values."""

    model_config = ConfigDict(
        alias_generator=to_camel, extra="forbid", frozen=True, strict=True, use_attribute_docstrings=True
    )


def suggestion(key: str, known: Iterable[str], *, list_all: bool = True) -> str:
    """Suggest the nearest known word, else tell them all: "; did you mean friendlyName?"."""
    words = [*known]
    return did_you_mean(key, words) or (
        f"; known: {', '.join(words)}" if list_all else "; docs/stacks.md lists them"
    )


def problem(text: str) -> PydanticCustomError:
    """Make an error whose text is shown as it is."""
    return PydanticCustomError("rule", text.replace("{", "{{").replace("}", "}}"))


def _known(known: Collection[str], what: str) -> Callable[[str], str]:
    def check(word: str) -> str:
        if word not in known:
            raise problem(f"is no {what}{suggestion(word, known, list_all=False)}")
        return word

    return check


def _distinct(words: list[str]) -> list[str]:
    if len(set(words)) < len(words):
        raise problem("must not name anything twice")
    return words


def by_rule(check: Check) -> AfterValidator:
    """Hold a value against a rule of the provider, whose text is shown with file and key."""

    def held(value: str) -> str:
        why = check(value)
        if why:
            raise problem(why)
        return value

    return AfterValidator(held)


def secret_or(schema: dict[str, Any]) -> WithJsonSchema:
    """Let an editor take an encrypted value, too."""
    sealed = {
        "type": "object",
        "properties": {"secure": {"type": "string"}},
        "required": ["secure"],
        "additionalProperties": False,
    }
    return WithJsonSchema({"anyOf": [schema, sealed]})


distinct = AfterValidator(_distinct)
"""Refuse a list that names anything twice."""
_URL_SCHEMA = {
    "type": "string",
    "format": "uri",
    "pattern": r"^(https://|http://(localhost|127\.|\[::1\]))[^@]+$",
}

_ROLE_SID: dict[str, Any] = {"pattern": "^RL[0-9a-fA-F]{32}$"}

RoleName = Annotated[str, Field(min_length=1, max_length=64), by_rule(tidy_name(1, 64))]
WebUrl = Annotated[str, by_rule(web_url), secret_or(_URL_SCHEMA)]
Event = Annotated[
    str, AfterValidator(_known(EVENTS, "event of a service")), Field(json_schema_extra={"enum": [*EVENTS]})
]
Permission = Annotated[
    str,
    AfterValidator(_known(ANY_PERMISSION, "permission")),
    Field(json_schema_extra={"enum": [*ANY_PERMISSION]}),
]
Text = Annotated[str, Field(min_length=1)]


class RoleSettings(Section):
    """A role; its key is its name at Twilio."""

    type: Literal["conversation", "service"]
    """Where it permits. A new type replaces the role, as a new name does."""
    permissions: Annotated[list[Permission], Field(min_length=1), distinct]
    """What it permits; the order means nothing."""
    import_sid: Annotated[str, by_rule(ROLE.check_sid), Field(json_schema_extra=_ROLE_SID)] | None = None
    """SID of an existing role of the service to adopt instead of creating one."""


class ConfigurationSettings(Section):
    """Default roles and reachability; what is left out is left alone."""

    default_conversation_creator_role: RoleName | None = None
    """Name of the conversation role of who creates a conversation."""
    default_conversation_role: RoleName | None = None
    """Name of the conversation role of who is added to a conversation."""
    default_chat_service_role: RoleName | None = None
    """Name of the service role of who is added to the service."""
    reachability_enabled: bool | None = None
    """Whether users see if others are reachable."""


class WebhookSettings(Section):
    """Where events are sent; what is left out is left alone."""

    pre_webhook_url: WebUrl | None = None
    """Asked before an event takes place."""
    post_webhook_url: WebUrl | None = None
    """Told after an event."""
    method: Literal["GET", "POST"] | None = None
    """How both are called."""
    filters: Annotated[list[Event], Field(min_length=1), distinct] | None = None
    """The events to send."""


class MediaNotificationSettings(Section):
    """The push of a new message with media."""

    enabled: bool | None = None
    """Whether it is pushed."""
    template: Text | None = None
    """The text, with Twilio's placeholders; no personal data."""


class NotificationSettings(Section):
    """The push of one kind of event."""

    enabled: bool | None = None
    """Whether it is pushed."""
    template: Text | None = None
    """The text, with Twilio's placeholders; no personal data."""
    sound: Text | None = None
    """Name of the sound that the app plays."""


class MessageNotificationSettings(NotificationSettings):
    """The push of a new message."""

    badge_count_enabled: bool | None = None
    """Whether the app's badge counts new messages."""
    with_media: MediaNotificationSettings | None = None
    """If it comes with media."""


class NotificationsSettings(Section):
    """What is pushed to devices; what is left out is left alone."""

    log_enabled: bool | None = None
    """Whether Twilio logs what it pushes."""
    new_message: MessageNotificationSettings | None = None
    """To participants, when a message is added."""
    added_to_conversation: NotificationSettings | None = None
    """To who is added to a conversation."""
    removed_from_conversation: NotificationSettings | None = None
    """To who is removed from one."""


def wiring_problems(
    roles: dict[str, RoleSettings], configuration: ConfigurationSettings | None
) -> Iterator[tuple[str, str]]:
    """Yield place and text of what does not fit together: permissions and types, default roles and roles."""
    for name, role in roles.items():
        known = PERMISSIONS[role.type]
        for index, permission in enumerate(role.permissions):
            if permission not in known:
                yield f"roles.{name}.permissions[{index}]", f"is no permission of a {role.type} role"
    for field, type_ in DEFAULT_ROLES.items():
        wanted: str | None = getattr(configuration, field, None)
        if wanted is None or (wanted in roles and roles[wanted].type == type_):
            continue
        fitting = [each for each, role in roles.items() if role.type == type_]
        place = f"configuration.{to_camel(field)}"
        if wanted in roles:
            yield place, f"must name a {type_} role, and that one is a {roles[wanted].type} role"
        elif fitting:
            yield place, f"is none of the service's {type_} roles{suggestion(wanted, fitting)}"
        else:
            yield place, f"must name a {type_} role, and the service declares none under roles"
