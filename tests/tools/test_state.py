"""Which stacks have a state, and what it says: an unknown one never passes for an empty one."""

from __future__ import annotations

import gzip
import json
import os
import sys
from pathlib import Path

import pytest

from tools.engines import EMBEDDED
from tools.state import State, StateReader

EMPTY = {"version": 3, "checkpoint": {"stack": "organization/conversation-services/qa", "latest": {}}}
ENGINE = """\
import json, sys
known = ["organization/conversation-services/qa", "dev"]
if sys.argv[1:3] == ["stack", "ls"]:
    print(json.dumps([{"name": name} for name in known]))
elif sys.argv[1:3] == ["stack", "export"] and "qa" in sys.argv:
    print(json.dumps({"version": 3, "deployment": {"resources": [{"urn": "x"}]}}))
else:
    sys.exit("error: passphrase must be set")
"""


def folder_with(root: Path, **files: bytes) -> dict[str, str]:
    """Return the environment of a file backend that holds these files of states."""
    states = root / ".pulumi" / "stacks" / "conversation-services"
    states.mkdir(parents=True)
    for name, content in files.items():
        (states / name.replace("_", ".")).write_bytes(content)
    return {"PULUMI_BACKEND_URL": f"file://{root}"}


def test_folder_tells_its_stacks_without_an_engine(tmp_path: Path):
    """Compressed ones too; backups and what the backend notes beside a file are no stacks."""
    packed = gzip.compress(json.dumps(EMPTY).encode())
    environment = folder_with(
        tmp_path, qa_json=b"{}", qa_json_bak=b"{}", dev_json_attrs=b"{}", eu_json_gz=packed
    )

    assert {"qa", "eu"} == StateReader((), "eu", environment).stacks()
    assert State() == StateReader((), "eu", environment).read()
    assert None is StateReader((), "dev", environment).read()


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"version": 3}', b"\x1f\x8b"])
def test_state_that_cannot_be_read_is_an_error(tmp_path: Path, content: bytes):
    """A stack whose state is damaged would be removed otherwise, with its services alive."""
    reader = StateReader((), "qa", folder_with(tmp_path, qa_json=content))

    with pytest.raises(
        SystemExit, match=r"error: the state of qa cannot be read\nhint: .* stack export --stack qa"
    ):
        reader.read()


def test_any_other_backend_is_asked_through_the_engine(tmp_path: Path):
    """It says which stacks there are; one that it cannot read is an error, one that is not there is none."""
    (tmp_path / "engine.py").write_text(ENGINE, encoding="utf-8")
    engine = (sys.executable, str(tmp_path / "engine.py"))
    environment = {**os.environ, "PULUMI_BACKEND_URL": "s3://bucket"}

    assert {"qa", "dev"} == StateReader(engine, "qa", environment).stacks()
    assert State([{"urn": "x"}]) == StateReader(engine, "qa", environment).read()
    assert None is StateReader(engine, "stage", environment).read()
    with pytest.raises(SystemExit, match="error: the state of dev cannot be read"):
        StateReader(engine, "dev", environment).read()


def test_embedded_engine_says_that_it_keeps_states_in_folders_only():
    """The address may hold a password, and is not shown."""
    reader = StateReader(EMBEDDED, "qa", {"PULUMI_BACKEND_URL": "postgres://u:secret@host/db"})

    with pytest.raises(SystemExit, match="the embedded engine keeps a state in a folder") as error:
        reader.stacks()

    assert "secret" not in str(error.value)
