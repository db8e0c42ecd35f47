"""Nothing waits without end: an engine that has gone silent is ended, and is told to be waited for until then.

A stand-in of the Pulumi CLI is the engine here; how long a limit is has no part in what is claimed.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from providers._api.config import NUMBERS
from tests.support.workspace import Workspace
from tests.tools.stand_in import install
from tools.engine_process import silence_seconds
from tools.stack import IN_FLIGHT

ON_CLONE = pytest.mark.parametrize("workspace", ["embedded"], indirect=True)
MINUTES = "600"
SECONDS = 120
UP = ("tools.stack", "up", "--stack=dev", "--", "--yes")
"""With a flag: without any, dev's preview is kept back."""


def environment(workspace: Workspace, tmp_path: Path, stand_in: str, limit: str) -> dict[str, str]:
    """Return the environment of a run on the stand-in, with the emulator as the API."""
    bin_folder = tmp_path / "bin"
    bin_folder.mkdir(exist_ok=True)
    return workspace.environment(
        ENGINE="pulumi",
        EMULATOR="1",
        PATH=install(bin_folder),
        STAND_IN=stand_in,
        ENGINE_SILENCE_SECONDS=limit,
    )


def finished(
    workspace: Workspace, tmp_path: Path, stand_in: str, *command: str, limit: str = MINUTES, **variables: str
) -> subprocess.CompletedProcess[str]:
    """Run a command on the stand-in to its end."""
    return subprocess.run(
        [sys.executable, "-m", *command],
        cwd=workspace.root,
        env=environment(workspace, tmp_path, stand_in, limit) | variables,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=SECONDS,
    )


@pytest.mark.parametrize(
    ("flags", "said"),
    [((), "None"), (("--debug",), "1"), (("-d",), "1")],
)
@ON_CLONE
def test_debug_lines_of_the_sdk_are_asked_for_with_those_of_the_engine(
    workspace: Workspace, tmp_path: Path, flags: tuple[str, ...], said: str
):
    """The program cannot know the flags of the engine."""
    stand_in = "say(os.environ.get('PULUMI_SDK_DEBUG'))"

    done = finished(workspace, tmp_path, stand_in, "tools.stack", "up", "--stack=dev", "--", *flags)

    assert (0, said) == (done.returncode, done.stdout.splitlines()[-1])


def test_tools_and_provider_allow_as_many_requests():
    """The tools do not import the provider."""
    assert IN_FLIGHT == str(NUMBERS["maxConcurrency"].default)


@pytest.mark.parametrize(
    ("declared", "given", "said"),
    [(None, None, "16"), (40, None, "40"), (40, "3", "3")],
    ids=["by default", "as many as the stack file allows", "as the user says"],
)
@ON_CLONE
def test_cli_works_at_as_many_resources_as_requests_are_allowed(
    workspace: Workspace,
    tmp_path: Path,
    declared: int | None,
    given: str | None,
    said: str,
):
    """By itself it takes four for each processor: half of what is allowed, on two."""
    if declared is not None:
        path = workspace.root / "stacks" / "Pulumi.dev.yaml"
        path.write_text(f"{path.read_text()}  twilio:maxConcurrency: {declared}\n")
    variables = {} if given is None else {"PULUMI_PARALLEL": given}
    stand_in = "say(os.environ.get('PULUMI_PARALLEL'))"

    done = finished(workspace, tmp_path, stand_in, "tools.stack", "up", "--stack=dev", **variables)

    assert (0, said) == (done.returncode, done.stdout.splitlines()[-1])


@pytest.mark.parametrize(
    "stand_in",
    [
        pytest.param("hang()", id="says nothing"),
        pytest.param("say('Updating'); deaf(); hang()", id="does not listen"),
        pytest.param("say('@ updating', end=''); forever(lambda: say('.', end=''))", id="dots of the CLI"),
        pytest.param(
            "forever(lambda: say('\\x1b[2m    \\u2026 20 s: 0 done\\x1b[0m'))",
            id="lines of the embedded engine that only wait",
        ),
        pytest.param("os.close(1); os.close(2); hang()", id="closes its output"),
    ],
)
@ON_CLONE
def test_silent_engine_is_ended_with_one_clear_message(workspace: Workspace, tmp_path: Path, stand_in: str):
    """Dots are no progress; a job would wait for hours, and hold the stack."""
    done = finished(workspace, tmp_path, stand_in, *UP, limit="1")

    assert done.returncode != 0
    assert "note: dev: up: waiting, no progress for " in done.stderr
    assert "error: dev: up: the engine told of no progress for 1 s and was ended\nhint: run it" in done.stderr
    assert [] == [each.pid for each in psutil.process_iter() if _is_stand_in(each, tmp_path)]


@ON_CLONE
def test_engine_that_goes_on_is_left_alone_however_long_it_takes(workspace: Workspace, tmp_path: Path):
    """Each line begins the time anew, so that a thousand services may take what they take.

    A note comes after a quarter of the limit: five of them are more than the whole.
    """
    notes = tmp_path / "notes"
    stand_in = (
        f"told = lambda: open({str(notes)!r}).read().count('no progress for')\n"
        "for each in range(5):\n"
        "    say(f'service {each} created')\n"
        "    wait_until(lambda: told() > each)"
    )

    with notes.open("w", encoding="utf-8") as errors:
        done = subprocess.run(
            [sys.executable, "-m", *UP],
            cwd=workspace.root,
            env=environment(workspace, tmp_path, stand_in, "8"),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            check=False,
            timeout=SECONDS,
        )

    assert 0 == done.returncode, notes.read_text(encoding="utf-8")
    assert [f"service {each} created" for each in range(5)] == done.stdout.splitlines()


