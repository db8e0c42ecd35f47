"""The file backend: layout, names, and where it is."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import quote

import pytest

from offline.engine.errors import EngineError, StackNotFoundError, StateError, UnsupportedError, UsageError
from offline.engine.state.backend import FileBackend, StackRef, find_backend_url, parse_stack
from tests.engine.commands import Project
from tools.state import backend_folder

REF = StackRef("p", "dev")


@pytest.fixture
def backend(tmp_path: Path) -> FileBackend:
    return FileBackend(f"file://{tmp_path}")


def files(root: Path) -> list[str]:
    return sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())


def test_backend_new_stack_makes_the_layout(backend: FileBackend, tmp_path: Path) -> None:
    """Without meta.yaml the CLI would take the folder for one of the old layout."""
    backend.create(REF, b"{}")

    assert files(tmp_path) == [".pulumi/meta.yaml", ".pulumi/stacks/p/dev.json"]
    assert (tmp_path / ".pulumi/meta.yaml").read_bytes() == b"version: 1\n"
    assert backend.stacks("p") == [REF]
    assert backend.read(REF) == b"{}"


def test_backend_existing_stack_is_not_made_again(backend: FileBackend) -> None:
    """A second `stack init` must not empty a state."""
    backend.create(REF, b"{}")

    with pytest.raises(EngineError, match="exists already"):
        backend.create(REF, b"[]")

    assert backend.read(REF) == b"{}"


def test_backend_missing_stack_is_an_error(backend: FileBackend) -> None:
    """The error is its own kind, for its own exit code."""
    with pytest.raises(StackNotFoundError, match="no stack named 'dev'"):
        backend.read(REF)


def test_backend_write_leaves_no_other_file(backend: FileBackend, tmp_path: Path) -> None:
    """The temporary file of an atomic write is gone after it, and keeps no stale checksum beside it."""
    backend.create(REF, b"1")
    (tmp_path / ".pulumi/stacks/p/dev.json.attrs").touch()

    backend.keep_previous(REF)
    backend.write(REF, b"2")

    folder = tmp_path / ".pulumi/stacks/p"
    assert files(folder) == ["dev.json", "dev.json.bak"]
    assert ((folder / "dev.json").read_bytes(), (folder / "dev.json.bak").read_bytes()) == (b"2", b"1")


def test_backend_that_cannot_write_is_one_clear_error(backend: FileBackend, tmp_path: Path) -> None:
    """The state that cannot be written is named, and why."""
    backend.create(REF, b"1")
    (tmp_path / ".pulumi/stacks/p/.dev.json.tmp").mkdir()

    with pytest.raises(StateError, match=r"cannot write the state .*dev\.json: "):
        backend.write(REF, b"2")

    assert backend.read(REF) == b"1"


def test_backend_removed_stack_leaves_its_last_state(backend: FileBackend, tmp_path: Path) -> None:
    """Whoever removes a stack by mistake finds its state in .bak."""
    backend.create(REF, b"1")
    backend.add_history(REF, {"kind": "update"})

    backend.remove(REF)

    assert backend.stacks("p") == []
    assert files(tmp_path / ".pulumi/stacks") == ["p/dev.json.bak"]
    assert files(tmp_path / ".pulumi/history") == []


def test_backend_history_is_newest_last(backend: FileBackend, tmp_path: Path) -> None:
    """Runs are found again in the order of their time."""
    backend.create(REF, b"{}")
    for number in range(3):
        backend.add_history(REF, {"kind": "update", "number": number})

    records = sorted((tmp_path / ".pulumi/history/p/dev").glob("*.history.json"))
    assert [json.loads(each.read_bytes())["number"] for each in records] == [0, 1, 2]


@pytest.mark.parametrize(
    ("name", "content", "feature"),
    [
        pytest.param("meta.yaml", "version: 2\n", "meta.yaml does not say version 1", id="newer-layout"),
        pytest.param("meta.yaml", "", "meta.yaml does not say version 1", id="empty-meta"),
        pytest.param("stacks/dev.json", "{}", "old layout", id="stacks-of-no-project"),
    ],
)
def test_backend_of_another_layout_is_refused(tmp_path: Path, name: str, content: str, feature: str) -> None:
    """A folder of another layout is left as it is."""
    path = tmp_path / ".pulumi" / name
    path.parent.mkdir(parents=True)
    path.write_text(content, encoding="utf-8")

    with pytest.raises(UnsupportedError, match=feature):
        FileBackend(f"file://{tmp_path}")


@pytest.mark.parametrize("suffix", [".gz", ".zst"])
def test_backend_compressed_state_is_refused(backend: FileBackend, suffix: str) -> None:
    """A state that the CLI has compressed is not taken for a missing one."""
    backend.create(REF, b"{}")
    path = backend.stack_path(REF)
    path.rename(path.with_name(f"dev.json{suffix}"))

    with pytest.raises(UnsupportedError, match="compressed state"):
        backend.exists(REF)


@pytest.mark.parametrize("url", ["s3://bucket", "https://api.pulumi.com", "postgres://x"])
def test_backend_elsewhere_is_refused(url: str) -> None:
    """Other backends are the CLI's; the error names the scheme and no more of the address."""
    with pytest.raises(UnsupportedError, match=url.partition(":")[0]):
        FileBackend(url)


