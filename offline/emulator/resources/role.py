"""The Role of a service: what a user may do in it, or a participant in a conversation.

Its name and its type stay as they were made. Source: https://www.twilio.com/docs/conversations/api/role-resource
"""

from __future__ import annotations

from collections.abc import Mapping

from offline.emulator.kinds import Action, Json, Kind, Parameter, one_of, text
from offline.emulator.resources.permissions import PERMISSIONS
from offline.emulator.resources.service import SERVICE

__all__ = ["ROLE"]


def _of_the_type(permissions: Json, fields: Mapping[str, Json]) -> None:
    known = PERMISSIONS[str(fields["type"])]
    if not (isinstance(permissions, list) and known.issuperset(map(str, permissions))):
        raise ValueError(
            f"must each be one of {', '.join(sorted(known))}, for a role of type {fields['type']}"
        )


ROLE = Kind(
    name="role",
    prefix="RL",
    path="/v1/Services/{ServiceSid}/Roles",
    key="roles",
    fields=(
        "sid",
        "account_sid",
        "chat_service_sid",
        "friendly_name",
        "type",
        "permissions",
        "date_created",
        "date_updated",
        "url",
    ),
    parameters=(
        Parameter("FriendlyName", "friendly_name", text(1, 64), required=True, fixed=True, code=20002),
        Parameter("Type", "type", one_of(*PERMISSIONS), required=True, fixed=True, code=50105),
        Parameter("Permission", "permissions", str, required=True, many=True, code=50104, agree=_of_the_type),
    ),
    actions=(Action.LIST, Action.CREATE, Action.FETCH, Action.UPDATE, Action.DELETE),
    parent=SERVICE,
    parent_field="chat_service_sid",
    max_page_size=50,
)
