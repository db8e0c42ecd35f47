"""What a run takes over is counted, for the Pulumi CLI has no word for it."""

from __future__ import annotations

from typing import Any

import pytest

from tools.adoptions import counted
from tools.state import State

SERVICE, ROLE, OTHER, ADDRESS = ("IS" + "1" * 32, "RL" + "1" * 32, "RL" + "2" * 32, "IG" + "1" * 32)
DOCUMENT: dict[str, Any] = {
    "config": {
        "conversation-services:services": {
            "support": {
                "importSid": SERVICE,
                "roles": {"agent": {"importSid": ROLE}, "lead": {"importSid": OTHER}},
            },
            "new": {"friendlyName": "acme-new", "roles": {"agent": {}}},
            "odd": None,
        },
        "conversation-services:addresses": {"hotline": {"importSid": ADDRESS}},
    }
}


@pytest.mark.parametrize(
    ("held", "said"),
    [
        ([], "1 service, 2 roles, 1 address"),
        ([SERVICE, ADDRESS], "2 roles"),
        ([SERVICE, ROLE, OTHER, ADDRESS], ""),
    ],
)
def test_what_the_state_holds_is_adopted_no_more(held, said):
    """`importSid` may stay in the file; only the first run adopts."""
    assert said == counted(DOCUMENT, lambda: State([{"id": sid} for sid in held]))


def test_without_a_state_all_is_to_be_adopted():
    """The first run of a stack."""
    assert "1 service, 2 roles, 1 address" == counted(DOCUMENT, lambda: None)


def test_state_is_not_read_where_nothing_is_adopted():
    """Each `up` and preview would wait for it: a backend elsewhere is asked by a command."""

    def unread() -> State:
        raise AssertionError("the state was read")

    assert "" == counted({"config": {}}, unread)
