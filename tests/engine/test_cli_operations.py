"""`up`, `preview`, `refresh`, `destroy` as commands: flow, exit codes, what is printed and what is left."""

from __future__ import annotations

import json
import re
import signal
import subprocess
from pathlib import Path

import pytest

from offline.engine.files.stack_config import load_stack_file
from offline.engine.files.stack_file import StackFileEditor
from offline.engine.state.crypto import PassphraseCrypter
from tests.engine.commands import PASSPHRASE, Project
from tests.support.waiting import wait_until


def set_secret(stack: Project, text: str) -> None:
    """Set the secret `note`, within this process."""
    file = load_stack_file(stack.root / "Pulumi.dev.yaml", "small")
    editor = StackFileEditor(file.path, "small")
    editor.set(
        "small:note", (), {"secure": PassphraseCrypter(file.salt_state, lambda: PASSPHRASE).encrypt(text)}
    )
    editor.save()


def test_up_with_yes_previews_and_performs(stack: Project) -> None:
    """One command: what would be done, then what has been done, outputs and counts.

    With one resource: two are registered at the same time, and either may come first.
    """
    set_secret(stack, "hush")

    done = stack.engine("up", "--yes", "-c", "count=1")

    assert re.sub(r"\d+(\.\d)?s", "Ns", done.out) == EXPECTED_UP
    assert done.err == ""
    assert stack.names() == ["default", "small-dev", "thing-0"]


EXPECTED_UP = """\
Previewing update (dev):

 +  test:Thing thing-0 create
 +  Stack small-dev create

Outputs:
    count: 1
    note: [secret]
    shape.list[0]: 1
    shape.list[1]: 2.5
    shape.list[2]: <null>
    shape.list[3]: true
    shape.text: "x"

Resources:
    + 2 to create

Updating (dev):

 +  test:Thing thing-0 created (Ns)
 +  Stack small-dev created (Ns)

Outputs:
    count: 1
    note: [secret]
    shape.list[0]: 1
    shape.list[1]: 2.5
    shape.list[2]: <null>
    shape.list[3]: true
    shape.text: "x"

Resources:
    + 2 created

Duration: Ns

"""


def test_up_without_changes_says_so_and_expects_it(made: Project) -> None:
    """A second run finds nothing to do; --expect-no-changes holds it to that."""
    done = made.engine("up", "--skip-preview", "--expect-no-changes")

    assert "    2 unchanged\n" in done.out
    assert "thing-0" not in done.out


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        pytest.param(("preview",), 0, id="preview"),
        pytest.param(("preview", "--expect-no-changes"), 7, id="preview-expecting-none"),
        pytest.param(("up", "--skip-preview", "--expect-no-changes"), 7, id="up-expecting-none"),
        pytest.param(("up",), 2, id="up-nobody-to-ask"),
        pytest.param(("refresh",), 2, id="refresh-nobody-to-ask"),
        pytest.param(("destroy",), 2, id="destroy-nobody-to-ask"),
        pytest.param(("up", "--yes", "--json"), 1, id="unknown-flag"),
        pytest.param(("up", "--yes", "-s", "none"), 6, id="missing-stack"),
        pytest.param(("up", "--yes", "-p", "0"), 2, id="parallel-zero"),
        pytest.param(("preview", "-c", "x"), 2, id="config-without-value"),
        pytest.param(("destroy", "--preview-only"), 0, id="destroy-preview-only"),
    ],
)
def test_operation_exit_code(stack: Project, arguments: tuple[str, ...], code: int) -> None:
    """Scripts tell outcomes apart by the CLI's own codes."""
    stack.write("Pulumi.dev.yaml", stack.read("Pulumi.dev.yaml") + "config: {count: 1}\n")

    done = stack.engine(*arguments, code=code)

    assert done.err == "" if code == 0 else done.err.startswith("error: ")
    assert "Traceback" not in done.err


def test_preview_changes_nothing(stack: Project) -> None:
    """Neither state nor history nor stack file is touched, and no lock is taken."""
    before = {path: path.read_bytes() for path in stack.state.parent.rglob("*") if path.is_file()}

    stack.engine("preview")

    after = {path: path.read_bytes() for path in stack.state.parent.rglob("*") if path.is_file()}
    assert after == before


def test_up_shows_differences_on_the_line_of_the_operation(made: Project) -> None:
    """One line an operation, with what differs; secrets and the SDK's own properties hidden."""
    set_secret(made, "hush")

    done = made.engine("preview", "-c", "size=5")

    assert " ~  test:Thing thing-0 update [+ note: [secret], ~ size: 1 => 5]\n" in done.out
    assert "hush" not in done.out
    assert "__provider" not in done.out


