"""A clone works wherever it lies: its folder's name is no address."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.emulator import EmulatorControl
from tests.support.workspace import ENGINES, Workspace


@pytest.mark.timeout(300)
@pytest.mark.parametrize("engine", ENGINES)
def test_state_stays_in_a_clone_of_any_name(tmp_path: Path, emulator: EmulatorControl, engine: str):
    """Decoded, "100%25 #1" is "100% ", and the second run did not find what the first one had written."""
    folder = tmp_path / "mein büro 100%25 #1"
    folder.mkdir()
    clone = Workspace(folder, engine)
    account = {
        "TWILIO_ACCOUNT_SID": "AC" + "1" * 32,
        "TWILIO_AUTH_TOKEN": "emulator",
        "TWILIO_BASE_URL": emulator.url,
        "PULUMI_CONFIG_PASSPHRASE": "correct horse",
    }

    clone.make("up", "--yes --skip-preview", code=0, **account)
    made = clone.outputs(**account)
    clone.make("up", "--yes --skip-preview --expect-no-changes", code=0, **account)
    clone.make("destroy", "--yes --skip-preview", code=0, **account)

    assert ["appointments", "delivery-updates", "support"] == sorted(made)
    assert (folder / "state" / ".pulumi" / "stacks" / "conversation-services" / "dev.json").is_file()
    assert [folder.name] == [each.name for each in tmp_path.iterdir()]
