"""An engine that is started by hand finds what `make` has made, and leaves it as `make` would."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.commands import finished
from tests.support.workspace import COMMAND_SECONDS, ENGINES, Workspace

ENGINE = {"pulumi": "pulumi", "embedded": ".venv/bin/python -m offline.engine"}
TOKEN = "a1b2c3d4e5f60718293a4b5c6d7e8f90"


@pytest.fixture(params=ENGINES)
def workspace(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Workspace]:
    """A clone whose path a shell would read something into."""
    root = tmp_path / "my 'own' $HOME"
    root.mkdir()
    made = Workspace(root, request.param)
    yield made
    made.close()


def test_engine_by_hand_finds_the_stack_and_make_goes_on_after_it(workspace: Workspace):
    """`make env` names state, stack file and emulator; the shell keeps them, and make is not misled by them."""
    engine = ENGINE[workspace.engine]
    script = f'eval "$(make -s env)"; {engine} preview; make -s up'

    up = workspace.make("up")
    printed = workspace.make("env", TWILIO_AUTH_TOKEN=TOKEN, EMULATOR="1").stdout
    done = finished(
        ["sh", "-euc", script],
        folder=workspace.root,
        environment=workspace.environment(),
        seconds=COMMAND_SECONDS,
    )

    # Nobody is asked on the emulator's dev, so one list of changes is enough.
    assert "Previewing" not in up.stdout
    assert 2 == done.stdout.count("18 unchanged")
    assert 3 == len(workspace.names())
    # The Pulumi CLI writes a salt into a stack file that has none: here into the copy.
    assert "" == workspace.git("status", "--porcelain")
    passphrase = (workspace.root / ".emulator" / "passphrase").read_text(encoding="ascii")
    assert [] == [secret for secret in (passphrase, TOKEN) if secret in printed]


@pytest.mark.parametrize("workspace", ["embedded"], indirect=True)
def test_all_that_a_stack_on_twilio_lacks_is_told_at_once(workspace: Workspace):
    """Who sets one thing and runs again to hear of the next gives up; what was set is not repeated."""
    nothing = workspace.make("preview", stack="stage", code=2).stderr
    wrong = workspace.make("preview", stack="stage", code=2, TWILIO_ACCOUNT_SID="AC-other").stderr
    half = workspace.make("preview", stack="stage", code=2, TWILIO_API_SECRET=TOKEN).stderr

    assert (
        "hint: set TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN (or an API key), and PULUMI_CONFIG_PASSPHRASE, or rehearse"
    ) in nothing
    passphrase = (
        "hint: set PULUMI_CONFIG_PASSPHRASE, or PULUMI_CONFIG_PASSPHRASE_FILE with the path of a file"
    )
    assert "error: stage has no state yet, and to make one these are missing" in wrong
    assert passphrase in wrong
    assert "hint: set TWILIO_ACCOUNT_SID to AC and 32 hexadecimal digits: what it is set to is none" in wrong
    assert "hint: set TWILIO_AUTH_TOKEN, or both TWILIO_API_KEY and TWILIO_API_SECRET" in wrong
    assert passphrase in half
    assert "hint: set TWILIO_AUTH_TOKEN, or both TWILIO_API_KEY and TWILIO_API_SECRET" in half
    assert [] == [text for text in ("AC-other", TOKEN) if text in wrong + half]
    # A shell that gets no variables must not go on without them.
    assert "false\n" == workspace.make("env", stack="stage", code=2).stdout
