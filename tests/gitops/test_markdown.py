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
from gitops.markdown.comment import LEGEND
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

**`±` 1 to replace** · **`-` 1 to delete** · `+` 1 to create · 2 refused · 1 error · 1 drifted

**Refused by policy**

- `unique` on `a`: is `*not*` unique{"  "}
  hint: choose

**Refused, to protect what exists**

- `b`: `[TC3001]` cannot do it: it holds conversations (at least 2){"  "}
  hint: undo it

**Errors**

- broken

**Operations**

- `±` **replace** ConversationService `b` {SID}: `friendly_name` `x` → `y`
- `-` **delete** ConversationService `c` {SID}: `friendly_name` `z`
- `+` create ConversationService `a`: `friendly_name` `acme`

**Drift: not as the last deployment left it**

- ConversationService `b` {SID}: differs in `friendly_name`

**Advice of policies**

- `grammar` on `a`: odd

Services that are not named here stay as they are.
"""

    assert expected == section(REPORT)


def test_deletion_left_over_says_so_and_counts():
    """Who reads only the table sees that something will be deleted."""
    left = Operation(op="delete", name="a", type=KIND, sid=SID, left_over=True)
    report = replace(REPORT, record=Record(operations=(left,), succeeded=True))
    line = f"- `-` **delete** ConversationService `a` {SID}, left over: an earlier run replaced it"

    assert f"\n{line} and could not delete it\n" in section(report)
    assert "**`-` 1 to delete (1 left over)**" in section(report).splitlines()
    assert "| stage | changes | - | - | - | **1**, 1 left over | - |" in comment([report], "Preview")


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
  - `-` **delete** ServiceWebhook IS11111111111111111111111111111111
  - `+` create ConversationService
  - `+` create Role `agent`: `permissions` `sendMessage, leaveConversation`, `type` `service`
- `~` update Role `b/agent` RL22222222222222222222222222222222
"""

    assert grouped in section(report)
    assert "| stage | changes | 2 | 1 | - | **1** | - |" in comment([report], "Preview")

    only = replace(report, record=Record(operations=(component,), succeeded=True))

    assert "- in the state only: `+` create ConversationEnvironment `a`\n" in section(only)
    assert "| stage | changes | - | - | - | - | - |" in comment([only], "Preview")


def test_comment_has_one_row_and_one_section_for_each_environment():
    """The table is in the environments' own order; the sections begin with what was refused."""
    fine = replace(REPORT, stack="dev", record=Record(succeeded=True), api="emulator")

    lines = comment([fine, REPORT], "Preview").splitlines()

    assert [
        "## Preview",
        "",
        "| environment | result | `+` create | `~` update | `±` replace | `-` delete | drift |",
        "| --- | --- | --- | --- | --- | --- | --- |",
        "| dev | no changes | - | - | - | - | - |",
        "| stage | refused by policy | 1 | - | **1** | **1** | 1 |",
        "",
        f"{LEGEND} Services that are not named here stay as they are.",
        "",
        "### stage: refused by policy",
    ] == lines[:10]
    assert [
        "### dev: no changes",
        "",
        "> A rehearsal on the emulator: it knows nothing of what exists at Twilio.",
        "",
        "Nothing to do.",
    ] == lines[-5:]


def test_adoptions_and_taken_names_are_told_as_such():
    """An adoption creates nothing, and a taken name is no failure of the run."""
    adopt = Operation(op="adopt", name="a", type=KIND, sid=SID)
    create = Operation(op="create", name="b", type=KIND)
    taken = Problem.of("b", f"[TC5001] cannot create conversation service: its name is there already: {SID}")
    adopts = replace(REPORT, stack="dev", record=Record(operations=(adopt, create), succeeded=True))
    fails = replace(REPORT, record=Record(operations=(create,), problems=(taken,), succeeded=False))

    text = comment([adopts, fails], "Preview")

    assert "| dev | changes | 1 | 1 | - | - | - | - |" in text
    assert "| stage | failed: names are taken | 1 | - | - | - | - | - |" in text
    assert "`=` 1 to adopt · `+` 1 to create\n" in text
    assert f"\n- `=` adopt ConversationService `a` {SID}\n" in text
    assert (
        "**Names that are taken**\n\n- `b`: `[TC5001]` cannot create conversation service: its name" in text
    )
    assert "**Errors**" not in text


def webhooks(count: int, **changed: str) -> tuple[Operation, ...]:
    """Return updates of as many services' webhooks, all the same but for the named ones' method."""
    kind = KIND.replace("ConversationService", "ServiceWebhook")
    return tuple(
        Operation(
            op="update",
            name=f"shop-{index:02}",
            type=kind,
            sid=f"IS{index:032}",
            properties={"method": Change("GET", changed.get(f"shop_{index:02}", "POST"))},
        )
        for index in range(count)
    )


def test_services_that_are_changed_alike_are_told_in_one_line():
    """Who has read the first of forty need not compare the others; one that differs is not among them."""
    report = replace(REPORT, record=Record(operations=webhooks(40, shop_07="PUT"), succeeded=True))
    few = replace(REPORT, record=Record(operations=webhooks(4), succeeded=True))

    text = section(report)

    assert (
        "<details><summary>39 services, each the same: ~ 1 to update</summary>\n\n`shop-00`, `shop-01`"
        in text
    )
    assert 1 == text.count("`GET` → `POST`")
    assert (
        "\n- `~` update ServiceWebhook `shop-07` IS00000000000000000000000000000007: `method` `GET` → `PUT`\n"
        in text
    )
    assert (
        "- 4 services, each the same (`shop-00`, `shop-01`, `shop-02`, `shop-03`):\n"
        "  - `~` update ServiceWebhook: `method` `GET` → `POST`\n"
    ) in section(few)


