"""The state and its files: damaged, lost, of another engine, of a provider that moved: nothing is made anew."""

from __future__ import annotations

import os
import re
import shlex
import shutil

from tests.chaos import invariants
from tests.chaos.catalogue import kind
from tests.chaos.place import Place
from tests.chaos.world import World


@kind(engines=("embedded",))
def state_open_to_others(world: World) -> None:
    """Whatever the umask, what is kept is for its owner only."""
    before = os.umask(world.dice.choice([0o000, 0o022, 0o002]))
    try:
        world.bring_up(world.dice.randrange(1, 4))
        world.must(world.run(world.dice.choice(["refresh", "preview", "destroy"])))
        world.settle()
    finally:
        os.umask(before)
    world.violations += invariants.modes(world.place.root / "state")


@kind()
def state_damaged(world: World) -> None:
    """The state's file is cut, emptied or no JSON: an error, and nothing is made anew; mended, all is as it was."""
    world.bring_up(world.dice.randrange(1, 4))
    path = world.place.state_file
    whole = path.read_bytes()
    damages = {
        "cut": whole[: len(whole) // 2],
        "emptied": b"",
        "zeros": b"\0" * len(whole),
        "no JSON": b"not json",
        "another JSON": b"[]",
        "without resources": b'{"version": 3, "checkpoint": {}}'[: -1 if world.dice.random() < 0.5 else None],
        "of the future": re.sub(rb'"version":\s*3', b'"version": 99', whole, count=1),
    }
    what = world.dice.choice(sorted(damages))
    world.note(f"the state is {what}")
    path.write_bytes(damages[what])
    sids = set(world.live())
    command = world.dice.choice(["up", "preview", "refresh", "destroy"])
    outcome = world.up() if command == "up" else world.run(command)
    if what != "without resources":
        world.must(outcome, fail=True)
    if set(world.live()) != sids:
        world.violations.append("undone: a run on a damaged state changed what is there")
    path.write_bytes(whole)
    world.note("and restored")
    world.settle(again=True)


@kind()
def state_lost(world: World) -> None:
    """The state is gone, or a day old: nothing is made twice, `adopt` takes all over, nothing that lives is lost."""
    names = world.bring_up(world.dice.randrange(1, 4))
    world.converse(world.sid(names[0]))
    old = world.place.state_file.read_bytes()
    sids = set(world.live())
    if world.dice.random() < 0.5:
        world.note("the state is that of a new stack")
        shutil.rmtree(world.place.root / "state")
        shutil.copytree(world.place.fresh, world.place.root / "state")
        world.must(world.up(), fail=True)
    else:
        world.declared["newcomer"] = {"friendlyName": "acme-newcomer-dev"}
        world.must(world.up(by="engine"))
        sids = set(world.live())
        world.note("add one; the state is that of before")
        world.place.state_file.write_bytes(old)
        world.must(world.up(), fail=True)
    world.finish()
    if set(world.live()) != sids:
        world.violations.append("loss: services were made anew")


@kind(engines=("embedded",))
def disk_full(world: World) -> None:
    """The disk takes no more in the middle of a run: an error, and what was made is not lost to the state."""
    world.declare(world.dice.randrange(2, 6), parts=True)
    limit = world.dice.choice([1, 4, 8, 12, 16, 24, 40]) * 1024
    world.note(f"no file may grow beyond {limit // 1024} KiB")
    world.write()
    before, mark = world.state(), world.proxy.mark()
    # What it prints goes through a pipe: that is not to be limited.
    command = shlex.join(world.words("up", (), by="engine"))
    limited = f"(ulimit -f {limit // 1024}; exec {command}) 2>&1 | cat; exit ${{PIPESTATUS[0]}}"
    running = world.place.start(["bash", "-c", limited], world.environment)
    world.ended("up", running.wait(), before, mark)
    world.finish()


@kind()
def provider_moved(world: World) -> None:
    """The module that a state names is moved: an `up` heals the state, and refresh and destroy work again."""
    names = world.bring_up(world.dice.randrange(1, 4))
    world.converse(world.sid(names[0]))
    folder = world.place.root / "providers"
    saved = world.place.root / "tmp" / "providers-before"
    shutil.copytree(folder, saved)
    try:
        (folder / "conversation_service.py").rename(folder / "conversation_services.py")
        for path in (*folder.rglob("*.py"), *(world.place.root / "program").rglob("*.py")):
            text = path.read_text(encoding="utf-8")
            path.write_text(text.replace("from .conversation_service ", "from .conversation_services "))
        shutil.rmtree(folder / "__pycache__", ignore_errors=True)
        world.note("the provider's module is moved")
        world.must(world.up())
        world.must(world.run("refresh"))
        world.give_up(world.sid(names[0]))
        world.declared[names[0]]["forceDestroy"] = True
        world.must(world.up())
        world.must(world.run("destroy"))
    finally:
        shutil.rmtree(folder)
        shutil.copytree(saved, folder)
        shutil.rmtree(saved)


@kind()
def other_engine(world: World) -> None:
    """One engine goes on where the other stopped: after an up, a refused delete or a failure."""
    if not shutil.which("pulumi"):
        world.leave_out("there is no pulumi on PATH")
    names = world.bring_up(world.dice.randrange(1, 4))
    world.converse(world.sid(names[0]))
    first, second = world.place.engine, "pulumi" if world.embedded else "embedded"
    del world.declared[names[0]]
    world.must(world.up(by="engine"), fail=True)
    _with_engine(world, second)
    world.note(f"{second} goes on")
    world.must(world.up(), fail=True)
    world.must(world.run("refresh"))
    world.declared[names[0]] = {"friendlyName": f"acme-{names[0]}-dev"}
    world.must(world.up())
    _with_engine(world, first)
    world.note(f"{first} goes on")
    world.settle(again=True)


def _with_engine(world: World, engine: str) -> None:
    place: Place = world.place
    place.engine = engine
    world.embedded = engine == "embedded"
