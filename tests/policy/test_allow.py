"""`python -m policy.allow`, as a process: what it writes, what it leaves alone, what it refuses."""

from __future__ import annotations

import datetime as dt
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy.allowed.allow_list import load, loads
from policy.allowed.checks import RefusedError, checked_line, checked_name
from policy.allowed.writer import NEW_FILE, with_entry

ROOT = Path(__file__).resolve().parents[2]
PERSON = "Priyanka Raghunathan"
REST = ("--reason", "a customer", "--owner", "platform team", "--until", "2999-01-01")
STACK_FILE = """\
config:
  twilio:authToken: {secure: v1:abc}
  shop:services:
    support:
      friendlyName: Dr. Harriet Pemberton - dev
      notifications: {newMessage: {template: New message}}
    orders:
      friendlyName: orders-dev
    jo.doe@example.com:
      friendlyName: call 0161 496 0123
      roles: {agent: {}, Dr. Harriet Pemberton: {}}
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with a stack file and an empty allow-list of its own."""
    (tmp_path / "stacks").mkdir()
    (tmp_path / "Pulumi.yaml").write_text("name: shop\nruntime: python\nstackConfigDir: stacks\n")
    (tmp_path / "stacks" / "Pulumi.dev.yaml").write_text(STACK_FILE)
    (tmp_path / "allow-list.yaml").write_text("allow: []\n")
    return tmp_path


def allow(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command in a folder."""
    return subprocess.run(
        [sys.executable, "-m", "policy.allow", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def names(folder: Path) -> list[tuple[str, ...]]:
    """The words of a project's entries."""
    return [entry.parts for entry in load(folder / "allow-list.yaml").entries]


def test_entry_is_written_and_told_by_its_place(project: Path) -> None:
    """The output names no one, so that it may be logged."""
    done = allow(project, "--name", PERSON, *REST, "--stacks", "prod, prod-*")

    assert (0, "allow-list.yaml: entry 1 added in line 2, good until 2999-01-01\n", "") == (
        done.returncode,
        done.stdout.partition("note:")[0],
        done.stderr,
    )
    assert (
        "allow:\n  - name: Priyanka Raghunathan\n    reason: a customer\n    owner: platform team\n"
        '    expires: 2999-01-01\n    stacks: ["prod", "prod-*"]\n'
    ) == (project / "allow-list.yaml").read_text()


def test_names_alone_come_with_a_note(project: Path) -> None:
    """Who allows a first name shall know how far that goes."""
    first, other = (allow(project, "--name", name, *REST).stdout for name in ("maria", "contoso"))

    assert first.endswith(
        "note: every word of it is a name: it is allowed alone and beside words of the trade, "
        "never beside another part of a name\n"
    )
    assert "note" not in other


KEPT = {
    "empty_flow": "# top\n\nallow: []  # none yet\n# end\n",
    "block": (
        "# top\nallow:\n# first\n- name: contoso # a\n  reason: 'b'\n  owner: c\n  expires: 2030-01-01\n\n# end\n"
    ),
    "indented": (
        "allow:\n    - name: contoso\n      reason: >\n        folded\n        text\n\n      owner: c\n"
        "      stacks:\n        - prod\n      expires: 2030-01-01"
    ),
    "last_is_literal": (
        "allow:\n  - name: contoso\n    owner: c\n    expires: 2030-01-01\n    reason: |\n      two\n      rows\n#\n"
    ),
    "flow": "allow: [{name: contoso, reason: b, owner: c, expires: 2030-01-01}] # end\n",
    "flow_in_block": "allow:\n  - {name: contoso, reason: b, owner: c,\n     expires: 2030-01-01}\n# end\n",
    "windows": "# top\r\nallow:\r\n  - name: contoso\r\n    reason: b\r\n    owner: c\r\n    expires: 2030-01-01\r\n",
    "not_ascii": "# Übersicht 🎉\nallow:\n  - {name: contoso, reason: ü🎉, owner: c, expires: 2030-01-01}\n",
    "shipped": NEW_FILE,
}


@pytest.mark.parametrize("text", KEPT.values(), ids=KEPT.keys())
def test_all_else_is_left_as_it_is(text: str) -> None:
    """Comments, order, quotes and line ends are their writer's: only lines are added."""
    fields = {"name": "fabrikam", "reason": "r", "owner": "o", "expires": "2030-01-01"}

    new, line = with_entry(text, "f", fields)

    before, after = loads(text, "f").entries, loads(new, "f").entries
    assert ("fabrikam",) == after[-1].parts
    assert before == after[:-1]
    assert "fabrikam" in new.splitlines()[line - 1]
    kept = text.replace("[]", "") if not before else text
    same_start = _common(new, kept)
    same_end = _common(new[::-1], kept[::-1])
    assert len(kept.rstrip(" ")) - 1 <= same_start + same_end


def _common(one: str, other: str) -> int:
    """Count the characters with which two texts begin alike."""
    return next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), len(other))