def test_up_diff_shows_every_property(made: Project) -> None:
    """--diff is for whoever wants to see all of it."""
    done = made.engine("preview", "--diff", "-c", "size=5")

    assert (
        "~  test:Thing thing-0: update\n"
        "      [id=id-n0]\n"
        "      [urn=urn:pulumi:dev::small::pulumi-python:dynamic/test:Thing::thing-0]\n"
        '      name: "n0"\n'
        "    ~ size: 1 => 5\n"
    ) in done.out


def test_up_config_flag_is_saved_to_the_stack_file(stack: Project) -> None:
    """As the CLI's help says."""
    stack.engine("preview", "-c", "count=1", "-c", "other:text=x=y")

    assert stack.read("Pulumi.dev.yaml").endswith("config:\n  small:count: '1'\n  other:text: x=y\n")


def test_up_other_config_file_is_used(stack: Project) -> None:
    """--config-file takes the place of Pulumi.dev.yaml."""
    stack.write("other.yaml", stack.read("Pulumi.dev.yaml") + "config: {count: 2}\n")

    stack.engine("up", "--yes", "--skip-preview", "--config-file", "other.yaml")

    assert stack.names() == ["default", "small-dev", "thing-0", "thing-1"]


def test_destroy_empties_the_stack(made: Project) -> None:
    """The stack and its file stay, for the next `up`."""
    done = made.engine("destroy", "--skip-preview")

    assert "    - 2 deleted\n" in done.out
    assert [] == made.names()
    assert (made.root / "Pulumi.dev.yaml").exists()


def test_refresh_and_up_with_refresh_agree_with_an_unchanged_world(made: Project) -> None:
    """Nothing has drifted: no changes, whichever way one looks."""
    for command in (
        ("refresh", "--yes", "--skip-preview"),
        ("refresh", "--preview-only"),
        ("up", "--yes", "--skip-preview", "-r"),
        ("preview", "--refresh=false"),
    ):
        made.engine(*command, "--expect-no-changes")


def test_up_failed_resource_is_told_and_the_others_stay(made: Project) -> None:
    """The reason stands under the resource's name; what was made is recorded."""
    done = made.engine("up", "--yes", "--skip-preview", "-c", "count=2", "-c", "fail=true", code=1)

    assert " +  test:Thing thing-1 creating failed (" in done.out
    assert "  test:Thing (thing-1):\n    error: " in done.out
    assert "no thing today" in done.out
    assert "\n    1 failed\n" in done.out
    assert done.err == "error: the update failed: see above\n"
    assert made.names() == ["default", "small-dev", "thing-0"]


def test_event_log_is_complete_beside_any_display(stack: Project, tmp_path: Path) -> None:
    """Pipelines read the file; it is truncated first, whole even after a failure, and holds no secret."""
    log = tmp_path / "events"
    log.write_text("old", encoding="utf-8")
    set_secret(stack, "hush")

    done = stack.engine(
        "up", "--yes", "--skip-preview", "-c", "count=1", "-c", "fail=true", "--event-log", str(log), code=1
    )

    text = log.read_text(encoding="utf-8")
    events = [json.loads(line) for line in text.splitlines()]
    assert "creating failed" in done.out
    assert "hush" not in text
    kinds = [next(key for key in event if key not in ("sequence", "timestamp")) for event in events]
    assert kinds[-2:] == ["summaryEvent", "cancelEvent"]
    failed = [event["resOpFailedEvent"]["metadata"] for event in events if "resOpFailedEvent" in event]
    assert [
        (each["op"], each["new"]["inputs"]["note"]["ciphertext"]) for each in failed if each["new"]["inputs"]
    ] == [("create", "[secret]")]


def test_second_run_is_refused_while_the_first_works(stack: Project, tmp_path: Path) -> None:
    """Two runs at once would forget each other's resources."""
    gate = tmp_path / "gate"
    first = stack.start("up", "--yes", "--skip-preview", "-c", "count=1", "-c", f"gate={gate}")
    wait_until(Path(f"{gate}.waiting").exists)

    refused = stack.engine("up", "--yes", code=1)
    allowed = stack.engine("preview")
    gate.touch()
    first.communicate(timeout=60)

    assert refused.err.startswith(
        f"error: the stack is locked by {refused.err.split('locked by ')[1].split('@')[0]}@"
    )
    assert f"(pid {first.pid})" in refused.err
    assert "hint: wait until that run has ended" in refused.err
    assert "Resources:" in allowed.out
    assert first.returncode == 0


