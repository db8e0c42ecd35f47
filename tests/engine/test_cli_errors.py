"""The command line's manners: flags, help, errors, and what a start loads."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable

import pytest

from tests.engine.commands import ROOT, Done, Project

Call = Callable[..., Done]


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        pytest.param(
            ("up", "--target", "x"), 1, "error: the flag --target of up is outside", id="flag-of-the-cli"
        ),
        pytest.param(
            ("up", "--yess"),
            1,
            "error: the flag --yess of up is outside what the embedded engine runs\nhint: did you mean --yes",
            id="mistyped-flag",
        ),
        pytest.param(("--tracing", "x", "up"), 1, "error: the flag --tracing is outside", id="global-flag"),
        pytest.param(("state", "delete"), 1, "error: the command `state` is outside", id="command"),
        pytest.param(("up", "template"), 2, "error: got unexpected extra argument (template)", id="argument"),
        pytest.param(
            ("-C", "/nowhere/at/all", "preview"), 1, "error: cannot change to /nowhere/at/all", id="no-folder"
        ),
        pytest.param(("preview", "--policy-pack", "."), 2, "error: no policy pack in", id="no-pack"),
        pytest.param(
            ("preview", "--policy-pack-config", "Pulumi.yaml"),
            2,
            "error: more --policy-pack-config",
            id="config-without-pack",
        ),
        pytest.param(
            ("preview", "--refresh=maybe"), 2, "error: invalid value for '-r' / '--refresh'", id="truth"
        ),
    ],
)
def test_command_line_wrong_is_one_clear_error(
    stack: Project, call: Call, arguments: tuple[str, ...], code: int, message: str
) -> None:
    """What this engine lacks is named with the CLI that has it; a slip gets a suggestion."""
    done = call(*arguments, code=code)

    assert done.out == ""
    assert done.err.startswith(message)
    assert ("https://www.pulumi.com/" in done.err) is ("outside what the embedded engine runs" in done.err)


@pytest.mark.parametrize("seconds", ["0", "-5", "soon", "nan", "inf"])
def test_patience_that_is_no_number_of_seconds_is_an_error(stack: Project, call: Call, seconds: str) -> None:
    """A run without a bound would wait for ever."""
    done = call("preview", code=2, ENGINE_CALL_SECONDS=seconds)

    assert "error: ENGINE_CALL_SECONDS must be a number of seconds, 1 or more\n" == done.err


def test_folder_flag_stands_anywhere(stack: Project, call: Call) -> None:
    """-C before or behind the command."""
    stack.write("deeper/file", "")

    for arguments in (("-C", "deeper", "config"), ("config", "-C", "deeper")):
        assert call(*arguments).out == "KEY  VALUE\n"


def test_outside_of_a_project_is_an_error(tmp_path_factory: pytest.TempPathFactory, call: Call) -> None:
    """The error names the file that is missing."""
    done = call("-C", str(tmp_path_factory.mktemp("empty")), "preview", code=1)

    assert done.err.startswith("error: no Pulumi.yaml in ")


def test_unexpected_error_shows_neither_traceback_nor_values(stack: Project, call: Call) -> None:
    """Its text might quote a secret, so only its kind and place are told; --verbose 1 shows it all."""
    stack.state_file.write_text(
        '{"version":3,"checkpoint":{"latest":{"resources":[{"urn":5}]}}}', encoding="utf-8"
    )

    quiet = call("preview", code=1)

    assert quiet.err.startswith("error: a resource of the state has no urn")
    assert "Traceback" not in quiet.err


MISTAKE = """\
import offline.engine.state.backend
def fail(*_):
    raise KeyError("hush")
offline.engine.state.backend.FileBackend.read = fail
"""


def test_mistake_in_the_engine_is_told_as_such(stack: Project) -> None:
    """Where it happened and how to report it, without what it may quote; the traceback on request."""
    stack.write("sitecustomize.py", MISTAKE)
    stack.environment["PYTHONPATH"] = f"{stack.root}:{stack.environment['PYTHONPATH']}"

    quiet = stack.engine("preview", code=1)
    verbose = stack.engine("preview", "--verbose", "1", code=1)

    assert quiet.err == (
        "error: unexpected KeyError at sitecustomize.py:3: this is a mistake in the engine\n"
        "hint: run it again with --verbose 1 and report what it prints (remove values that are secret)\n"
    )
    assert "KeyError: 'hush'" in verbose.err


@pytest.mark.parametrize(
    "arguments",
    [("--help",), ("up", "--help"), ("stack", "--help"), ("stack", "init", "-h"), ("config", "set", "-h")],
    ids=" ".join,
)
def test_help_is_printed(call: Call, arguments: tuple[str, ...]) -> None:
    """Every command explains itself."""
    done = call(*arguments)

    assert done.out.startswith("Usage: python -m offline.engine")
    assert done.err == ""


def test_version_names_the_protocol(call: Call) -> None:
    """Scripts can tell this engine from the CLI, whose version begins with v."""
    assert call("version").out.startswith("embedded engine for pulumi v")


HEAVY = {"cryptography", "google", "grpc", "pulumi", "rich", "ruamel"}
START = """\
import sys
from offline.engine.commands.cli import main
main(sys.argv[1:])
print(*sys.modules, file=sys.stderr)
"""


@pytest.mark.parametrize("arguments", [["version"], ["--help"], ["up", "--help"]], ids=" ".join)
def test_start_loads_nothing_heavy(arguments: list[str]) -> None:
    """A command that does little is quick: no gRPC, SDK or cryptography before they are needed."""
    done = subprocess.run(
        [sys.executable, "-c", START, *arguments], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert set() == HEAVY.intersection(done.stderr.split())
