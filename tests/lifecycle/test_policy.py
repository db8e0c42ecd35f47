"""Personal data never becomes a service name: the pack as `make up` runs it."""

from __future__ import annotations

import shlex
import subprocess
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest

from tests.support.workspace import Workspace

pytestmark = pytest.mark.timeout(300)

NAMES = {
    "person": "okafor_ngozi_uat",
    "email": "desk@example.com intake",
    "phone": "+49 30 901820 hotline",
    "address": "12 Acacia Avenue, London",
}


def rename(name: str, services: dict[str, Any]) -> None:
    """Give one service of a stack file this name."""
    services["support"]["friendlyName"] = name


def allow(workspace: Workspace, names: list[str]) -> None:
    """Put names on the reviewed allow-list."""
    day = (datetime.now(UTC) + timedelta(days=30)).date().isoformat()
    entries = [
        f'  - name: "{name}"\n    reason: made up for a test\n    owner: tests\n    expires: {day}'
        for name in names
    ]
    path = workspace.root / "policy" / "allow-list.yaml"
    path.write_text("\n".join(["allow:", *entries, ""]), encoding="utf-8")


def test_personal_data_stops_up_before_any_name_is_sent_until_it_is_allowed(workspace: Workspace):
    """A preview lists what is there, no more, and nothing that is printed repeats what a policy objects to."""
    workspace.make("emulator")
    for kind, name in NAMES.items():
        workspace.edit(partial(rename, name))
        refused = workspace.make("up", code=2)

        assert f"holds personal data: {kind}" in refused.stdout
        assert name not in refused.stdout + refused.stderr
    assert {"GET /v1/Services"} == workspace.emulator.counts().keys()

    allow(workspace, [NAMES["address"]])
    workspace.make("up")

    assert NAMES["address"] in workspace.names()

    workspace.edit(partial(rename, NAMES["person"]))
    refused = workspace.make("preview", code=2)

    assert "replace" in refused.stdout
    assert NAMES["person"] not in refused.stdout + refused.stderr


def test_command_of_the_hint_lets_the_name_through(workspace: Workspace):
    """What a violation shows is run as it stands, with reason, owner and day filled in; the name is typed nowhere."""
    workspace.make("emulator")
    workspace.edit(partial(rename, NAMES["person"]))
    refused = workspace.make("preview", code=2)
    shown = next(line for line in refused.stdout.splitlines() if "make allow" in line)
    (*words,) = shlex.split(shown[shown.index("make allow") :])

    filled = [
        word.replace("…", "made up; $(false) `false`").replace("YYYY-MM-DD", "2999-01-01") for word in words
    ]
    done = subprocess.run(
        [*filled[:1], "-s", *filled[1:]],
        cwd=workspace.root,
        env=workspace.environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    workspace.make("preview")

    assert (0, "") == (done.returncode, done.stderr)
    assert NAMES["person"] not in done.stdout
