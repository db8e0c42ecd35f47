"""Three environments, played: the command, its page, and what a look of now finds."""

from __future__ import annotations

import json

import pytest

from gitops.board.model import Cell, Deviation, Drifted, Environment, LeftOver
from tests.board.browser import browser, found, opened
from tests.board.scene import PERSON, STACKS, board, play
from tests.support.workspace import Workspace


def environment(workspace: Workspace, stack: str, *arguments: str) -> Environment:
    """Return what the board knows of an environment."""
    done = board(workspace, "--stack", stack, "--json", *arguments)
    return Environment.from_json(done.stdout, stack)


@pytest.mark.timeout(900)
def test_board_of_three_environments(workspace: Workspace):
    """Drift, a policy finding, a pending delete, an interrupted run, and what is not deployed; no name of a person."""
    sids = play(workspace)
    commit = workspace.git("rev-parse", "HEAD").strip()

    done = board(workspace)
    dev, stage, prod = (environment(workspace, stack) for stack in STACKS)
    live = environment(workspace, "dev", "--live")

    assert done.stderr.endswith(
        "wrote board.html: 3 environments, 5 services, 4 to deploy, 3 with drift, 1 with a policy finding, "
        "1 interrupted, 1 with a pending delete, 5 unlike the one before\n"
    )
    told = {
        stack.name: {cell.name: (cell.status, cell.friendly_name) for cell in stack.cells}
        for stack in (dev, stage, prod)
    }
    mask = "******** ************* *******"
    assert {
        "dev": {
            "support": ("same", "acme-support-dev"),
            "appointments": ("same", "acme-appointments-dev"),
            "delivery-updates": ("same", "acme-delivery-updates-dev"),
            "billing": ("create", mask),
        },
        "stage": {
            "support": ("same", "acme-support-stage"),
            "appointments": ("change", "acme-appointments-stage"),
            "delivery-updates": ("same", "acme-delivery-updates-stage"),
            "returns": ("same", "acme-returns-stage"),
        },
        "prod": {
            "support": ("change", "acme-support-prod"),
            "appointments": ("same", "acme-appointments-prod"),
            "delivery-updates": ("replace", "acme-deliveries-prod"),
        },
    } == told

    # The last run of dev failed, and is not the deployment that is shown.
    assert (False, True) == (dev.updates[0].succeeded, dev.updates[1].succeeded)
    assert {(commit, "update")} == {(each.commit, each.kind) for each in (*dev.updates, *stage.updates)}
    assert commit == cell(stage, "support").commit
    assert ["no-personal-data"] == [each.policy for each in cell(dev, "billing").findings]

    webhook = Drifted(kind="changed", thing="its webhook", settings=("postWebhookUrl",))
    assert (webhook,) == cell(stage, "support").drift
    named = Drifted(kind="changed", thing="the service", settings=("friendlyName",))
    assert named in cell(stage, "appointments").drift
    assert (Drifted(kind="gone", thing="the service"),) == cell(stage, "delivery-updates").drift
    assert ("creating the role planner",) == cell(stage, "appointments").pending
    assert ("a drift report", False) == (stage.look and (stage.look.source, stage.look.is_stale))
    assert dev.look is None

    left = LeftOver(thing="the service", sid=sids["acme-appointments-prod"])
    assert (left,) == cell(prod, "appointments").left_over
    assert {"on"} == {each.protection for each in prod.cells}
    waiting = Deviation(setting="configuration.reachabilityEnabled", declared="false", held="true")
    assert (waiting,) == cell(prod, "support").deviations
    unlike = {each.setting for each in cell(prod, "support").unmeant}
    assert {"configuration.reachabilityEnabled", "notifications.logEnabled"} == unlike

    # A look of now asks every policy, and Twilio.
    assert ("a look of now", ()) == (live.look and live.look.source, cell(live, "support").drift)
    assert ["no-personal-data"] == [each.policy for each in cell(live, "billing").findings]

    page = (workspace.root / "board.html").read_text(encoding="utf-8")
    everything = page + json.dumps([each.to_json() for each in (dev, stage, prod, live)])
    first, last = PERSON.split()
    assert [] == [each for each in (first, last, "Zoe", "elsewhere.example") if each in everything]
    if found():  # without one, test_page.py says so; the rest holds all the same
        with browser() as chromium, opened(chromium, workspace.root / "board.html") as seen:
            assert ([], []) == (seen.violations(), seen.complaints)


def cell(environment: Environment, name: str) -> Cell:
    """Return a service, by its logical name."""
    (found,) = (each for each in environment.cells if each.name == name)
    return found
