"""Random changes and random faults, one after the other: what no aimed kind has thought of."""

from __future__ import annotations

from tests.chaos.acts import (
    CREATE,
    DELETE,
    cut,
    done_then,
    drop,
    reply,
    trickle,
)
from tests.chaos.catalogue import kind
from tests.chaos.exchange import Answer
from tests.chaos.proxy import Act
from tests.chaos.world import World

TOO_MANY = 429
"""Never comes after its work: SECURITY.md says what is taken at its word."""


def _lie(world: World) -> tuple[str, Act]:
    dice = world.dice
    status = dice.choice([400, 401, 403, 404, 408, 409, 410, 429, 500, 502, 503, 504])
    code = dice.choice([None, 20404, 20001, 20429, 50000])
    answers = [Answer.error(status, code), Answer.html(status), Answer(status, b"", {})]
    answer = dice.choice(answers)
    match dice.randrange(8):
        case 3 if status != TOO_MANY:
            return f"{status} after its work", done_then(answer)
        case 4:
            return "a reset", drop(done=False)
        case 5:
            return "a reset after its work", drop(done=True)
        case 6:
            return "an end at some byte", cut(dice.random())
        case 7:
            return "a trickle", trickle(0.1, after=dice.randrange(400))
        case _:
            return f"{status}", reply(answer)


def _spoil(world: World) -> None:
    """Let some requests meet one or two lies."""
    for _ in range(world.dice.randrange(1, 3)):
        what, act = _lie(world)
        route = world.dice.choice(["GET *", "POST *", "DELETE *", "* *", CREATE, DELETE])
        times = world.dice.choice([1, 1, 2, 5])
        world.note(f"{route} meets {what} {times} times")
        world.proxy.rule(route, act, times=times, skip=world.dice.randrange(4))


def _change(world: World) -> None:
    """Change the file as people do: add, rename, remove, change a part; what is inhabited keeps its name."""
    dice = world.dice
    names = sorted(world.declared)
    free = [name for name in names if not _inhabited(world, name)]
    for what in dice.sample(["add", "rename", "remove", "parts"], dice.randrange(1, 3)):
        match what:
            case "add":
                world.declared[f"new-{len(world.recipe)}"] = {"friendlyName": f"acme-new-{len(world.recipe)}"}
            case "rename" if free:
                world.declared[free[0]]["friendlyName"] += "-r"
            case "remove" if len(free) > 1:
                world.declared.pop(free[-1], None)
            case "parts":
                name = dice.choice(sorted(world.declared))
                kept = world.declared[name]["friendlyName"]
                world.declared[name] = {"friendlyName": kept, **world.parts()}
        world.note(what)


def _inhabited(world: World, name: str) -> bool:
    declared = world.declared[name]["friendlyName"]
    return any(each.name == declared for sid, each in world.live().items() if sid in world.held)


def _live_on(world: World) -> None:
    """Let something happen at Twilio: conversations, users."""
    ours = [each for sid, each in sorted(world.live().items()) if sid not in world.foreign]
    declared = {settings["friendlyName"] for settings in world.declared.values()}
    staying = [each for each in ours if each.name in declared]
    if not staying:
        return
    sid = world.dice.choice(staying).sid
    if world.dice.random() < 0.5:
        world.converse(sid, world.dice.randrange(1, 4))
    else:
        world.join(sid)


@kind(weight=14)
def mixture(world: World) -> None:
    """Some rounds of changes and commands under faults; then all is as declared, and nothing was lost on the way."""
    dice = world.dice
    world.settings |= {"readTimeoutSeconds": "1", "retryCeilingSeconds": dice.choice(["1", "3"])}
    world.declare(dice.randrange(1, 4))
    world.up(by="engine")
    for _ in range(dice.randrange(1, 3)):
        if dice.random() < 0.6:
            _live_on(world)
        if dice.random() < 0.8:
            _change(world)
        if dice.random() < 0.8:
            _spoil(world)
        match dice.choice(["up", "up", "up", "up --refresh", "refresh", "preview", "destroy"]):
            case "up --refresh":
                world.up("--refresh")
            case "up":
                world.up()
            case command:
                world.run(command)
        world.proxy.calm()
    world.finish()


@kind(weight=2)
def parts_under_faults(world: World) -> None:
    """Roles, configuration, webhooks and notifications come and go under faults, and end as declared."""
    world.settings |= {"readTimeoutSeconds": "1", "retryCeilingSeconds": "2"}
    names = world.bring_up(world.dice.randrange(1, 3), parts=True)
    for _ in range(2):
        for name in names:
            kept = world.declared[name]["friendlyName"]
            world.declared[name] = {"friendlyName": kept, **world.parts()}
        world.note("other parts")
        _spoil(world)
        world.up()
        world.proxy.calm()
    world.finish()
