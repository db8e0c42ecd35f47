"""Markdown of reports: complete, in one order, and never written by others' texts."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from gitops.events import Change, Drift, Operation, Problem, Record, Violation
from gitops.markdown import MAX_CHARACTERS, comment, escaped, quoted, section
from gitops.report import Report

KIND = "pulumi-python:dynamic/twilio:ConversationService"
SID = "IS" + "1" * 32
REPORT = Report(
    kind="preview",
    stack="stage",
    api="twilio",
    commit="c0ffee",
    record=Record(
        operations=(
            Operation(
                op="replace", name="b", type=KIND, sid=SID, properties={"friendly_name": Change("x", "y")}
            ),
            Operation(op="create", name="a", type=KIND, properties={"friendly_name": Change(None, "acme")}),
            Operation(
                op="delete", name="c", type=KIND, sid=SID, properties={"friendly_name": Change("z", None)}
            ),
        ),
        drift=(Drift(kind="changed", name="b", type=KIND, sid=SID, properties=("friendly_name",)),),
        violations=(
            Violation(
                policy="unique",
                enforcement="mandatory",
                resource="a",
                message="is *not* unique\nhint: choose",
            ),
            Violation(policy="grammar", enforcement="advisory", resource="a", message="odd"),
        ),
        problems=(Problem("b", "it holds conversations (at least 2)\nhint: undo it"), Problem("", "broken")),
        succeeded=False,
    ),
)


def test_section_tells_refusals_first_then_operations_and_drift():
    """Who reads only the top has read what matters."""
    expected = f"""\
### stage: refused by policy

**Refused by policy**

- `unique` on `a`: is \\*not\\* unique{"  "}
  hint: choose

**Refused, to protect what exists**

- `b`: it holds conversations \\(at least 2\\){"  "}
  hint: undo it

**Errors**

- broken

**Operations**

- create ConversationService `a`: `friendly_name` `acme`
- **replace** ConversationService `b` {SID}: `friendly_name` `x` → `y`
- **delete** ConversationService `c` {SID}: `friendly_name` `z`

**Drift: not as the last deployment left it**

- `b` {SID}: differs in `friendly_name`

**Advice of policies**

- `grammar` on `a`: odd
"""

    assert expected == section(REPORT)


def test_deletion_left_over_says_so_and_counts():
    """Who reads only the table sees that something will be deleted."""
    left = Operation(op="delete", name="a", type=KIND, sid=SID, left_over=True)
    report = replace(REPORT, record=Record(operations=(left,), succeeded=True))
    line = f"- **delete** ConversationService `a` {SID}, left over: an earlier run replaced it and could not delete it"

    assert line in section(report).splitlines()
    assert "| stage | changes | - | - | - | 1 | - |" in comment([report], "Preview")


def test_what_belongs_to_a_service_stands_below_its_name():
    """Operations are read service by service; a component is none, unless there is nothing else."""
    kinds = {name: f"pulumi-python:dynamic/twilio:{name}" for name in ("Role", "ServiceWebhook")}
    words = {
        "permissions": Change(None, ["sendMessage", "leaveConversation"]),
        "type": Change(None, "service"),
    }
    component = Operation(
        op="create", name="a", type="twilio:conversations:ConversationEnvironment", component=True
    )
    operations = (
        Operation(op="update", name="b/agent", type=kinds["Role"], sid="RL1"),
        Operation(op="delete", name="a", type=kinds["ServiceWebhook"], sid=SID),
        Operation(op="create", name="a/agent", type=kinds["Role"], properties=words),
        Operation(op="create", name="a", type=KIND),
        component,
    )
    report = replace(REPORT, record=Record(operations=operations, succeeded=True))
    grouped = """\
- `a`
  - create ConversationService
  - create Role `agent`: `permissions` `sendMessage, leaveConversation`, `type` `service`
  - **delete** ServiceWebhook IS11111111111111111111111111111111
- update Role `b/agent` RL1
"""

    assert grouped in section(report)
    assert "| stage | changes | 2 | 1 | - | 1 | - |" in comment([report], "Preview")

    only = replace(report, record=Record(operations=(component,), succeeded=True))

    assert "- in the state only: create ConversationEnvironment `a`\n" in section(only)
    assert "| stage | changes | - | - | - | - | - |" in comment([only], "Preview")


def test_comment_has_one_row_and_one_section_for_each_environment():
    """The table is the summary of the whole change."""
    fine = replace(REPORT, stack="dev", record=Record(succeeded=True), api="emulator")

    lines = comment([fine, REPORT], "Preview").splitlines()

    assert [
        "## Preview",
        "",
        "| environment | result | create | update | replace | delete | drift |",
        "| --- | --- | --- | --- | --- | --- | --- |",
        "| dev | no changes | - | - | - | - | - |",
        "| stage | refused by policy | 1 | - | 1 | 1 | 1 |",
        "",
        "### dev: no changes",
        "",
        "> A rehearsal on the emulator: it knows nothing of what exists at Twilio.",
    ] == lines[:10]
    assert "### stage: refused by policy" in lines


def test_comment_too_long_for_the_forge_is_cut_and_says_so():
    """A thousand services make a comment that GitHub would refuse."""
    many = tuple(Operation(op="create", name=f"service-{index:05}", type=KIND) for index in range(3000))

    text = comment([replace(REPORT, record=Record(operations=many, succeeded=True))], "Preview")

    assert len(text) < MAX_CHARACTERS + 200
    assert text.endswith("the rest stands in the job summaries and in the reports.\n")


@settings(deadline=None)
@given(st.text())
def test_quoted_and_escaped_text_stays_one_piece(text: str):
    """No name can end its own quotation, start a line, mention a person or open a tag."""
    code, plain = quoted(text), escaped(text)

    assert code.count("`") == 2
    assert len(code.splitlines()) == 1
    assert len(plain.splitlines()) <= 1
    assert not any(character in plain.replace(f"\\{character}", "") for character in "`<>[]|")
    assert "@" not in plain.replace("@\u200b", "")