LINES = st.text(st.characters(exclude_categories=["C", "Zl", "Zp"]), min_size=1).filter(str.strip)


@given(LINES, LINES, LINES)
def test_any_line_is_written_as_it_was_given(name: str, reason: str, owner: str) -> None:
    """Quotes, colons, hashes, braces, backslashes: what is read back is what was typed."""
    fields = {"name": f"contoso {name}", "reason": reason, "owner": owner, "expires": "2030-01-01"}
    text = "allow:\n  - {name: a1, reason: b, owner: c, expires: 2030-01-01}\n"

    new, _ = with_entry(text, "f", fields)

    entry = loads(new, "f").entries[1]
    assert (reason.strip(" "), owner.strip(" ")) == (entry.reason.strip(" "), entry.owner.strip(" "))


REFUSED = {
    "no_name": (
        ("--name", ""),
        "no name is given\nhint: set NAME, or STACK and SERVICE to have it looked up",
    ),
    "every_name": (("--name", "*"), "name would allow every name: it must hold a word"),
    "every_name_spelled_out": (("--name", "* - **"), "name would allow every name: it must hold a word"),
    "nothing": (("--name=---",), "name must hold a letter or a digit"),
    "one_letter": (
        ("--name", "a"),
        "name: one letter or digit is in too many names\nhint: give the whole word",
    ),
    "one_letter_under_a_star": (
        ("--name", "a * contoso"),
        "name: one letter or digit is in too many names\nhint: give the whole word",
    ),
    "part_of_a_word": (
        ("--name", "net*"),
        "name: a star stands for whole words\nhint: put a blank or - on both sides of it",
    ),
    "words_of_the_trade": (
        ("--name", "eu-prod"),
        "name: these are words of the trade, which no policy stops: no entry is needed",
    ),
    "look_alike": (
        ("--name", "nеtflix"),  # noqa: RUF001 (a Cyrillic letter)
        "name: a word mixes letters of two alphabets that look alike",
    ),
    "hidden": (
        ("--name", "net\u200bflix"),
        "name must be one line, without characters that can't be seen",
    ),
    "direction": (
        ("--name", "net\u202eflix"),
        "name must be one line, without characters that can't be seen",
    ),
    "two_lines": (
        ("--name", "a customer\nallow: x"),
        "name must be one line, without characters that can't be seen",
    ),
    "long": (("--name", "contoso " * 40), "name must have at most 256 characters"),
    "no_reason": (("--reason", " "), "reason is missing\nhint: NAME, REASON, OWNER and UNTIL are all needed"),
    "no_owner": (("--owner", ""), "owner is missing\nhint: NAME, REASON, OWNER and UNTIL are all needed"),
    "no_day": (("--until", "soon"), "until must be a day such as 2027-06-30"),
    "no_such_day": (("--until", "2027-02-30"), "until must be a day such as 2027-06-30"),
    "other_order": (("--until", "30.06.2027"), "until must be a day such as 2027-06-30"),
    "name_and_service": (
        ("--service", "support"),
        "a name is given, so that none is looked up\nhint: leave NAME or SERVICE out",
    ),
}


