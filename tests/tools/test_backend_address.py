"""Where the state lies, in a folder whose name no address holds as it is."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.support.clone import ROOT

ASKED = """
import json, sys
from tools.state import with_backend
print(json.dumps(with_backend(json.loads(sys.argv[1]))))
"""
OWN = "name: p\nbackend:\n  url: file://./state # ours\n"


@pytest.mark.parametrize(
    ("name", "project", "given", "expected"),
    [
        pytest.param("100%25", OWN, {}, "{folder}/state", id="percent"),
        pytest.param(
            "c#", OWN.replace("file://./state", '"file://./state/"'), {}, "{folder}/state", id="hash"
        ),
        pytest.param("plain ñ", OWN, {}, None, id="nothing-to-mend"),
        pytest.param("100%25", OWN, {"PULUMI_BACKEND_URL": "s3://ours"}, "s3://ours", id="variable"),
        pytest.param("100%25", OWN.replace("file://./state", "s3://ours"), {}, None, id="another-backend"),
        pytest.param("100%25", "name: p\n", {}, None, id="none-named"),
    ],
)
def test_own_state_is_found_and_no_other_backend_overruled(
    tmp_path: Path, name: str, project: str, given: dict[str, str], expected: str | None
):
    """The engines decode the working folder along with a relative address, and would look elsewhere."""
    folder = tmp_path / name
    for package in ("tools", "plain_yaml"):
        shutil.copytree(ROOT / package, folder / package)
    (folder / "Pulumi.yaml").write_text(project, encoding="utf-8")

    done = subprocess.run(
        [sys.executable, "-c", ASKED, json.dumps(given)],
        cwd=folder,
        check=True,
        capture_output=True,
        text=True,
    )

    whole = expected and expected.replace("{folder}", f"file://{quote(str(folder))}")
    assert whole == json.loads(done.stdout).get("PULUMI_BACKEND_URL")
