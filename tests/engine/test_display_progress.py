"""Lines of a run: one an operation, then the report; and the line that says what is being waited for."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from functools import partial

import pytest

from offline.engine.display.board import ADOPTED_BY
from offline.engine.display.progress import ProgressDisplay, waiting_line
from offline.engine.display.report import Showing
from offline.engine.display.screen import Screen
from offline.engine.model.events import (
    Diagnostic,
    Event,
    Op,
    PolicyLoaded,
    PolicyViolation,
    StepDone,
    StepStarted,
)
from offline.engine.model.values import Secret
from providers._resource.inputs import IMPORT_SID
from tests.engine.showing import board_of, finished, stack_step, started, step, steps_done, urn
from tests.support.waiting import wait_until


def show(*events: Event, showing: Showing | None = None) -> str:
    stream = io.StringIO()
    display = ProgressDisplay(Screen(stream), showing or Showing())
    for event in events:
        display(event)
    display.close()
    return stream.getvalue()


UPDATE = step(Op.UPDATE, "sales", old={"size": 1, "note": Secret("a")}, new={"size": 2, "note": Secret("b")})


def test_update_is_one_line_an_operation() -> None:
    """Sign, type, name, what was done, how long it took, what differs; then outputs, counts and time."""
    replacement = {
        "old": {"friendly_name": "old"},
        "new": {"friendly_name": "new"},
        "replaces": ("friendly_name",),
    }

    text = show(
        started(),
        StepStarted(stack_step(Op.SAME)),
        *steps_done(step(Op.CREATE, "support", new={"friendly_name": "s"}), UPDATE),
        *steps_done(step(Op.CREATE_REPLACEMENT, "eu", logical=False, **replacement), seconds=1.25),  # type: ignore[arg-type]
        *steps_done(step(Op.REPLACE, "eu", **replacement), seconds=0),  # type: ignore[arg-type]
        *steps_done(step(Op.DELETE_REPLACED, "eu", old={"friendly_name": "old"}, logical=False)),
        *steps_done(step(Op.DELETE, "gone", old={"friendly_name": "g"})),
        *steps_done(step(Op.SAME, "same", old={}, new={}), stack_step(Op.SAME)),
        finished(
            {"create": 1, "update": 1, "replace": 1, "delete": 1, "same": 2},
            outputs={"sid": "IS2", "token": Secret("hush"), "n": 1},
            old_outputs={"sid": "IS1", "token": Secret("hush"), "n": 1},
        ),
    )

    assert (
        text
        == """\
Updating (dev):

 +  twilio:ConversationService support created (0.4s)
 ~  twilio:ConversationService sales updated (0.4s) [~ note: [secret] => [secret], ~ size: 1 => 2]
 +- twilio:ConversationService eu replaced (1.2s) [~ friendly_name: "old" => "new"]
 -  twilio:ConversationService gone deleted (0.4s)

Outputs:
    n: 1
  ~ sid: "IS1" => "IS2"
    token: [secret]

Resources:
    + 1 created
    ~ 1 updated
    - 1 deleted
    +-1 replaced
    4 changes. 2 unchanged

Duration: 2.5s

"""
    )


def test_preview_says_what_would_be_done() -> None:
    """The same in other words, without times."""
    text = show(
        started(dry_run=True, kind="preview"),
        *steps_done(step(Op.CREATE, "support", new={}), UPDATE),
        finished({"create": 1, "update": 1}, outputs={"n": 2}, old_outputs={"n": 1, "m": 1}),
    )

    assert (
        text
        == """\
Previewing update (dev):

 +  twilio:ConversationService support create
 ~  twilio:ConversationService sales update [~ note: [secret] => [secret], ~ size: 1 => 2]

Outputs:
  - m: 1
  ~ n: 1 => 2

Resources:
    + 1 to create
    ~ 1 to update
    2 changes

"""
    )


def test_failure_is_told_at_once_and_again_below() -> None:
    """A log shows when it happened; the report groups the reasons by resource."""
    text = show(
        started(interrupted=("creating twilio:ConversationService eu was interrupted",)),
        Diagnostic("warning", "be careful\nsecond line"),
        Diagnostic("info", "from the program"),
        Diagnostic("error", "HTTP 400\nhint: look", urn("support")),
        *steps_done(step(Op.CREATE, "support", new={}), failed=["support"]),
        finished({"same": 1}, result="failed"),
    )

    assert (
        text
        == """\
Updating (dev):

interrupted earlier: creating twilio:ConversationService eu was interrupted
    warning: be careful
    error support: HTTP 400
 +  twilio:ConversationService support creating failed (0.4s)

Diagnostics:
  Stack:
    warning: be careful
      second line
    from the program

  twilio:ConversationService (support):
    error: HTTP 400
      hint: look

Resources:
    1 unchanged
    1 failed

Duration: failed after 2.5s