def test_interrupted_run_ends_after_what_is_under_way(stack: Project, tmp_path: Path) -> None:
    """Ctrl-C loses nothing: the create in flight ends and is recorded, no other begins."""
    gate = tmp_path / "gate"
    process = stack.start("up", "--yes", "--skip-preview", "-p", "1", "-c", "count=3", "-c", f"gate={gate}")
    wait_until(Path(f"{gate}.waiting").exists)

    process.send_signal(signal.SIGINT)
    assert process.stdout is not None
    wait_until(lambda: "letting operations under way end" in process.stdout.readline())  # type: ignore[union-attr]
    gate.touch()
    _, err = process.communicate(timeout=60)

    assert process.returncode == 1
    assert err == "error: the update was stopped before its end\nhint: run it again to go on\n"
    assert len(stack.names()) == len(["default", "small-dev", "the one in flight"])
    assert list(stack.locks.iterdir()) == []


def test_killed_run_is_told_of_and_gone_on_with(stack: Project, tmp_path: Path) -> None:
    """After `kill -9` the next run says what was interrupted, takes the lock over, and goes on."""
    gate = tmp_path / "gate"
    process = stack.start("up", "--yes", "--skip-preview", "-c", "count=1", "-c", f"gate={gate}")
    wait_until(Path(f"{gate}.waiting").exists)
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=60)
    pending = [each["type"] for each in stack.latest()["pending_operations"]]
    gate.touch()

    done = stack.engine("up", "--yes", "--skip-preview")

    assert pending == ["creating"]
    assert f"took over the lock of a run that is gone: {done.err.split('gone: ')[1]}" in done.err
    assert "interrupted earlier: " in done.out
    assert "thing-0" in stack.names()


def test_broken_pipe_does_not_stop_the_run(stack: Project) -> None:
    """`up | head -1` closes the pipe; half an update would be worse than a silent one."""
    command = (
        f"'{stack.environment['PATH'].split(':')[0]}/python' -m offline.engine up --yes -c count=2 | head -1"
    )

    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", command],
        cwd=stack.root,
        env=stack.environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert done.stdout == "Previewing update (dev):\n"
    assert "Traceback" not in done.stderr
    assert stack.names() == ["default", "small-dev", "thing-0", "thing-1"]


@pytest.mark.real_engine
def test_state_is_handed_to_and_fro(stack: Project) -> None:
    """Each engine previews no change on what the other has made, and reads its outputs, secrets included."""
    set_secret(stack, "hush")
    runs = {"engine": stack.engine, "pulumi": stack.pulumi}
    outputs = []
    for number, (maker, reader) in enumerate([("engine", "pulumi"), ("pulumi", "engine")], start=1):
        runs[maker]("up", "--yes", "--skip-preview", "-c", f"count={number}", "-c", f"size={number}")

        runs[reader]("preview", "--expect-no-changes")
        outputs.append(runs[reader]("stack", "output", "--json", "--show-secrets").json)

    shape = {"list": [1, 2.5, None, True], "text": "x"}
    assert outputs == [{"count": count, "note": "hush", "shape": shape} for count in (1, 2)]


def test_history_names_the_commit_of_the_project(stack: Project) -> None:
    """In the CLI's words; where there is no repository, or no commit yet, in none."""

    def told() -> list[dict[str, str]]:
        kept = stack.state_file
        folder = kept.parents[2] / "history" / kept.parent.name / kept.stem
        records = (
            json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.history.json"))
        )
        return [{k: v for k, v in each["environment"].items() if k.startswith("git.")} for each in records]

    def git(*words: str) -> str:
        command = ["git", "-c", "user.name=t", "-c", "user.email=t@example.com", *words]
        return subprocess.run(
            command, cwd=stack.root, check=True, capture_output=True, text=True
        ).stdout.strip()

    stack.engine("up", "--skip-preview", "-c", "count=1")
    git("init", "-q")
    stack.engine("up", "--skip-preview")
    git("add", "-A")
    git("commit", "-qm", "as it is")
    (stack.root / ".gitignore").write_text("*\n", encoding="utf-8")
    git("add", "-A", "-f")
    stack.engine("up", "--skip-preview")

    assert [{}, {}, {"git.head": git("rev-parse", "HEAD"), "git.dirty": "true"}] == told()


@pytest.mark.real_engine
def test_history_of_this_engine_is_read_by_the_cli(stack: Project) -> None:
    """`pulumi stack history` lists our runs among its own."""
    stack.engine("up", "--yes", "--skip-preview", "-c", "count=1", "-m", "first of all")
    stack.pulumi("refresh", "--yes", "--skip-preview")

    listed = stack.pulumi("stack", "history", "--json").json

    assert [("refresh", "succeeded", ""), ("update", "succeeded", "first of all")] == [
        (each["kind"], each["result"], each["message"]) for each in listed
    ]