def test_backend_url_paths_are_resolved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Relative to the current folder, or to the home folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))

    roots = [
        FileBackend(url).root for url in ("file://./state", "file://~", "file://~/state?no_tmp_dir=true")
    ]

    assert roots == [tmp_path / "state", tmp_path / "home", tmp_path / "home" / "state"]


@pytest.mark.parametrize("name", ["two words", "süd", "100%", "a+b", "a%20b"])
def test_backend_url_of_a_folder_with_any_name_leads_there(tmp_path: Path, name: str) -> None:
    """A URL has a blank or an accent in its own writing; the state must not lie in a folder of that writing."""
    folder = tmp_path / name

    assert folder == FileBackend(f"file://{quote(str(folder))}").root


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("file:///a%20b", "/a b"),
        ("file:///a b", "/a b"),
        ("file:///a/./b/", "/a/b"),
        ("file:///a?no_tmp_dir=true", "/a"),
        ("file:///a#b", "/a"),
        ("file:///a%23b%3Fc%25", "/a#b?c%"),
    ],
)
def test_backend_url_is_read_by_engine_and_tools_alike(url: str, path: str) -> None:
    """As the CLI reads it; the tools look for the state where the engine has put it."""
    assert Path(path) == FileBackend(url).root
    assert Path(path) / ".pulumi" == backend_folder({"PULUMI_BACKEND_URL": url})


@pytest.mark.parametrize("name", ["100%25", "100%", "a#b", "what?"])
def test_relative_backend_url_in_a_folder_that_no_address_holds_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """The CLI decodes the working folder along, and would write the state elsewhere."""
    (tmp_path / name).mkdir()
    monkeypatch.chdir(tmp_path / name)

    with pytest.raises(UsageError) as raised:
        FileBackend("file://./state")

    address = str(raised.value.hint).partition("=")[2]
    assert tmp_path / name / "state" == FileBackend(address).root


def test_backend_url_with_a_sign_that_begins_no_code_is_an_error() -> None:
    """The CLI refuses it, too; a guess would be another folder than the one meant."""
    with pytest.raises(UsageError, match="a % by itself"):
        FileBackend("file:///100%/state")


def test_backend_url_is_the_variable_s_or_the_project_s() -> None:
    """Where neither names one, a guess would hide the state in some folder."""
    variable = {"PULUMI_BACKEND_URL": "file:///variable"}

    chosen = [find_backend_url("file:///project", variable), find_backend_url("file:///project", {})]

    assert chosen == ["file:///variable", "file:///project"]
    with pytest.raises(UsageError, match="no backend is named"):
        find_backend_url("", {})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("dev", StackRef("p", "dev")),
        ("organization/dev", StackRef("p", "dev")),
        ("organization/other/dev", StackRef("other", "dev")),
    ],
)
def test_stack_name_is_read(text: str, expected: StackRef) -> None:
    """Short and full names mean the same stack."""
    assert parse_stack(text, "p") == expected
    assert expected.qualified == f"organization/{expected.project}/dev"


@pytest.mark.parametrize("text", ["", "a b", "acme/dev", "a/b/c/d", "../dev", "organization/", "x" * 101])
def test_stack_name_malformed_is_an_error(text: str) -> None:
    """A name becomes a file's name: nothing else gets through."""
    with pytest.raises(UsageError):
        parse_stack(text, "p")


@pytest.mark.real_engine
def test_backend_is_shared_with_the_cli(project: Project) -> None:
    """Stacks made by either are seen by the other, side by side."""
    project.engine("stack", "init", "dev")
    project.pulumi("stack", "init", "ours")

    listed = [each["name"] for each in project.pulumi("stack", "ls", "--json").json]
    project.engine("preview", "--stack", "ours")

    assert ["dev", "ours"] == sorted(listed)