"""
    )


def test_error_of_the_program_is_told_once_and_no_policy_has_passed() -> None:
    """It ends the run, so that the report comes right after it; a pack that objects to something is told of."""
    objection = PolicyViolation(
        urn=urn("support"), policy="p", pack="privacy", pack_version="", message="no", enforcement="advisory"
    )
    failed = (Diagnostic("error", "dev.yaml: wrong\nhint: look"), finished({}, result="failed"))

    text = show(started(), PolicyLoaded("names", "1.0.0", "policy"), *failed)
    advised = show(started(), PolicyLoaded("privacy", "", "policy"), objection, *failed)

    assert (
        text
        == """\
Updating (dev):

Diagnostics:
  Stack:
    error: dev.yaml: wrong
      hint: look

Resources:
    nothing to do

Duration: failed after 2.5s

"""
    )
    assert "Policies:\n    passed  privacy  (policy)\n        - [advisory]  p" in advised


def test_values_that_a_policy_objects_to_are_not_shown() -> None:
    """A log must not repeat what it forbids: the properties are named, and the message is the policy's own."""
    violation = PolicyViolation(
        urn=urn("sales"), policy="p", pack="privacy", pack_version="", message="no", enforcement="mandatory"
    )
    rename = step(Op.UPDATE, "sales", old={"friendly_name": "Jane Roe"}, new={"friendly_name": "Zoe Roe"})
    other = step(Op.UPDATE, "other", old={"friendly_name": "a"}, new={"friendly_name": "b"})
    events = (violation, *steps_done(rename, other), finished({"update": 2}))

    text = show(started(), *events, showing=Showing(diff=True))

    assert " ~  twilio:ConversationService sales updated (0.4s) [~ friendly_name]\n" in text
    assert ' ~  twilio:ConversationService other updated (0.4s) [~ friendly_name: "a" => "b"]\n' in text
    assert text.count("[values are not shown: a policy objects]") == 1
    assert "Roe" not in text


def test_policies_are_reported_by_pack() -> None:
    """Which pack, which policy, on what, and why."""
    violation = PolicyViolation(
        urn=urn("support"),
        policy="no-personal-data",
        pack="privacy",
        pack_version="1.0.0",
        message="must not hold a name\nhint: use a code",
        enforcement="mandatory",
    )

    text = show(
        started(dry_run=True, kind="preview"),
        PolicyLoaded("privacy", "1.0.0", "policy"),
        PolicyLoaded("names", "", "other"),
        violation,
        finished({}, result="failed"),
    )

    assert (
        text
        == """\
Previewing update (dev):

Policies:
    failed  privacy@v1.0.0  (policy)
        - [mandatory]  no-personal-data  twilio:ConversationService (support)
          must not hold a name
          hint: use a code
    passed  names  (other)

Resources:
    nothing to do

Duration: failed after 2.5s

"""
    )


@pytest.mark.parametrize(
    ("showing", "line"),
    [
        pytest.param(
            Showing(sames=True), "    twilio:ConversationService same unchanged (0.4s)\n", id="sames"
        ),
        pytest.param(Showing(diff=True), "~  twilio:ConversationService sales: updated\n", id="diff"),
    ],
)
def test_more_is_shown_on_request_only(showing: Showing, line: str) -> None:
    """Each flag adds its own and nothing else does."""
    events = [
        started(),
        *steps_done(step(Op.SAME, "same", old={}, new={}), step(Op.READ, "read", new={}), UPDATE),
        *steps_done(step(Op.DELETE_REPLACED, "eu", old={}, logical=False)),
        finished({}, outputs={"token": Secret("hush2")}, old_outputs={"token": Secret("hush")}),
    ]

    assert line not in show(*events)
    assert line in show(*events, showing=showing)


def test_silence_is_broken_by_what_is_waited_for() -> None:
    """A pipeline that shows nothing for minutes is taken for dead."""
    stream = io.StringIO()
    display = ProgressDisplay(Screen(stream), Showing(), silence_seconds=0.05)
    display(started())
    for event in steps_done(step(Op.CREATE, "quick", new={})):
        display(event)
    display(StepStarted(step(Op.CREATE, "slow", new={})))

    wait_until(lambda: stream.getvalue().count("…") >= 2)
    display(finished({"create": 2}))
    display.close()

    waiting = [line for line in stream.getvalue().splitlines() if "…" in line]
    assert all(": 1 done, 1 under way, longest creating slow for " in line for line in waiting)


def test_terminal_keeps_what_a_pipe_gets() -> None:
    """The line of what is waited for leaves nothing behind, wherever it stood, and is cut where it is too long."""
    events = [
        started(),
        StepStarted(step(Op.CREATE, "slow" * 100, new={})),
        *steps_done(step(Op.CREATE, "quick", new={})),
        finished({"create": 1}),
    ]
    stream = io.StringIO()
    display = ProgressDisplay(Screen(stream), Showing(), live=True, silence_seconds=0.01)

    def has_waited(seen: int) -> bool:
        return bool(display.board.finished) or stream.getvalue().count("…") > seen + 1

    for event in events:
        display(event)
        wait_until(partial(has_waited, stream.getvalue().count("…")))
    display.close()

    text = stream.getvalue()
    assert text.count("\x1b[?7l    … ") == text.count("\x1b[?7h") > 2
    kept = re.sub(r"\x1b\[\?7l[^\n]*?\x1b\[\?7h", "", text).replace("\r\x1b[2K", "")
    assert kept == show(*events)


