"""Events for machines: the shapes that the Pulumi CLI prints."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from offline.engine.display.event_json import EventLog
from offline.engine.errors import UsageError
from offline.engine.model.events import Diagnostic, Event, Op, PolicyLoaded, PolicyViolation
from offline.engine.model.values import UNKNOWN, Secret
from tests.engine.commands import Project
from tests.engine.showing import STACK, finished, logged, started, step, steps_done, urn

BLINDED = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "ciphertext": "[secret]"}


def payloads(*events: Event) -> list[dict[str, Any]]:
    return [
        {key: value for key, value in line.items() if key not in ("sequence", "timestamp")}
        for line in logged(*events)
    ]


def test_events_are_numbered_and_stamped() -> None:
    """Readers put them in order by number."""
    lines = logged(started(), Diagnostic("info", "x"), finished({}))

    assert [line["sequence"] for line in lines] == [0, 1, 2]
    assert all(isinstance(line["timestamp"], int) for line in lines)


def test_step_event_has_the_metadata_of_the_cli() -> None:
    """Old and new state, keys and differences; secrets blinded, unknowns marked."""
    each = step(
        Op.REPLACE,
        "eu",
        old={"name": "a", "token": Secret("hush")},
        new={"name": UNKNOWN, "token": Secret("hush")},
        replaces=("name",),
    )

    found = payloads(started(dry_run=True), *steps_done(each))

    state = {
        "type": each.type,
        "urn": each.urn,
        "custom": True,
        "id": "id-eu",
        "parent": STACK,
        "inputs": {"name": "a", "token": BLINDED},
        "outputs": {},
        "provider": "",
    }
    metadata = {
        "op": "replace",
        "urn": each.urn,
        "type": each.type,
        "old": state,
        "new": state
        | {"id": "", "inputs": {"name": "04da6b54-80e4-46f7-96ec-b56ff0331ba9", "token": BLINDED}},
        "keys": ["name"],
        "detailedDiff": {"name": {"kind": "update-replace", "inputDiff": True}},
        "logical": True,
        "provider": "",
    }
    assert found == [
        {"resourcePreEvent": {"metadata": metadata, "planning": True}},
        {"resOutputsEvent": {"metadata": metadata, "planning": True}},
    ]


def test_other_events_have_the_shapes_of_the_cli() -> None:
    """Failures, diagnostics, policies and the summary."""
    violation = PolicyViolation(
        urn=urn("a"),
        policy="no-pii",
        pack="privacy",
        pack_version="1.0",
        message="why",
        enforcement="advisory",
        severity="high",
    )

    found = payloads(
        started(interrupted=("a create was interrupted",)),
        Diagnostic("error", "broken", urn("a")),
        PolicyLoaded("privacy", "1.0", "policy"),
        violation,
        *steps_done(step(Op.DELETE, "a", old={}), failed=["a"])[1:],
        finished({"delete": 0, "same": 2}, result="interrupted", seconds=1.6),
    )

    assert found[:3] == [
        {
            "diagnosticEvent": {
                "prefix": "warning: ",
                "message": "a create was interrupted\n",
                "color": "never",
                "severity": "warning",
            }
        },
        {
            "diagnosticEvent": {
                "urn": urn("a"),
                "prefix": "error: ",
                "message": "broken\n",
                "color": "never",
                "severity": "error",
            }
        },
        {"policyLoadEvent": {}},
    ]
    assert found[3] == {
        "policyEvent": {
            "resourceUrn": urn("a"),
            "message": "why",
            "color": "never",
            "policyName": "no-pii",
            "policyPackName": "privacy",
            "policyPackVersion": "1.0",
            "policyPackVersionTag": "1.0",
            "enforcementLevel": "advisory",
            "severity": "high",
        }
    }
    assert found[4]["resOpFailedEvent"]["metadata"]["new"] is None
    assert found[5:] == [
        {
            "summaryEvent": {
                "maybeCorrupt": False,
                "durationSeconds": 2,
                "resourceChanges": {"same": 2},
                "isPreview": False,
                "result": "failed",
            }
        },
        {"cancelEvent": {}},
    ]


def test_event_log_is_written_beside_the_display(tmp_path: Path) -> None:
    """The file has the event before the display is told, and is whole even if that fails."""
    path = tmp_path / "log"
    path.write_text("old\n", encoding="utf-8")

    def emit(_event: Event) -> None:
        raise LookupError("nobody to tell")

    with EventLog(path, emit) as log, pytest.raises(LookupError, match="nobody to tell"):
        log(Diagnostic("info", "x"))

    kinds = [list(json.loads(line))[2] for line in path.read_text(encoding="utf-8").splitlines()]
    assert kinds == ["diagnosticEvent"]


def test_event_log_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    """Told before anything is done."""
    with pytest.raises(UsageError, match="cannot write --event-log"):
        EventLog(tmp_path / "no" / "folder", print)


@pytest.mark.real_engine
def test_event_logs_of_both_engines_agree(stack: Project) -> None:
    """What pipelines read of a preview is the same, engine for engine."""
    stack.engine("config", "set", "--secret", "note", "hush")
    stack.engine("up", "--yes", "--skip-preview", "-c", "count=2")
    stack.engine("config", "set", "size", "3")
    stack.engine("config", "set", "count", "3")

    logs = []
    for run in (stack.engine, stack.pulumi):
        run("preview", "--event-log", "events.json", PULUMI_DEBUG_COMMANDS="true")
        logs.append(_what_pipelines_read(stack.read("events.json")))

    assert logs[0] == logs[1]
    assert logs[0]["changes"] == {"create": 1, "same": 1, "update": 2}


def _what_pipelines_read(text: str) -> dict[str, Any]:
    events = [json.loads(line) for line in text.splitlines()]
    steps = [event["resourcePreEvent"]["metadata"] for event in events if "resourcePreEvent" in event]
    kept = [each for each in steps if not each["type"].startswith("pulumi:providers:")]
    return {
        "steps": sorted(
            (
                each["op"],
                each["urn"],
                each.get("logical"),
                (each["new"] or {}).get("inputs", {}).get("note"),
            )
            for each in kept
        ),
        "changes": next(
            event["summaryEvent"]["resourceChanges"] for event in events if "summaryEvent" in event
        ),
    }