@ON_CLONE
def test_gitops_reports_a_silent_engine_and_takes_its_children_along(workspace: Workspace, tmp_path: Path):
    """The real CLI leaves its language host behind when it is killed; a report says what happened."""
    child = f"{sys.executable} -c 'import signal; signal.pause()' {tmp_path}"
    stand_in = f"subprocess.Popen({child!r}, shell=True)\ndeaf()\nhang()"

    done = finished(
        workspace, tmp_path, stand_in, "gitops", "preview-report", "--stack=dev", "--json", limit="1"
    )

    errors = [each["message"] for each in json.loads(done.stdout)["errors"]]
    assert 1 == done.returncode
    assert 1 == len(errors)
    assert errors[0].startswith("dev: preview: the engine told of no progress for 1 s and was ended\nhint: ")
    assert [] == [each.pid for each in psutil.process_iter() if _is_stand_in(each, tmp_path)]


@ON_CLONE
def test_engine_that_leaves_a_process_behind_has_ended_all_the_same(workspace: Workspace, tmp_path: Path):
    """A provider that outlives its engine holds the pipe open, and nobody would ever read its end."""
    stand_in = (
        f"child = subprocess.Popen([sys.executable, '-c', 'import signal; signal.pause()', {str(tmp_path)!r}])\n"
        "say(f'done {child.pid}')"
    )

    done = finished(workspace, tmp_path, stand_in, *UP)

    pid = int(done.stdout.split()[1])
    os.kill(pid, signal.SIGKILL)
    assert 0 == done.returncode


@ON_CLONE
def test_exit_code_signal_and_both_streams_of_an_engine_are_passed_on(workspace: Workspace, tmp_path: Path):
    """`make` shows what the engine shows, in its order where both streams go to one place."""
    stand_in = "for each in 'abc': say(each); say(each.upper(), to=sys.stderr)\nsys.exit(7)"
    command = [sys.executable, "-m", *UP]

    apart = finished(workspace, tmp_path, stand_in, *command[2:])
    killed = finished(workspace, tmp_path, "os.kill(os.getpid(), 9)", *command[2:])
    together = subprocess.run(
        command,
        cwd=workspace.root,
        env=environment(workspace, tmp_path, stand_in, MINUTES),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=SECONDS,
    )

    assert (7, "a\nb\nc\n") == (apart.returncode, apart.stdout)
    assert ["A", "B", "C"] == apart.stderr.splitlines()[-3:]
    assert 137 == killed.returncode
    assert ["a", "A", "b", "B", "c", "C"] == together.stdout.splitlines()[-6:]


@ON_CLONE
def test_run_whose_reader_has_gone_goes_on_to_its_end(workspace: Workspace, tmp_path: Path):
    """`make up | head` must not leave a run half done."""
    marker = tmp_path / "ended"
    stand_in = f"for each in range(2000): say('x' * 100)\nopen({str(marker)!r}, 'w')"

    with subprocess.Popen(
        [sys.executable, "-m", *UP],
        cwd=workspace.root,
        env=environment(workspace, tmp_path, stand_in, MINUTES),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as process:
        assert process.stdout is not None
        process.stdout.read(1)
        process.stdout.close()
        code = process.wait(SECONDS)

    assert (0, True) == (code, marker.exists())


@ON_CLONE
def test_request_to_stop_reaches_the_engine_once_and_its_end_is_awaited(workspace: Workspace, tmp_path: Path):
    """Twice would mean at once; the engine ends after the operations in flight."""
    stand_in = (
        "came = []\nsignal.signal(signal.SIGINT, lambda *_: came.append(1))\nsay('ready')\n"
        "wait_until(lambda: came)\nsay(f'stopped by {len(came)}', end='')\n"
        "say(f', in a group of its own: {os.getpgrp() == os.getpid()}')\nsys.exit(1)"
    )

    with subprocess.Popen(
        [sys.executable, "-m", *UP],
        cwd=workspace.root,
        env=environment(workspace, tmp_path, stand_in, MINUTES),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        assert process.stdout is not None
        try:
            process.stdout.readline()
            os.killpg(process.pid, signal.SIGINT)
            stdout, stderr = process.communicate(timeout=SECONDS)
        finally:
            process.kill()

    assert (1, "stopped by 1, in a group of its own: True\n") == (process.returncode, stdout)
    assert "note: stopping after the operations in flight" in stderr


@pytest.mark.parametrize("text", ["0", "-1", "soon", "nan", "inf"])
def test_limit_that_is_no_time_is_refused(text: str):
    """A typing error must not mean for ever."""
    with pytest.raises(SystemExit, match="ENGINE_SILENCE_SECONDS must be a number of seconds above 0"):
        silence_seconds({"ENGINE_SILENCE_SECONDS": text})


def _is_stand_in(process: psutil.Process, folder: Path) -> bool:
    """Tell whether a process is one that a test's stand-in is or has started."""
    try:
        return str(folder) in " ".join(process.cmdline()) and "-m offline.emulator" not in " ".join(
            process.cmdline()
        )
    except psutil.Error:
        return False