def test_what_many_resources_are_told_is_told_once():
    """Forty services that drifted alike, or that one policy objects to, are one entry."""
    drift = tuple(Drift(kind="gone", name=f"s{index}", type=KIND, sid=SID) for index in range(4))
    problems = tuple(Problem(f"s{index}", "broken") for index in range(3))
    report = replace(REPORT, record=Record(drift=drift, problems=problems, succeeded=False))

    text = section(report)

    assert f"- 4 say the same (ConversationService `s0` {SID}, ConversationService `s1` {SID}, " in text
    assert f"ConversationService `s3` {SID}): is gone\n" in text
    assert "- `s0`: broken\n- `s1`: broken\n- `s2`: broken\n" in text


def test_of_many_services_those_that_lose_something_stand_open_and_first():
    """A replacement is not to be looked for among creations."""
    created = tuple(
        Operation(op="create", name=f"new-{index}", type=KIND, sid=str(index)) for index in range(11)
    )
    kinds = [
        Operation(
            op="create", name=each.name, type=KIND, properties={"friendly_name": Change(None, each.name)}
        )
        for each in created
    ]
    replaced = Operation(op="replace", name="zoo", type=KIND, sid=SID)
    waiting = Operation(op="delete", name="old", type=KIND, sid=SID, left_over=True)

    text = section(replace(REPORT, record=Record(operations=(*kinds, replaced, waiting), succeeded=True)))
    places = [text.index(each) for each in ("**replace**", "**delete**", "<details>")]

    assert places == sorted(places)
    assert 11 == text.count("<details><summary><code>new-")
    assert 11 == text.count("</details>\n\n")
    assert "<details>" not in section(
        replace(REPORT, record=Record(operations=tuple(kinds[:10]), succeeded=True))
    )


def test_fleet_fits_a_comment_with_every_environment_in_it_and_says_what_is_left_out():
    """GitHub refuses a comment that is too long, and nobody reads one of 24 sections."""
    large = tuple(
        Operation(op="create", name=f"service-{index:05}", type=KIND, sid=str(index)) for index in range(900)
    )
    differing = tuple(replace(each, properties={"friendly_name": Change(None, each.name)}) for each in large)
    big = Record(operations=differing, succeeded=True)
    fleet = [replace(REPORT, stack=f"team-{index:02}", record=big) for index in range(20)]
    fleet += [replace(REPORT, stack=f"idle-{index}", record=Record(succeeded=True)) for index in range(3)]
    link = "[run 7](https://github.example/acme/repo/actions/runs/7)"

    text = comment([*fleet, REPORT], "Preview", link)

    assert MAX_CHARACTERS - 2000 < len(text) <= MAX_CHARACTERS
    assert 24 == sum(line.startswith("| ") for line in text.splitlines()) - 2
    # What was refused comes first, and stands open.
    assert text.index("### stage: refused by policy") < text.index("<details>")
    assert 20 == text.count("<details><summary><code>team-")
    assert "<summary><code>team-07</code>: changes · + 900 to create</summary>" in text
    assert "Nothing to do in 3: `idle-0`, `idle-1`, `idle-2`." in text
    assert (
        "**Left out here for want of room: 900 entries.** All of them stand in the summary of the job of `team-19` "
        f"({link}), and in its report." in text
    )
    assert text.count("<details>") == text.count("</details>")


def test_one_environment_too_long_for_a_comment_is_told_in_part():
    """The job's summary has room for all of it."""
    many = tuple(
        Operation(
            op="create",
            name=f"service-{index:05}",
            type=KIND,
            properties={"friendly_name": Change(None, index)},
        )
        for index in range(3000)
    )
    report = replace(REPORT, record=Record(operations=many, succeeded=True))

    text = comment([report], "Preview")
    left = re.search(r"\*\*Left out here for want of room: (\d+) entries\.\*\*", text)

    assert left
    assert 3000 == int(left[1]) + text.count("<details>")
    assert MAX_CHARACTERS - 1000 < len(text) <= MAX_CHARACTERS
    assert 3000 == section(report).count("<details>")


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


TAGS = re.compile(r"</?(?:details|summary|code)>")


@given(TEXTS)
def test_name_in_a_folded_line_is_one_piece_of_code_and_no_html(text: str):
    """The line is HTML, in which a name could be a tag, a comment or a mention."""
    parts = [
        Operation(
            op="create",
            name=f"{text.replace('/', '|')}{index}",
            type=KIND,
            properties={"type": Change(None, index)},
        )
        for index in range(11)
    ]
    shown = section(replace(REPORT, record=Record(operations=tuple(parts), succeeded=True)))
    line = next(each for each in shown.splitlines() if each.startswith("<details><summary>"))

    assert ["<details>", "<summary>", "<code>", "</code>", "</summary>"] == TAGS.findall(line)
    assert "<" not in TAGS.sub("", line)
    assert ": + 1 to create" == line.partition("</code>")[2].removesuffix("</summary>")


def words(text: str) -> list[str]:
    """Return the words of a text as a report shows them: unreadable characters and backquotes replaced."""
    shown = "".join(
        "\ufffd" if unicodedata.category(each) in ("Cc", "Cf", "Cs") and not each.isspace() else each
        for each in text.replace("`", "'")
    )
    return shown.split()