@pytest.mark.parametrize(("arguments", "expected"), REFUSED.values(), ids=REFUSED.keys())
def test_bad_entry_is_one_error_and_nothing_is_written(
    project: Path, arguments: tuple[str, ...], expected: str
) -> None:
    """The error says what to do and repeats no name."""
    done = allow(project, "--name", PERSON, *REST, *arguments)

    assert (2, "", f"error: {expected}\n") == (done.returncode, done.stdout, done.stderr)
    assert (project / "allow-list.yaml").read_text() == "allow: []\n"


def test_day_that_has_passed_is_refused(project: Path) -> None:
    """The last day may be today, not yesterday."""
    today = dt.datetime.now(tz=dt.UTC).date()
    codes = [
        allow(project, "--name", name, *REST, "--until", str(today + dt.timedelta(days=days))).returncode
        for name, days in [("contoso", -2), ("fabrikam", 1)]
    ]

    assert [2, 0] == codes


ENTRY = "allow:\n  - {{name: {}, reason: a, owner: b, expires: {}, stacks: [{}]}}\n"
KNOWN = {
    "same": (ENTRY.format("priyanka-raghunathan", "2999-01-01", ""), (), 2),
    "shorter": (ENTRY.format("contoso", "2999-01-01", ""), ("--name", "contoso prod"), 2),
    "longer": (ENTRY.format("contoso prod", "2999-01-01", ""), ("--name", "contoso"), 0),
    "expired": (ENTRY.format(PERSON, "2020-01-01", ""), (), 2),
    "other_stacks": (ENTRY.format(PERSON, "2999-01-01", "prod"), ("--stacks", "dev"), 0),
    "more_stacks": (ENTRY.format(PERSON, "2999-01-01", "prod"), (), 0),
    "fewer_stacks": (ENTRY.format(PERSON, "2999-01-01", "prod-*"), ("--stacks", "prod-eu"), 2),
    "person_beside": (ENTRY.format("contoso", "2999-01-01", ""), ("--name", f"contoso {PERSON}"), 0),
}


@pytest.mark.parametrize(("text", "arguments", "code"), KNOWN.values(), ids=KNOWN.keys())
def test_entry_that_is_there_already_is_refused(
    project: Path, text: str, arguments: tuple[str, ...], code: int
) -> None:
    """A list stays short where one entry says what another one says."""
    (project / "allow-list.yaml").write_text(text)

    done = allow(project, "--name", PERSON, *REST, *arguments)

    assert code == done.returncode, done.stderr
    assert (2 if code == 0 else 1) == len(names(project))
    assert (code == 2) == done.stderr.startswith("error: entry 1 ")


def test_name_is_looked_up_by_its_service(project: Path) -> None:
    """The words that stop are written, without those of the trade: one line for each brand."""
    done = allow(project, "--stack", "dev", "--service", "support", *REST)

    assert (0, "") == (done.returncode, done.stderr)
    assert [("drharrietpemberton",)] == names(project)
    assert "pemberton" not in done.stdout.lower()


def test_name_in_an_included_file_is_looked_up(project: Path) -> None:
    """Services may lie in files beside the stack file; what lies outside is not read."""
    (project / "stacks" / "dev").mkdir()
    for path in ("stacks/dev/desk.yaml", "outside.yaml"):
        (project / path).write_text("desk:\n  friendlyName: Dr. Harriet Pemberton clinic\n")
    stack_file = project / "stacks" / "Pulumi.dev.yaml"
    stack_file.write_text(STACK_FILE + "  shop:include: [dev/*.yaml, ../*.yaml]\n")

    done = allow(project, "--stack", "dev", "--service", "desk", *REST)

    assert (0, "") == (done.returncode, done.stderr)
    assert [("drharrietpemberton",)] == names(project)


