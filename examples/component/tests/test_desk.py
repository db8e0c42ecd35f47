"""What the component declares: no engine, no process, Pulumi's mocks."""

from __future__ import annotations

from typing import Any

import pulumi
import pytest
from pulumi.runtime import MockCallArgs, MockResourceArgs, Mocks, set_mocks


class Recorder(Mocks):
    """Keeps what is declared, by type and name."""

    def __init__(self) -> None:
        self.declared: dict[tuple[str, str], dict[str, Any]] = {}

    def new_resource(self, args: MockResourceArgs) -> tuple[str, dict[str, Any]]:
        self.declared[args.typ.rpartition(":")[2], args.name] = args.inputs
        return f"{args.name}-id", {**args.inputs, "sid": f"{args.name}-id"}

    def call(self, args: MockCallArgs) -> dict[str, Any]:
        return {}


@pytest.fixture
def recorder() -> Recorder:
    """Mocks of this test alone."""
    made = Recorder()
    set_mocks(made, project="component", stack="test")
    return made


def test_desk_is_called_after_the_company(recorder: Recorder):
    """The name is the company's rule."""
    from desk import Desk

    @pulumi.runtime.test
    def declare() -> pulumi.Output[str]:
        return Desk("orders").service.friendly_name

    declare()

    assert recorder.declared["ConversationService", "orders"]["friendly_name"] == "acme-orders-desk"


@pytest.mark.parametrize(
    ("may_remove", "permissions"),
    [(False, ["sendMessage"]), (True, ["sendMessage", "deleteAnyMessage"])],
)
def test_agents_remove_messages_only_where_they_may(
    recorder: Recorder, may_remove: bool, permissions: list[str]
):
    """A desk that keeps records lets nobody remove any."""
    from desk import Desk

    @pulumi.runtime.test
    def declare() -> pulumi.Output[str]:
        return Desk("orders", may_remove=may_remove).service.id

    declare()

    assert recorder.declared["Role", "orders-agent"]["permissions"] == permissions
