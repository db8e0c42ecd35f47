"""Services that change names or owners, in the file, in the Console, by adoption: each keeps what it holds."""

from __future__ import annotations

from tests.chaos.acts import reply
from tests.chaos.catalogue import kind
from tests.chaos.exchange import Answer
from tests.chaos.world import World


@kind(weight=2)
def renamed_in_the_console(world: World) -> None:
    """A service is renamed at Twilio, then in the file: that is no change, whatever lives in it."""
    names = world.bring_up(world.dice.randrange(1, 4))
    name = world.dice.choice(names)
    sid = world.sid(name)
    if world.dice.random() < 0.7:
        world.converse(sid)
    new = f"acme-{name}-renamed"
    world.emulator.rename(sid, new)
    world.declared[name]["friendlyName"] = new
    world.note(f"{name} is renamed in the Console, and in the file")
    if world.dice.random() < 0.3:
        world.must(world.run("preview"))
    world.must(world.up())
    if sid not in {each.sid for each in world.state()}:
        world.violations.append("forgotten: the renamed service")
    world.settle(again=True)


@kind()
def drifted(world: World) -> None:
    """A service is renamed at Twilio only: nothing that lives in it is lost by a refresh, and `up` may say no."""
    names = world.bring_up(world.dice.randrange(1, 4))
    name = world.dice.choice(names)
    sid = world.sid(name)
    full = world.dice.random() < 0.6
    if full:
        world.converse(sid)
    world.emulator.rename(sid, "acme-drifted")
    world.note(f"{name} is renamed in the Console only")
    world.must(world.run("refresh"))
    world.must(world.up(), fail=full)
    if full:
        world.emulator.rename(sid, world.declared[name]["friendlyName"])
        world.note("and back")
    world.must(world.run("refresh"))
    world.settle()


@kind(weight=2)
def swapped(world: World) -> None:
    """Two or three services swap names: preview and update agree, and a service that is inhabited stays."""
    names = world.bring_up(world.dice.randrange(2, 5))
    ring = world.dice.sample(names, world.dice.choice([2, 2, 3]) if len(names) > 2 else 2)
    before = {name: world.declared[name]["friendlyName"] for name in ring}
    inhabited = world.dice.random() < 0.4
    if inhabited:
        world.converse(world.sid(ring[0]))
    for name, other in zip(ring, ring[1:] + ring[:1], strict=True):
        world.declared[name]["friendlyName"] = before[other]
    if world.dice.random() < 0.3:
        for name in ring:
            world.declared[name]["onNameConflict"] = world.dice.choice(["adopt", "allow"])
    world.note(f"swap the names of {', '.join(ring)}")
    preview = world.run("preview")
    done = world.up()
    if preview.code == 0 and done.code != 0:
        world.violations.append("swap: the preview passed, and the update failed")
    if inhabited:
        world.must(preview, fail=True)
    if done.code:
        for name in ring:
            world.declared[name]["friendlyName"] = before[name]
            world.declared[name].pop("onNameConflict", None)
        world.note("take it back")
    world.settle()


@kind(weight=2)
def adopt_among_many(world: World) -> None:
    """A rename to the name of another one that is declared too, with `adopt`: each keeps what it holds."""
    names = world.bring_up(world.dice.choice([2, 4, 8, 24]), parts=False)
    if world.dice.random() < 0.5:
        world.defaults["onNameConflict"] = "adopt"
    renamed, other = world.dice.sample(names, 2)
    sids = {name: world.sid(name) for name in (renamed, other)}
    inhabited = world.dice.random() < 0.5
    if inhabited:
        world.converse(sids[other])
    before = {name: dict(settings) for name, settings in world.declared.items()}
    world.declared[renamed]["friendlyName"] = before[other]["friendlyName"]
    world.declared[renamed]["onNameConflict"] = "adopt"
    if world.dice.random() < 0.5:
        world.declared[other]["friendlyName"] += "-two"
    world.note(f"rename {renamed} to the name of {other}, with adopt")
    world.up()
    world.declared = before
    if world.dice.random() < 0.5:
        world.note("take it back")
        world.up()
        del world.declared[renamed]
        world.note(f"remove {renamed}")
    world.finish()


@kind(weight=2)
def adopt_what_was_renamed(world: World) -> None:
    """Somebody renames our service, and a new resource with `adopt` asks for that name: it is not free."""
    names = world.bring_up(world.dice.randrange(1, 4), parts=False)
    name = world.dice.choice(names)
    sid = world.sid(name)
    if world.dice.random() < 0.5:
        world.converse(sid)
    world.emulator.rename(sid, "acme-taken-dev")
    world.declared["newcomer"] = {"friendlyName": "acme-taken-dev", "onNameConflict": "adopt"}
    world.note(f"{name} is renamed in the Console, and newcomer adopts that name")
    world.normalised = True  # what is declared and what is there differ by the Console's doing
    world.up()
    world.up()
    world.normalised = False
    del world.declared["newcomer"]
    world.note("remove newcomer")
    world.emulator.rename(sid, world.declared[name]["friendlyName"])
    world.finish()


@kind()
def moved_logical_name(world: World) -> None:
    """A service gets another logical name: with `adopt` or `importSid` it stays the same, else it is refused."""
    names = world.bring_up(world.dice.randrange(1, 4))
    name = world.dice.choice(names)
    sid = world.sid(name)
    if world.dice.random() < 0.6:
        world.converse(sid)
    before = {each: dict(settings) for each, settings in world.declared.items()}
    how = world.dice.choice(["adopt", "importSid", "nothing"])
    moved = world.declared.pop(name)
    if how == "adopt":
        moved["onNameConflict"] = "adopt"
    if how == "importSid":
        moved["importSid"] = sid
    world.declared["moved"] = moved
    world.note(f"{name} becomes moved, with {how}")
    if world.dice.random() < 0.3:
        world.proxy.rule("GET *", reply(Answer.error(503)), times=2)
    world.up()
    if how == "nothing":
        world.declared = before
        world.note("take it back")
    world.finish()
    if sid not in world.live():
        world.violations.append("loss: the service was made anew")


@kind()
def adopted_from_somebody(world: World) -> None:
    """A service that was there is adopted by name or SID, with all that lives in it, and only once."""
    (name,) = world.declare(1)
    sid = world.somebody_else(world.declared[name]["friendlyName"])
    world.adopted(sid)
    world.converse(sid, 2)
    how = world.dice.choice(["adopt", "importSid"])
    if how == "adopt":
        world.declared[name]["onNameConflict"] = "adopt"
    else:
        world.declared[name]["importSid"] = sid
    if world.dice.random() < 0.4:
        world.declared["second"] = {**world.declared[name]}
        world.note(f"two resources want it, with {how}")
        world.must(world.up(), fail=True)
        del world.declared["second"]
    world.note(f"one resource wants it, with {how}")
    world.settle(again=True)
    if [sid] != [each.sid for each in world.state()]:
        world.violations.append("wrong owner: the adopted service is not the one in the state")