def test_service_can_be_given_by_its_number(project: Path) -> None:
    """A key that is personal itself is in no log, and need not be."""
    done = allow(project, "--stack", "dev", "--service", "3", "--input", "friendlyName", *REST)

    assert (0, "") == (done.returncode, done.stderr)
    assert [("call01614960123",)] == names(project)


def test_stopped_names_are_listed_without_the_names(project: Path) -> None:
    """Without a service the command says what there is to choose from."""
    done = allow(project, "--stack", "dev", *REST)

    assert (2, "") == (done.returncode, done.stdout)
    assert (
        "error: 3 texts in the stack file of dev are stopped\n"
        "hint: say which\n"
        "SERVICE=1 INPUT='friendlyName' (support)\n"
        "SERVICE=3 INPUT='friendlyName' (******************)\n"
        "SERVICE=3 INPUT='roles (name 2)' (******************)\n"
    ) == done.stderr
    assert [] == names(project)


LOOKED_UP = {
    "stack_that_is_a_path": (
        ("--stack", "../dev"),
        "STACK must be the name of a stack",
    ),
    "missing_stack": (
        ("--stack", "stage"),
        "cannot read the stack file Pulumi.stage.yaml: No such file or directory\nhint: give the name itself",
    ),
    "no_such_service": (
        ("--service", "gone"),
        "the stack file of dev has no such service\nhint: SERVICE is its key there, or its number",
    ),
    "nothing_stops": (
        ("--service", "orders"),
        "nothing that was looked up in the stack file of dev is stopped: no entry is needed",
    ),
}


@pytest.mark.parametrize(("arguments", "expected"), LOOKED_UP.values(), ids=LOOKED_UP.keys())
def test_look_up_that_finds_nothing_is_one_error(
    project: Path, arguments: tuple[str, ...], expected: str
) -> None:
    """A mistyped key must not look like a name that is fine."""
    done = allow(project, "--stack", "dev", *REST, *arguments)

    assert (2, f"error: {expected}\n") == (done.returncode, done.stderr)


def test_list_that_cannot_be_used_is_left_alone(project: Path) -> None:
    """Mending is for people."""
    (project / "allow-list.yaml").write_text("allow: 3\n")

    done = allow(project, "--name", PERSON, *REST)

    assert (
        'error: the allow-list allow-list.yaml must hold one key "allow" with a list of entries\n'
        == done.stderr
    )
    assert (project / "allow-list.yaml").read_text() == "allow: 3\n"


def test_new_list_is_made_where_it_is_asked_for(project: Path) -> None:
    """It explains itself, as the shipped one does."""
    done = allow(project, "--name", PERSON, *REST, "--file", "reviewed.yaml")

    assert (0, "") == (done.returncode, done.stderr)
    assert (project / "reviewed.yaml").read_text().startswith(NEW_FILE.partition("allow:")[0])
    assert 1 == len(load(project / "reviewed.yaml").entries)


def test_link_stays_a_link_and_mode_stays(project: Path) -> None:
    """A list may be shared between projects."""
    (project / "shared").mkdir()
    target = project / "shared" / "list.yaml"
    (project / "allow-list.yaml").rename(target)
    (project / "allow-list.yaml").symlink_to(target)
    target.chmod(0o640)

    done = allow(project, "--name", PERSON, *REST)

    assert (0, "") == (done.returncode, done.stderr)
    assert (project / "allow-list.yaml").is_symlink()
    assert (1, 0o640) == (len(load(target).entries), stat.S_IMODE(target.stat().st_mode))


@given(st.text(max_size=40))
def test_any_name_is_checked_or_refused(name: str) -> None:
    """No text makes the check fail, and what passes allows something and not everything."""
    try:
        checked = checked_name(name)
    except RefusedError:
        return

    assert checked == checked_line(name, "name")
    assert any(c.isalnum() for c in checked)
