"""Look-ups in a program: what they find, what they ask, how they fail."""

from __future__ import annotations

import inspect
from typing import Any

import pytest

from providers import lookups
from tests.emulator.api import Api
from tests.providers.conftest import ACCOUNT_SID, TOKEN
from tests.providers.test_docs import rows
from tests.support.emulator import Emulator
from tests.support.registrations import register

NOWHERE = "IS" + "0" * 32


@pytest.fixture
def found(emulator: Emulator) -> Any:
    """Run a program that uses the look-ups and give the friendly name it makes of what they find."""

    def run(expression: str) -> str:
        program = f"""
import pulumi
from providers import ConversationService, get_roles, get_service, get_services
ConversationService("made", friendly_name=pulumi.Output.from_input({expression}))
"""
        config = {"twilio:accountSid": ACCOUNT_SID, "twilio:authToken": TOKEN, "twilio:baseUrl": emulator.url}
        (resource,) = register(program, config)
        return str(resource["inputs"]["friendly_name"])

    return run


def test_service_is_found_by_name_and_by_sid(found: Any, api: Api, emulator: Emulator):
    """Both take outputs, of another look-up for instance; one listing serves all."""
    service = api.create_service("support")
    emulator.clear_requests()

    name = found(
        "get_service(sid=get_service(friendly_name=get_service(friendly_name='support').friendly_name).sid).friendly_name"
    )

    assert service["friendly_name"] == name
    assert {"GET /v1/Services": 1, "GET /v1/Services/{Sid}": 1} == emulator.counts()


def test_services_and_roles_are_listed(found: Any, api: Api):
    """All of the account, all of the service."""
    sid = api.create_service("one")["sid"]
    api.create_service("two")

    assert "one two" == found(
        "get_services().apply(lambda all: ' '.join(each.friendly_name for each in all))"
    )
    assert "service admin, service user, channel admin, channel user" == found(
        f"get_roles('{sid}').apply(lambda all: ', '.join(each.friendly_name for each in all))"
    )


@pytest.mark.parametrize(
    ("expression", "problem"),
    [
        (
            "get_service(friendly_name='nobody').sid",
            "there is none of this friendly_name in the account\nhint: check",
        ),
        ("get_service(friendly_name='twice').sid", "several bear this friendly_name: IS"),
        ("get_service(friendly_name='').sid", "friendly_name must be text of 1 to 256 characters"),
        ("get_service(sid='x').sid", "sid must be the SID of a service: IS and 32 hexadecimal digits"),
        (f"get_service(sid='{NOWHERE}').sid", f"cannot fetch conversation service {NOWHERE}: HTTP 404"),
        ("get_service().sid", "exactly one of friendly_name and sid must be given"),
        ("get_service(friendly_name='x', sid='x').sid", "exactly one of friendly_name and sid must be given"),
        (
            "get_roles('x').apply(str)",
            "service_sid must be the SID of a service: IS and 32 hexadecimal digits",
        ),
        (f"get_roles('{NOWHERE}').apply(str)", f"list roles of conversation service {NOWHERE}: HTTP 404"),
    ],
)
def test_failure_ends_the_program_in_one_text(found: Any, api: Api, expression: str, problem: str):
    """No value is told, and what to do is."""
    for _ in range(2):
        api.create_service("twice")

    with pytest.raises(RuntimeError) as caught:
        found(expression)

    assert problem in str(caught.value)
    assert "nobody" not in str(caught.value).rpartition("Error: cannot")[2]


def test_page_lists_every_look_up():
    """With its arguments."""
    table = {cells[0]: cells[1] for cells in rows("resources/lookups.md", "Functions")}

    assert table.keys() == set(lookups.__all__)
    for name, arguments in table.items():
        assert ", ".join(inspect.signature(getattr(lookups, name)).parameters) == arguments.strip()
