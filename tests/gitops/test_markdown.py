"""Markdown of reports: complete, in one order, and never written by others' texts."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from gitops.events import Change, Drift, Operation, Problem, Record, Violation
from gitops.markdown import MAX_CHARACTERS, comment, escaped, quoted, section
from gitops.report import Report

KIND = "pulumi-python:dynamic/twilio:ConversationService"
SID = "IS" + "1" * 32
ROLE_SID = "RL" + "2" * 32
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
        problems=(
            Problem.of("b", "[TC3001] cannot do it: it holds conversations (at least 2)\nhint: undo it"),
            Problem("", "broken"),
        ),
        succeeded=False,
    ),
)


def test_section_tells_refusals_first_then_operations_and_drift():
    """Who reads only the top has read what matters."""
    expected = f"""\
### stage: refused by policy

**Refused by policy**

- `unique` on `a`: is `*not*` unique{"  "}
  hint: choose

**Refused, to protect what exists**

- `b`: `[TC3001]` cannot do it: it holds conversations (at least 2){"  "}
  hint: undo it

**Errors**

- broken

**Operations**

- create ConversationService `a`: `friendly_name` `acme`
- **replace** ConversationService `b` {SID}: `friendly_name` `x` → `y`
- **delete** ConversationService `c` {SID}: `friendly_name` `z`

**Drift: not as the last deployment left it**

- ConversationService `b` {SID}: differs in `friendly_name`

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
        Operation(op="update", name="b/agent", type=kinds["Role"], sid=ROLE_SID),
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
- update Role `b/agent` RL22222222222222222222222222222222
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


def told(markdown: str) -> tuple[str, str, set[str]]:
    """Return what a line of Markdown shows outside of code, the whole of what it shows, and its kinds of elements."""
    plain, whole, kinds = "", "", set[str]()
    for token in MarkdownIt("gfm-like", {"linkify": False}).parse(f"- {markdown}\n"):
        for part in [token, *(token.children or ())]:
            kinds.add(part.type)
            whole += part.content if part.type in ("text", "code_inline") else ""
            plain += part.content if part.type == "text" else " "
    return plain, whole, kinds


LINKS = re.compile(
    r"(?i)https?:|ftp:|mailto:|www\.|@|#\d|\bGH-\d|(?<![\w/])[\w.-]+/[\w.-]+#|\b[0-9a-f]{7,40}\b|:\w+:|<|>|&"
)
"""What GitHub makes of a rendered text, outside of code, whatever backslashes stood before it."""
ELEMENTS = {
    "bullet_list_open",
    "bullet_list_close",
    "list_item_open",
    "list_item_close",
    "paragraph_open",
    "paragraph_close",
    "inline",
    "text",
    "text_special",
    "code_inline",
}
SIGNS = st.text(alphabet="\\`*_{}[]<>()#+-.!|~@&$:/=^\"' \t\n1aé\u200b\u202e\u2028\x00", max_size=30)
PIECES = st.sampled_from(
    [
        *("https://evil.example/x", "http://a.b", "ftp://a.b", "www.evil.example", "WWW.a.b", "mailto:a@b.c"),
        *("@octocat", "@org/team", "\\@octocat", "a@b.c", "#1", "\\#1", "GH-1", "owner/repo#1", "JIRA-7"),
        *("deadbeef", "0123456789abcdef0123456789abcdef01234567", "a5c3785...1e7b2f0", "owner/repo@deadbeef"),
        *(
            "<b>x</b>",
            "<!-- x",
            "&lt;",
            "&#64;octocat",
            "![x](y)",
            "[x](y)",
            "[x]: y",
            "**x**",
            "__x__",
            "~~x~~",
        ),
        *(
            "$x$",
            "`",
            "``",
            "```",
            "    x",
            "# x",
            "> x",
            "- x",
            "+ x",
            "* x",
            "1. x",
            "2) x",
            "---",
            "===",
            "- [ ]",
        ),
        *(
            ":tada:",
            "| a | b |",
            "[^1]",
            "\\",
            "x\\",
            "<https://a.b>",
            "\u202eevil",
            "word",
            "(at least 2)",
            "Twilio's",
        ),
    ]
)
TEXTS = st.one_of(st.text(), SIGNS, st.lists(PIECES | SIGNS, max_size=6).map(" ".join), PIECES)


@given(TEXTS)
def test_text_of_others_becomes_words_and_code_and_nothing_else(text: str):
    """No link, mention, number, commit, tag or emphasis comes of it, in one line whose words are all there."""
    plain, whole, kinds = told(escaped(text))

    assert set() == kinds - ELEMENTS
    assert None is LINKS.search(plain)
    assert 1 >= len(escaped(text).splitlines())
    assert words(text) == words(whole)


@given(TEXTS)
def test_name_or_value_is_one_piece_of_code(text: str):
    """It can neither end its own quotation nor begin a line."""
    plain, whole, kinds = told(quoted(text))

    assert "" == plain.strip()
    assert set() == kinds - ELEMENTS
    assert 2 == quoted(text).count("`")
    assert words(text) == words(whole)


@given(TEXTS, TEXTS)
def test_message_of_several_lines_stays_one_entry(first: str, second: str):
    """A hint stands on a line of its own, below its message and not beside it."""
    problem = Problem("a", f"{first}\n{second}")
    report = replace(REPORT, record=Record(problems=(problem,), succeeded=False))

    plain, _, kinds = told(section(report).partition("**Errors**\n\n- ")[2])

    assert set() == kinds - ELEMENTS - {"hardbreak", "softbreak"}
    assert None is LINKS.search(plain)


def words(text: str) -> list[str]:
    """Return the words of a text as a report shows them: unreadable characters and backquotes replaced."""
    shown = "".join(
        "\ufffd" if unicodedata.category(each) in ("Cc", "Cf", "Cs") and not each.isspace() else each
        for each in text.replace("`", "'")
    )
    return shown.split()
