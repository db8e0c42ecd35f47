"""Environment variables: as a shell reads them, and what is known of them twice."""

from __future__ import annotations

import json
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from providers._api import config
from tests.support.commands import finished
from tools.local_emulator import ACCOUNT_SID as EMULATORS
from tools.local_emulator import FOLDER
from tools.variables import credentials, shell_lines, without_own
from tools.variables.rehearsal import BACKEND

TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=20)
NAMES = st.sampled_from(["A", "B_2", "PULUMI_STACK", "TWILIO_AUTH_TOKEN"])
TELL = "import json, os; print(json.dumps({k: v for k, v in os.environ.items() if k in NAMES}))"


def test_account_sid_is_what_the_provider_takes():
    """Tools import no provider: it is written twice."""
    assert config._ACCOUNT_SID.pattern == credentials.ACCOUNT_SID


@given(st.dictionaries(NAMES, TEXT), st.dictionaries(NAMES, TEXT))
def test_lines_tell_nothing_of_what_is_the_same(before: dict[str, str], after: dict[str, str]):
    """What a shell has already may be a secret, and is nobody else's business."""
    lines = [*shell_lines(before, after)]

    assert {*before} ^ {*after} | {name for name in {*before} & {*after} if before[name] != after[name]} == {
        line.removeprefix("unset ").removeprefix("export ").partition("=")[0] for line in lines
    }


def test_shell_that_reads_the_lines_has_the_values_as_they_are():
    """Blanks, quotes, dollars and line breaks belong to a path like any letter."""
    before = {"A": "gone", "B_2": "other"}
    after = {"B_2": "a 'b' \"c\" $HOME `id` \\ \n;#", "PULUMI_STACK": "", "TWILIO_AUTH_TOKEN": "é~*"}
    script = "\n".join([*shell_lines(before, after), f'exec "{sys.executable}" -c "$TELL"'])
    tell = {"TELL": TELL.replace("NAMES", repr([*before, *after]))}

    done = finished(
        ["/bin/sh", "-euc", script],
        folder=FOLDER.parent,
        environment=before | tell | {"PYTHONUTF8": "1"},
        seconds=60,
    )

    assert after == json.loads(done.stdout)


@pytest.mark.parametrize(
    ("since", "expected"),
    [
        pytest.param({}, {"PATH": "/bin"}, id="as printed"),
        pytest.param(
            {"TWILIO_ACCOUNT_SID": "AC" + "f" * 32, "TWILIO_AUTH_TOKEN": "true"},
            {"PATH": "/bin", "TWILIO_ACCOUNT_SID": "AC" + "f" * 32, "TWILIO_AUTH_TOKEN": "true"},
            id="true credentials since",
        ),
        pytest.param(
            {"PULUMI_CONFIG_PASSPHRASE_FILE": "/own"},
            {"PATH": "/bin", "PULUMI_CONFIG_PASSPHRASE_FILE": "/own"},
            id="a passphrase since",
        ),
    ],
)
def test_what_make_env_has_set_is_taken_back(since: dict[str, str], expected: dict[str, str]):
    """A shell that has read it would go on with another stack's file and the emulator's state."""
    read = {
        "PATH": "/bin",
        "TWILIO_ACCOUNT_SID": EMULATORS,
        "TWILIO_AUTH_TOKEN": "emulator",
        "TWILIO_BASE_URL": "http://127.0.0.1:20000",
        "PULUMI_BACKEND_URL": BACKEND,
        "PULUMI_CONFIG_PASSPHRASE_FILE": str(FOLDER / "passphrase"),
        "PULUMI_STACK": "dev",
        "PULUMI_OPTION_CONFIG_FILE": str(FOLDER / "project" / "stacks" / "Pulumi.dev.yaml"),
    }
    own = {
        "PATH": "/bin",
        "PULUMI_BACKEND_URL": "s3://b",
        "PULUMI_STACK": "x",
        "TWILIO_ACCOUNT_SID": EMULATORS,
    }

    assert expected == without_own(read | since)
    assert own == without_own(own)
