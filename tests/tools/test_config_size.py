"""How large a configuration is on its way to the program: as an engine counts, and before any engine starts."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from offline.engine.files.json_text import dump_json
from offline.engine.files.stack_config import format_config
from offline.engine.state.crypto import PassphraseCrypter, new_salt_state
from plain_yaml import load_text
from tests.support.workspace import Workspace
from tools.config_size import LINUX_BYTES, MAX_BYTES, configuration_bytes, too_large

ROOT = Path(__file__).resolve().parents[2]
ODD = "é<&>\"\\\t\n\u2028😀 'x'"

JSON = st.recursive(
    st.booleans() | st.integers(-(2**63), 2**63) | st.text(st.characters(codec="utf-8"), max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=12), inner, max_size=3),
    max_leaves=8,
)


def text_of(value: object) -> str:
    """Return a stack file whose configuration is one service with a notification of this text."""
    services = {"a": {"friendlyName": "a", "notifications": {"newMessage": {"template": value}}}}
    return dump_json({"config": {"conversation-services:services": services}})


@given(st.dictionaries(st.from_regex(r"[a-z]{1,9}:[a-z]{1,9}", fullmatch=True), JSON, max_size=4))
def test_size_is_that_of_what_the_engine_hands_over(config: dict[str, Any]):
    """Values as text, objects as JSON within JSON, as Go writes it."""
    handed_over = dump_json({key: format_config(value) for key, value in config.items()})

    assert len(handed_over.encode("utf-8", "surrogatepass")) == configuration_bytes({"config": config})


def test_secret_counts_as_what_it_hides():
    """A cipher is longer than its text, and the text is what the program gets."""
    crypter = PassphraseCrypter(new_salt_state("x"), lambda: "x")
    size = {
        text: configuration_bytes({"config": {"a:b": {"c": [{"secure": crypter.encrypt(text)}]}}})
        for text in ("", "x", "x" * 1000)
    }

    assert [0, 1, 1000] == [each - size[""] for each in size.values()]
    assert configuration_bytes({"config": {"a:b": {"c": ["x" * 1000]}}}) == size["x" * 1000]
    assert configuration_bytes({"config": {"a:b": {"c": [{"secure": "?"}]}}}) > 0


@pytest.mark.parametrize("document", [None, [], "text", {}, {"config": None}, {"config": []}])
def test_document_without_configuration_takes_nothing(document: object):
    """What is wrong with it is told by who reads it."""
    assert 0 == configuration_bytes(document)


def test_configuration_above_the_limit_is_one_error_with_size_limit_and_remedy():
    """The last size that fits passes, one byte more does not; no value is repeated."""
    empty = configuration_bytes(load_text(text_of("")))
    fits, one_more = (load_text(text_of("y" * (MAX_BYTES - empty + more))) for more in (0, 1))

    told = [too_large(Path("stacks/Pulumi.prod.eu.yaml"), document) for document in (fits, one_more)]

    message = (
        "stacks/Pulumi.prod.eu.yaml: the configuration takes 129,010 bytes, and the Pulumi CLI can pass on 129,009\n"
        "hint: move services into files that the stack file includes, "
        "conversation-services:include: [prod.eu/*.yaml]; docs/stacks.md shows how"
    )
    assert ["", message] == told


def with_services(root: Path, number: int) -> Workspace:
    """Make a clone whose dev has many services with everything, in the stack file itself."""
    workspace = Workspace(root, "pulumi")
    yaml = YAML()
    path = root / "stacks" / "Pulumi.dev.yaml"
    document = yaml.load(path.read_text(encoding="utf-8"))
    support = document["config"]["conversation-services:services"]["support"]
    document["config"]["conversation-services:services"] = {
        f"support-{each}": {**support, "friendlyName": f"acme-support-{each}"} for each in range(number)
    }
    with path.open("w", encoding="utf-8") as file:
        yaml.representer.ignore_aliases = lambda *_: True
        yaml.dump(document, file)
    return workspace


@pytest.mark.real_engine
def test_too_large_a_stack_is_refused_by_make_and_gitops_before_the_cli_starts(tmp_path: Path):
    """The CLI would wait without end for a policy pack that Linux did not start."""
    workspace = with_services(tmp_path, 150)

    made = workspace.make("preview", code=2)
    reported = workspace.make("preview-report", code=2)

    message = "stacks/Pulumi.dev.yaml: the configuration takes "
    assert f"error: {message}" in made.stderr
    assert "hint: move services into files" in made.stderr
    assert message in reported.stdout
    assert not (tmp_path / ".emulator").exists()


def test_embedded_engine_runs_what_the_cli_cannot_and_says_so(tmp_path: Path):
    """What runs on a laptop only should not surprise in a pipeline."""
    workspace = with_services(tmp_path, 110)
    workspace.engine = "embedded"

    done = workspace.make("preview")
    workspace.close()

    assert "note: stacks/Pulumi.dev.yaml: the configuration takes " in done.stderr
    assert f"{1 + 110 * 8} to create" in done.stdout


PROGRAM = "import os, pathlib; pathlib.Path('size').write_text(str(len(os.environb[b'PULUMI_CONFIG'])))\n"


@pytest.mark.real_engine
@pytest.mark.parametrize("spare", [0, None], ids=["to the limit", "small"])
def test_size_is_that_of_the_cli(tmp_path: Path, spare: int | None):
    """Byte for byte, up to the last that Linux takes."""
    runtime = "runtime: {name: python, options: {toolchain: pip, virtualenv: .venv}}\n"
    (tmp_path / "Pulumi.yaml").write_text(f"name: size\n{runtime}backend: {{url: 'file://./state'}}\n")
    (tmp_path / "__main__.py").write_text(PROGRAM)
    (tmp_path / ".venv").symlink_to(ROOT / ".venv")
    (tmp_path / "state").mkdir()
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PULUMI_")} | {
        "PULUMI_HOME": str(tmp_path / "home"),
        "PULUMI_CONFIG_PASSPHRASE": "x",
        "PULUMI_SKIP_UPDATE_CHECK": "true",
    }

    def pulumi(*arguments: str) -> None:
        subprocess.run(
            ["pulumi", *arguments, "--non-interactive"],
            cwd=tmp_path,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=True,
            timeout=100,
        )

    pulumi("stack", "init", "s")
    pulumi("config", "set", "-s", "s", "--secret", "hidden", "é" * 50)
    path = tmp_path / "Pulumi.s.yaml"
    head = path.read_text(encoding="utf-8")
    odd = f"  size:o: {{a: {dump_json(ODD)}, b: [1, 2.5, true, null, 0777, yes, 2020-01-02], c: "
    fixed = configuration_bytes(load_text(f"{head}{odd}''}}\n"))
    filler = 10 if spare is None else LINUX_BYTES - len("PULUMI_CONFIG=") - 1 - fixed - spare
    path.write_text(f"{head}{odd}{'y' * filler}}}\n", encoding="utf-8")

    pulumi("preview", "-s", "s")

    assert fixed + filler == int((tmp_path / "size").read_text())
