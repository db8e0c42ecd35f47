"""What the API answers, parsed: plain values that know no HTTP and no Pulumi.

https://www.twilio.com/docs/conversations/api/service-resource and the pages beside it
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import urlsplit

from .checks import ADDRESS_SID, ROLE_SID, SERVICE_SID

__all__ = ["Account", "Address", "Part", "Role", "Service", "host_of"]


@dataclass(frozen=True)
class Service:
    """A Conversation Service.

    Args:
        sid: IS and 32 hexadecimal digits.
        account_sid: the account that owns it, AC and 32 hexadecimal digits.
        friendly_name: up to 256 characters; "" where it has none.
        date_created: ISO 8601, UTC.
        date_updated: ISO 8601, UTC.
        url: of the service itself.
        links: URLs of what it holds, by name (conversations, users, roles, …).
    """

    sid: str
    account_sid: str
    friendly_name: str
    date_created: str
    date_updated: str
    url: str
    links: Mapping[str, str]

    @classmethod
    def from_json(cls, answer: Mapping[str, Any]) -> Service:
        """Parse one service.

        Raises:
            ValueError: if the answer lacks what a service has.
        """
        texts = _texts(answer, "sid", "account_sid", "friendly_name", "date_created", "date_updated", "url")
        links = answer.get("links") or {}
        if not isinstance(links, dict):
            raise ValueError("fields of another type than the API describes")
        if not SERVICE_SID.fullmatch(texts["sid"]):
            raise ValueError("no SID of a service")
        return cls(**texts, links={str(name): str(url) for name, url in links.items()})

    @classmethod
    def from_listing(cls, item: Mapping[str, Any]) -> Service:
        """Parse one of many: what is odd in it must not stand in the way of the others.

        Only its SID must be right; another field of a type that the API does not describe counts as absent.

        Raises:
            ValueError: if it has no SID of a service.
        """
        texts = {name: value for name, value in item.items() if isinstance(value, str)}
        links = item.get("links")
        return cls.from_json({**texts, "links": links if isinstance(links, dict) else {}})

    @property
    def known_as(self) -> str:
        """Its name: what a second one of would be taken for a twin."""
        return self.friendly_name

    def outputs(self) -> dict[str, Any]:
        """Give all fields by the API's names, as a resource's outputs; one without a name takes any declared one."""
        outputs = asdict(self)
        if not self.friendly_name:
            del outputs["friendly_name"]
        return outputs


@dataclass(frozen=True)
class Role:
    """A role: what a participant may do in a conversation, or a user in a service.

    Args:
        sid: RL and 32 hexadecimal digits.
        service_sid: the service that holds it.
        account_sid: the account that owns it.
        friendly_name: up to 64 characters.
        type: conversation or service.
        permissions: in the API's order, which means nothing.
        date_created: ISO 8601, UTC.
        date_updated: ISO 8601, UTC.
        url: of the role itself.
    """

    sid: str
    service_sid: str
    account_sid: str
    friendly_name: str
    type: str
    permissions: tuple[str, ...]
    date_created: str
    date_updated: str
    url: str

    @classmethod
    def from_json(cls, answer: Mapping[str, Any]) -> Role:
        """Parse one role.

        Raises:
            ValueError: if the answer lacks what a role has.
        """
        names = ("sid", "account_sid", "friendly_name", "type", "date_created", "date_updated", "url")
        texts = _texts(answer, *names, "chat_service_sid")
        permissions = answer.get("permissions") or []
        if not isinstance(permissions, list) or not all(isinstance(each, str) for each in permissions):
            raise ValueError("permissions of another type than the API describes")
        if not ROLE_SID.fullmatch(texts["sid"]):
            raise ValueError("no SID of a role")
        service_sid = texts.pop("chat_service_sid")
        return cls(**texts, service_sid=service_sid, permissions=tuple(permissions))

    @property
    def known_as(self) -> str:
        """Type and name: a role of the other type may bear the same name."""
        return f"{self.type} {self.friendly_name}"

    def outputs(self) -> dict[str, Any]:
        """Give all fields, as a resource's outputs."""
        return {**asdict(self), "permissions": list(self.permissions)}


@dataclass(frozen=True)
class Address:
    """An address configuration, as far as it leads to a service.

    Args:
        sid: IG and 32 hexadecimal digits.
        service_sid: where conversations begin that come to the address, in lower case; "" for the default service.
    """

    sid: str
    service_sid: str

    @classmethod
    def from_json(cls, answer: Mapping[str, Any]) -> Address:
        """Parse one address configuration; its address is a person's at times, and is not kept.

        Raises:
            ValueError: if it can't be told where it leads.
        """
        sid, creation = answer.get("sid"), answer.get("auto_creation") or {}
        service_sid = (
            (creation.get("conversation_service_sid") or "") if isinstance(creation, Mapping) else None
        )
        if not (isinstance(sid, str) and ADDRESS_SID.fullmatch(sid)):
            raise ValueError("no SID of an address configuration")
        if not isinstance(service_sid, str):
            raise ValueError("auto_creation of another type than the API describes")
        return cls(sid, service_sid.lower())


@dataclass(frozen=True)
class Account:
    """What the API says of the account that asks.

    Args:
        sid: AC and 32 hexadecimal digits; "" where it does not say.
        host: by which this API names itself in its URLs, with port; "" where it does not say. A region has its own.
    """

    sid: str
    host: str

    @classmethod
    def from_json(cls, answer: Mapping[str, Any]) -> Account:
        """Parse an account's configuration; what is odd in it counts as not said."""
        sid = answer.get("account_sid")
        return cls(sid if isinstance(sid, str) else "", host_of(answer.get("url")))


def host_of(url: object) -> str:
    """Give host and port of a URL, "" if it is none."""
    try:
        return urlsplit(url).netloc.rpartition("@")[2].lower() if isinstance(url, str) else ""
    except ValueError:
        return ""


@dataclass(frozen=True)
class Part:
    """What a service has exactly one of: its configuration, its notifications, its webhooks.

    Args:
        service_sid: the service that has it.
        account_sid: the account that owns it; None where the API does not say.
        url: of the part itself.
        values: the settings by dotted name (`new_message.enabled`); None for one that is not set.
    """

    service_sid: str
    account_sid: str | None
    url: str
    values: Mapping[str, Any]

    @classmethod
    def from_json(cls, answer: Mapping[str, Any], names: Mapping[str, type]) -> Part:
        """Parse one part.

        Args:
            answer: the JSON.
            names: the settings to read, by dotted name, and the type of each.

        Raises:
            ValueError: if the answer lacks what the part has.
        """
        texts = _texts(answer, "chat_service_sid", "account_sid", "url")
        values = {name: _at(answer, name) for name in names}
        for name, value in values.items():
            if value is not None and not isinstance(value, names[name]):
                raise ValueError(f"{name} of another type than the API describes")
        if not SERVICE_SID.fullmatch(texts["chat_service_sid"]):
            raise ValueError("no SID of a service")
        return cls(texts["chat_service_sid"], texts["account_sid"] or None, texts["url"], values)


def _texts(answer: Mapping[str, Any], *names: str) -> dict[str, str]:
    texts = {name: answer.get(name) or "" for name in names}
    if not all(isinstance(text, str) for text in texts.values()):
        raise ValueError("fields of another type than the API describes")
    return texts


def _at(answer: Any, name: str) -> Any:
    for key in name.split("."):
        answer = answer.get(key) if isinstance(answer, Mapping) else None
    return answer
