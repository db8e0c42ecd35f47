"""Checkpoints: whole whatever happens, and on disk before the run goes on."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from offline.engine.errors import StateError
from offline.engine.files.atomic_file import write_atomically
from offline.engine.model.resource import Resource, Snapshot
from offline.engine.model.values import Secret, Value
from offline.engine.state.backend import FileBackend, StackRef
from offline.engine.state.crypto import PassphraseCrypter
from offline.engine.state.state_file import CheckpointWriter, StateCodec, parse_state
from tests.engine.commands import ROOT

REF = StackRef("p", "dev")
SALT = "v1:hr08MuCVyE4=:v1:saI0mUKfBNMLv5lQ:kIYOJsrCBYGOwaRxqpiN1MqB6kKE/g=="
CRYPTER = PassphraseCrypter(SALT, lambda: "x")
READS = 500

# Writes one state after the other, ever larger, until it is killed.
WRITER = f"""
import sys
from offline.engine.state.backend import FileBackend, StackRef
from offline.engine.state.crypto import PassphraseCrypter
from offline.engine.model.resource import Resource, Snapshot
from offline.engine.state.state_file import CheckpointWriter, StateCodec

ref = StackRef("p", "dev")
writer = CheckpointWriter(FileBackend(sys.argv[1]), ref, StateCodec(ref, PassphraseCrypter({SALT!r}, lambda: "x")))
resources = ()
while True:
    urn = f"urn:pulumi:dev::p::t::{{len(resources)}}"
    resources += (Resource(urn=urn, type="t", custom=True, outputs={{"padding": "x" * 2000}}),)
    writer.save(Snapshot(resources=resources))
    print(len(resources), flush=True)
"""


def resource(name: str, text: str = "x") -> Resource:
    return Resource(
        urn=f"urn:pulumi:dev::p::t::{name}",
        type="t",
        custom=True,
        id=name,
        outputs={"s": Secret(text), "pad": "x" * 500},
    )


@pytest.fixture
def backend(tmp_path: Path) -> FileBackend:
    made = FileBackend(f"file://{tmp_path}")
    made.create(REF, StateCodec(REF, CRYPTER).encode(Snapshot()))
    return made


def read(backend: FileBackend) -> Snapshot:
    return StateCodec(REF, CRYPTER).decode(parse_state(backend.read(REF), REF))


def test_checkpoint_is_on_disk_when_save_returns(backend: FileBackend) -> None:
    """The next operation may begin only after that."""
    writer = CheckpointWriter(backend, REF, StateCodec(REF, CRYPTER))
    snapshots = [Snapshot(resources=tuple(resource(str(n)) for n in range(count))) for count in range(4)]

    found = []
    for snapshot in snapshots:
        writer.save(snapshot)
        found.append(read(backend))

    assert found == snapshots
    assert writer.writes == 4


def test_checkpoint_keeps_the_state_before_the_run(backend: FileBackend) -> None:
    """`.bak` is the state before this run, not before its last operation."""
    before = backend.read(REF)
    writer = CheckpointWriter(backend, REF, StateCodec(REF, CRYPTER))

    for count in range(3):
        writer.save(Snapshot(resources=tuple(resource(str(n)) for n in range(count))))

    path = backend.stack_path(REF)
    assert path.with_name("dev.json.bak").read_bytes() == before


def test_checkpoint_that_cannot_be_written_raises_and_the_old_one_stands(backend: FileBackend) -> None:
    """The run must stop: going on would do things that nobody remembers."""
    writer = CheckpointWriter(backend, REF, StateCodec(REF, CRYPTER))
    writer.save(Snapshot(resources=(resource("a"),)))
    backend.stack_path(REF).with_name(".dev.json.tmp").mkdir()

    with pytest.raises(StateError, match="cannot write the state"):
        writer.save(Snapshot(resources=(resource("b"),)))

    assert read(backend) == Snapshot(resources=(resource("a"),))


@pytest.mark.parametrize("attempt", range(4))
def test_checkpoint_writer_killed_leaves_a_whole_state(tmp_path: Path, attempt: int) -> None:
    """Killed at any moment, the file holds the last state that was reported or the one being written."""
    backend = FileBackend(f"file://{tmp_path}")
    process = subprocess.Popen(
        [sys.executable, "-c", WRITER, f"file://{tmp_path}"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    reported = 0
    while reported < 20 + 7 * attempt:
        reported = int(process.stdout.readline())

    process.send_signal(signal.SIGKILL)
    rest = process.communicate()[0].split()

    written = len(read(backend).resources)
    last = int(rest[-1]) if rest else reported
    assert last <= written <= last + 1


def test_atomic_write_readers_never_see_half(tmp_path: Path) -> None:
    """Whoever reads while it is written sees one content or the other."""
    path = tmp_path / "file"
    contents = [bytes([letter]) * 100_000 for letter in b"ab"]
    write_atomically(path, contents[0])
    stop = threading.Event()

    def write() -> None:
        while not stop.is_set():
            for content in contents:
                write_atomically(path, content, durable=False)

    thread = threading.Thread(target=write)
    thread.start()
    seen = {path.read_bytes() for _ in range(READS)}
    stop.set()
    thread.join()

    assert seen <= set(contents)


def test_atomic_write_keeps_mode_and_link(tmp_path: Path) -> None:
    """A file that only its owner may read stays so, and a link still leads to it."""
    target = tmp_path / "target"
    target.write_bytes(b"old")
    target.chmod(0o600)
    link = tmp_path / "link"
    link.symlink_to(target)

    write_atomically(link, b"new")

    assert link.is_symlink()
    assert (target.read_bytes(), target.stat().st_mode & 0o777) == (b"new", 0o600)


class Noted(dict[str, Value]):
    """Properties that note each time when they are gone through."""

    def __init__(self, properties: dict[str, Value], name: str, readings: list[str]) -> None:
        super().__init__(properties)
        self._name, self._readings = name, readings

    def __iter__(self) -> Iterator[str]:
        self._readings.append(self._name)
        return super().__iter__()


def test_checkpoint_of_many_resources_costs_what_has_changed(backend: FileBackend) -> None:
    """Writing 500 resources again after one change goes through that one alone, and seals its secret alone."""
    readings: list[str] = []

    def noted(name: str, text: str = "x") -> Resource:
        plain = resource(name, text)
        return replace(plain, outputs=Noted(dict(plain.outputs), name, readings))

    codec = StateCodec(REF, CRYPTER)
    resources = [noted(str(number)) for number in range(500)]
    first = codec.encode(Snapshot(resources=tuple(resources)))
    gone_through = len(readings)
    readings.clear()

    resources[250] = noted("250", "other")
    second = codec.encode(Snapshot(resources=tuple(resources)))

    assert (500, ["250"]) == (gone_through, readings)
    before, after = (json.loads(text)["checkpoint"]["latest"]["resources"] for text in (first, second))
    assert ["250"] == [new["id"] for old, new in zip(before, after, strict=True) if old != new]
