"""A board on which something of everything is to be seen, made by hand."""

from __future__ import annotations

from gitops.board.joining import board
from gitops.board.model import (
    Board,
    Cell,
    Deviation,
    Difference,
    Drifted,
    Environment,
    Finding,
    LeftOver,
    Look,
    Update,
)

__all__ = ["COMMIT", "environments", "everything", "sid"]

COMMIT = "0123456789abcdef0123456789abcdef01234567"


def sid(number: int) -> str:
    """Return a SID of a service."""
    return f"IS{number:032x}"


def environments() -> tuple[Environment, ...]:
    """Return three environments: with a policy finding, with drift, and one whose state cannot be read."""
    runs = tuple(
        Update(
            environment="dev",
            kind="update",
            succeeded=number != 15,
            began=f"2026-11-01T08:{number:02}:00Z",
            ended=f"2026-11-01T08:{number:02}:30Z",
            commit=COMMIT,
            is_dirty=number == 14,
            changes={"create": 3, "update": 1, "replace": 1, "delete": 2} if number == 15 else {},
        )
        for number in range(15, 0, -1)
    )
    dev = Environment(
        name="dev",
        api="emulator",
        condition="deployed",
        updates=runs,
        cells=(
            Cell(
                name="support",
                status="same",
                friendly_name="acme-support-dev",
                sid=sid(1),
                changed=runs[0].ended,
            ),
            Cell(
                name="billing",
                status="create",
                friendly_name="******** ****",
                findings=(
                    Finding(policy="no-personal-data", is_mandatory=True, message="friendlyName holds …"),
                ),
            ),
        ),
    )
    stage = Environment(
        name="stage",
        api="twilio",
        condition="deployed",
        compared_with="dev",
        addresses=2,
        look=Look(source="a drift report", at="2026-11-01T09:00:00Z", is_stale=True),
        pending=("creating a resource",),
        cells=(
            Cell(
                name="support",
                status="same",
                friendly_name="acme-support-stage",
                sid=sid(2),
                console="https://console.twilio.com/us1/x",
                protection="on",
                drift=(Drifted(kind="changed", thing="its webhook", settings=("postWebhookUrl",)),),
                pending=("creating the role agent",),
                left_over=(
                    LeftOver(thing="the service", sid=sid(3), console="https://console.twilio.com/us1/y"),
                ),
                deviations=(Deviation(setting="protect", declared="false", held="true"),),
                differences=(
                    Difference(setting="configuration.reachabilityEnabled", here="true", there=""),
                    Difference(
                        setting="webhook.postWebhookUrl",
                        here="[not shown]",
                        there="[not shown]",
                        meant="host",
                    ),
                ),
            ),
            Cell(name="returns", status="replace", friendly_name="acme-returns-stage", sid=sid(4)),
        ),
    )
    prod = Environment(
        name="prod",
        api="twilio",
        condition="unreadable",
        declares=False,
        problems=("the state of prod cannot be read\nhint: look",),
    )
    return dev, stage, prod


def everything() -> Board:
    """Return the board of them."""
    return board(environments(), ["stacks/order.yaml: is missing"])
