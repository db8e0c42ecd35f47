"""What a stack declares, as the commands see it before an engine starts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tools.stack_files import declared_services

Json = dict[str, Any]


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        pytest.param(None, {}, id="no configuration"),
        pytest.param({"conversation-services:services": {"a": {"x": 1}}}, {"a": {"x": 1}}, id="stack file"),
        pytest.param({"conversation-services:include": ["dev/*.yaml"]}, {"b": {"y": 2}}, id="included"),
        pytest.param(
            {"conversation-services:include": ["dev/b.yaml"], "conversation-services:services": {"a": None}},
            {"a": None, "b": {"y": 2}},
            id="both",
        ),
        pytest.param({"conversation-services:services": [1]}, {}, id="no map"),
    ],
)
def test_services_of_the_stack_file_and_of_included_files_are_declared(
    tmp_path: Path, config: Json | None, expected: Json
):
    """A service that one of the two overlooks would count as gone."""
    (tmp_path / "dev").mkdir()
    (tmp_path / "dev" / "b.yaml").write_text("b: {y: 2}", encoding="utf-8")

    assert expected == declared_services({"config": config}, tmp_path)


def test_included_file_that_cannot_be_read_stops_the_command(tmp_path: Path):
    """Half of a stack is not taken for the whole."""
    (tmp_path / "b.yaml").write_text("b: [", encoding="utf-8")

    with pytest.raises(SystemExit) as caught:
        declared_services({"config": {"conversation-services:include": ["b.yaml"]}}, tmp_path)

    assert f"error: {tmp_path.name}/b.yaml:2:1: not valid YAML: did not find expected node content" == str(
        caught.value
    )
