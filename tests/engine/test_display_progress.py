"""The live tree: it fits every terminal, and shows what matters most."""

from __future__ import annotations

import io
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from offline.engine.display.board import Board
from offline.engine.display.progress import ProgressDisplay, final_lines, live_lines
from offline.engine.display.report import Showing
from offline.engine.display.screen import Screen
from offline.engine.display.words import line_text, width
from offline.engine.model.events import Diagnostic, Op, PolicyViolation, StepDone, StepFailed, StepStarted
from tests.engine.showing import board_of, finished, stack_step, started, step, steps_done

COMPONENT = "urn:pulumi:dev::p::my:index:Region::europe"


def live(board: Board, columns: int = 100, height: int = 24, expected: int = 0) -> list[str]:
    for row in board.rows.values():
        row.started_at -= 1  # long enough ago for its time to be shown
    lines = live_lines(board, Showing(), columns, height, expected=expected)
    return [re.sub(r"\d+(\.\d+)?s|\dm\d\ds", "Ns", line_text(line)).rstrip() for line in lines]


def test_tree_shows_running_and_done_with_their_differences() -> None:
    """Signs, branches, names, status, seconds, differences; a bar of what is done below."""
    board = board_of(
        started(),
        StepStarted(stack_step(Op.SAME)),
        *steps_done(step(Op.UPDATE, "sales", old={"friendly_name": "a"}, new={"friendly_name": "b"})),
        StepStarted(step(Op.CREATE, "support", new={})),
        *steps_done(step(Op.SAME, "same", old={}, new={})),
    )

    assert live(board, expected=4) == [
        "    Stack                          p-dev",
        ' ~  ├─ twilio:ConversationService  sales    updated     Ns  ~ friendly_name: "a" => "b"',
        " +  └─ twilio:ConversationService  support  creating    Ns",
        "",
        "  ━━━━━━━━━━━━━━━━━━━━━━━━  1 of 4 done, 1 under way, Ns",
    ]


def test_tree_keeps_the_branches_above_what_changes() -> None:
    """A component that does not change itself is shown for its children."""
    above = step(Op.SAME, "europe", old={}, new={})
    board = board_of(
        started(),
        *steps_done(stack_step(Op.SAME), above),
        *steps_done(step(Op.CREATE, "child", new={}, parent=above.urn)),
        *steps_done(step(Op.SAME, "other", old={}, new={})),
    )

    assert [line_text(line).rstrip() for line in final_lines(board, Showing(), 100)] == [
        "    Stack                             p-dev",
        "    └─ twilio:ConversationService     europe",
        " +     └─ twilio:ConversationService  child  created  0.4s",
    ]


@pytest.mark.parametrize("columns", [60, 100, 300])
@pytest.mark.parametrize("first", [True, False])
def test_row_that_a_policy_objects_to_names_properties_only(columns: int, first: bool) -> None:
    """Whether the policy speaks before the row is there or after."""
    names = {"old": {"friendly_name": "Jane Roe"}, "new": {"friendly_name": "Zoe Roe"}}
    rename = step(Op.UPDATE, "sales", **names)  # type: ignore[arg-type]
    violation = PolicyViolation(
        urn=rename.urn, policy="p", pack="privacy", pack_version="", message="no", enforcement="mandatory"
    )
    told = [violation, *steps_done(rename)] if first else [*steps_done(rename), violation]

    text = "\n".join(live(board_of(started(), *told), columns=columns))

    assert "~ friendly_name" in text
    assert "Roe" not in text


def test_replacement_is_one_row_through_all_its_steps() -> None:
    """The row says which half is under way and adds their times up."""
    both = {"old": {"name": "a"}, "new": {"name": "b"}, "replaces": ("name",)}
    half = step(Op.CREATE_REPLACEMENT, "eu", logical=False, **both)  # type: ignore[arg-type]
    whole = step(Op.REPLACE, "eu", **both)  # type: ignore[arg-type]
    last = step(Op.DELETE_REPLACED, "eu", old={"name": "a"}, logical=False)
    board = board_of(started(), StepStarted(half))

    seen = [live(board)[0]]
    for event in (
        StepDone(half, 1.0),
        StepStarted(whole),
        StepDone(whole, 0.0),
        StepStarted(last),
        StepDone(last, 2.0),
    ):
        board.add(event)
        seen.append(live(board)[0])

    row = "twilio:ConversationService  eu"
    assert seen == [
        f' ++ {row}  replacing    Ns  ~ name: "a" => "b"',
        f' +- {row}  replaced  Ns  ~ name: "a" => "b"',
        f' +- {row}  replacing    Ns  ~ name: "a" => "b"',
        f' +- {row}  replaced  Ns  ~ name: "a" => "b"',
        f' -- {row}  deleting original    Ns  ~ name: "a" => "b"',
        f' +- {row}  replaced  Ns  ~ name: "a" => "b"',
    ]
    assert board.rows[whole.urn].seconds == 3.0