def test_terminal_tells_of_how_many_are_done() -> None:
    """The preview has counted them."""
    stream = io.StringIO()
    display = ProgressDisplay(Screen(stream), Showing(), silence_seconds=0.01)
    steps = [step(Op.CREATE, name, new={}) for name in ("a", "b", "c")]

    for event in (started(dry_run=True), *steps_done(*steps), finished({"create": 3})):
        display(event)
    for event in (started(), *steps_done(steps[0])):
        display(event)
    wait_until(lambda: ": 1 of 3 done" in stream.getvalue())
    display.close()


def test_replacement_is_one_row_through_all_its_steps() -> None:
    """It says which half is under way, and their times add up."""
    both = {"old": {"name": "a"}, "new": {"name": "b"}, "replaces": ("name",)}
    half = step(Op.CREATE_REPLACEMENT, "eu", logical=False, **both)  # type: ignore[arg-type]
    whole = step(Op.REPLACE, "eu", **both)  # type: ignore[arg-type]
    last = step(Op.DELETE_REPLACED, "eu", old={"name": "a"}, logical=False)
    board = board_of(started(), StepStarted(half))

    seen = []
    for event in (StepDone(half, 1.0), StepStarted(whole), StepDone(whole), StepStarted(last)):
        seen.append(board.rows[whole.urn].current)
        board.add(event)
    during = waiting_line(board, 0)[0][0]
    board.add(StepDone(last, 2.0))

    row = board.rows[whole.urn]
    assert seen == [Op.CREATE_REPLACEMENT, Op.CREATE_REPLACEMENT, Op.REPLACE, Op.REPLACE]
    assert "0 done, 1 under way, longest deleting original eu for " in during
    assert (row.op, row.status, row.seconds, set(row.step.detailed_diff)) == (
        Op.REPLACE,
        "done",
        3.0,
        {"name"},
    )


def test_refresh_row_becomes_what_was_found() -> None:
    """A resource that is as it was is no change; one that is gone is shown as deleted."""
    found = {
        "same": step(Op.SAME, "same", old={}, new={}),
        "drifted": step(Op.UPDATE, "drifted", old={}, new={"a": 1}),
        "gone": step(Op.DELETE, "gone", old={}),
    }
    events: list[Event] = [StepStarted(step(Op.REFRESH, name, old={}, new={})) for name in found]
    events += [StepDone(each, 0.2) for each in found.values()]

    text = show(started(kind="refresh"), *events, finished({}))

    assert text.splitlines()[2:4] == [
        " ~  twilio:ConversationService drifted updated (0.2s) [+ a: 1]",
        " -  twilio:ConversationService gone deleted (0.2s)",
    ]


def test_lines_hold_no_control_characters() -> None:
    """Names and messages of others cannot paint or move anything."""
    evil = step(Op.CREATE, "\x1b[2J", new={"a": "\x1b[31m"})

    text = show(
        started(), Diagnostic("warning", "\x1b]0;title\x07"), *steps_done(evil), finished({"create": 1})
    )

    assert "\x1b" not in text
    assert "\x07" not in text


def test_creation_that_takes_over_what_is_there_is_called_an_adoption() -> None:
    """So is what the thing has one of: its settings are there with it. A role of its own is made."""
    whole = step(Op.CREATE, "support", new={"import_sid": "IS1"})
    assert whole.new is not None
    part = {"urn": whole.urn.replace("Service::", "Webhook::"), "type": "t:ServiceWebhook"}
    webhook = replace(whole, **part, new=replace(whole.new, **part, inputs={}, deleted_with=whole.urn))  # type: ignore[arg-type]
    role = step(Op.CREATE, "support/agent", new={"friendly_name": "agent"})

    planned = show(started(dry_run=True), *steps_done(whole, webhook, role), finished({"create": 3}))
    done = show(started(), *steps_done(whole, webhook, role), finished({"create": 3}))

    assert " =  twilio:ConversationService support adopt\n" in planned
    assert " =  t:ServiceWebhook support adopt\n" in planned
    assert " +  twilio:ConversationService support/agent create\n" in planned
    assert "Resources:\n    = 2 to adopt\n    + 1 to create\n    3 changes\n" in planned
    assert "Resources:\n    = 2 adopted\n    + 1 created\n    3 changes\n" in done


def test_input_that_says_what_is_adopted_is_the_providers() -> None:
    """The engine knows nothing of the provider but this word; neither imports the other."""
    assert IMPORT_SID == ADOPTED_BY
