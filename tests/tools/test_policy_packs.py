"""A policy pack that cannot start is told before an engine is: the Pulumi CLI would wait for it for ever."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.workspace import Workspace
from tools.policy_packs import check_policy_packs

MISSING = "runtime:\n  name: python\n  options:\n    virtualenv: ../nowhere\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param(MISSING, "there is no Python environment in ../nowhere", id="missing"),
        pytest.param(MISSING.replace("../nowhere", "."), "there is no Python environment in .", id="empty"),
        pytest.param("runtime: [", "not valid YAML", id="no YAML"),
        pytest.param("runtime: python\n", "", id="none named"),
        pytest.param("- 1\n", "", id="no map: the engine's business"),
        pytest.param(MISSING.replace("../nowhere", "own"), "", id="there"),
    ],
)
@pytest.mark.parametrize("form", ["{flag} {pack}", "{flag}={pack}"])
def test_pack_is_looked_at_wherever_a_flag_names_it(tmp_path: Path, form: str, text: str, message: str):
    """ARGS may name packs beside the project's own."""
    (tmp_path / "PulumiPolicy.yaml").write_text(text, encoding="utf-8")
    (tmp_path / "own" / "bin").mkdir(parents=True)
    (tmp_path / "own" / "bin" / "python").touch()
    command = ["pulumi", "up", *form.format(flag="--policy-pack", pack=tmp_path).split(), "--yes"]

    if not message:
        check_policy_packs(command)
        return
    with pytest.raises(SystemExit) as failed:
        check_policy_packs(command)

    assert f"error: {tmp_path}/PulumiPolicy.yaml:" in str(failed.value.code)
    assert message in str(failed.value.code)


@pytest.mark.timeout(300)
def test_pack_without_its_environment_is_one_error_and_no_engine_starts(workspace: Workspace):
    """Both engines, make and gitops: the message says which file and key, and nothing hangs."""
    path = workspace.root / "policy" / "PulumiPolicy.yaml"
    path.write_text(
        path.read_text(encoding="utf-8").replace("virtualenv: ../.venv", "virtualenv: ../gone"), "utf-8"
    )
    error = "policy/PulumiPolicy.yaml: runtime.options.virtualenv: there is no Python environment in ../gone"

    by_make = workspace.make("up", code=2, EMULATOR="1")
    by_gitops = workspace.make("preview-report", "--json", code=2, EMULATOR="1")

    assert f"error: {error}\nhint: " in by_make.stderr
    assert [True] == [each["message"].startswith(error) for each in json.loads(by_gitops.stdout)["errors"]]
    assert {} == workspace.emulator.counts()