def test_refresh_row_becomes_what_was_found() -> None:
    """A resource that is as it was vanishes from the tree; one that is gone is shown as deleted."""
    begin = [StepStarted(step(Op.REFRESH, name, old={}, new={})) for name in ("same", "drifted", "gone")]
    board = board_of(started(kind="refresh"), *begin)
    during = live(board)[:3]
    for op, name, new in ((Op.SAME, "same", {}), (Op.UPDATE, "drifted", {"a": 1}), (Op.DELETE, "gone", None)):
        board.add(StepDone(step(op, name, old={}, new=new), 0.2))

    assert [line.split()[2:4] for line in during] == [
        [name, "refreshing"] for name in ("same", "drifted", "gone")
    ]
    assert [line_text(line).rstrip() for line in final_lines(board, Showing(), 100)] == [
        " ~  twilio:ConversationService  drifted  updated  0.2s  + a: 1",
        " -  twilio:ConversationService  gone     deleted  0.2s",
    ]


def test_tree_higher_than_the_terminal_shows_what_matters_most() -> None:
    """Failures first, then what runs, then what ended last; the rest is counted."""
    board = board_of(started(), StepStarted(stack_step()))
    for number in range(100):
        board.add(StepStarted(step(Op.CREATE, f"s{number}", new={})))
    for number in range(95):
        done = StepFailed if number == 3 else StepDone
        board.add(done(step(Op.CREATE, f"s{number}", new={}), 0.1))

    lines = live(board, height=14)

    names = [line.split()[3] for line in lines[1:-3]]
    assert names == ["s3", "s93", "s94", "s95", "s96", "s97", "s98", "s99"]
    assert lines[-3].strip() == "… 92 more"
    assert lines[-1] == "  94 done, 6 under way, 1 failed, Ns"


_NAMES = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), min_size=1, max_size=60)


@given(
    st.lists(st.tuples(_NAMES, _NAMES, st.sampled_from(["running", "done", "failed"])), max_size=40),
    st.integers(24, 200),
    st.integers(4, 60),
    st.booleans(),
)
def test_live_tree_always_fits_the_terminal(
    rows: list[tuple[str, str, str]], columns: int, height: int, dry_run: bool
) -> None:
    """Whatever the names, values and size: no line too long, no more lines than there are."""
    board = board_of(started(dry_run=dry_run), StepStarted(stack_step()), Diagnostic("warning", "x" * 300))
    for number, (name, value, status) in enumerate(rows):
        each = step(Op.UPDATE, f"{number}{name}", old={name: "", "z": 1}, new={name: value, "z": 2})
        board.add(StepStarted(each))
        if status != "running":
            board.add((StepDone if status == "done" else StepFailed)(each, 70.0))

    lines = [line_text(line) for line in live_lines(board, Showing(), columns, height, expected=len(rows))]

    assert len(lines) < max(height, 7)
    assert [line for line in lines if width(line) >= columns] == []
    assert not any("\n" in line or "\x1b" in line for line in lines)


@pytest.mark.parametrize("count", [0, 1, 3, 100, 500])
@pytest.mark.parametrize(("columns", "height"), [(60, 16), (80, 24), (160, 50)])
def test_display_on_a_terminal_stays_within_it(count: int, columns: int, height: int) -> None:
    """Rendered by rich, as on a real terminal: the live part is never higher, and the end shows all."""
    stream = io.StringIO()
    console = Console(file=stream, width=columns, height=height, force_terminal=True, highlight=False)
    display = ProgressDisplay(Screen(stream), Showing(), console=console)
    steps = [step(Op.CREATE, f"support-{number}", new={"friendly_name": "x"}) for number in range(count)]

    display(started())
    display(StepStarted(stack_step()))
    for each in steps:
        display(StepStarted(each))
    frame = console.render_lines(display._render(), pad=False)
    for each in [*steps, stack_step()]:
        display(StepDone(each, 0.5))
    display(finished({"create": count + 1}))

    assert len(frame) <= height - 1
    end = re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", stream.getvalue()).rpartition("Updating (dev):")[2]
    assert end.count("support-") >= count
    assert f"    + {count + 1} created\n" in end


def test_terminal_is_left_as_it_was(capsys: pytest.CaptureFixture[str]) -> None:
    """The cursor is shown again, also when a run ends without a word."""
    stream = io.StringIO()
    display = ProgressDisplay(
        Screen(stream), Showing(), console=Console(file=stream, force_terminal=True, width=80)
    )
    display(started())

    display.close()
    display.close()

    assert stream.getvalue().count("\x1b[?25l") == stream.getvalue().count("\x1b[?25h") == 1
    assert capsys.readouterr().out == ""
