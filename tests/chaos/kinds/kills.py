"""Runs that are killed, stopped or crowded out: the next one finishes what they began, and makes nothing twice."""

from __future__ import annotations

import contextlib
import signal
import threading
import time
from datetime import datetime, timedelta
from typing import Any

import psutil

from tests.chaos.acts import CREATE, CREATE_ROLE, DELETE, LIST, change_answer, items_of
from tests.chaos.catalogue import kind
from tests.chaos.exchange import Exchange
from tests.chaos.place import Running
from tests.chaos.world import World

# "before": the work is not done; "between": done, not answered; "after": answered.
_MOMENTS = ("before", "between", "between", "after")


def _victims(running: Running, victim: str, engine: str) -> list[psutil.Process]:
    match victim:
        case "provider":
            return running.find("pulumi.dynamic")
        case "engine":
            return running.find("pulumi" if engine == "pulumi" else "offline.engine")
        case _:
            return running.family()


def _a_second_later() -> None:
    """Let time pass: the API's times are whole seconds, and what is to be told apart must be one of them apart."""
    time.sleep(1.1)


def _killed(world: World, command: str, route: str, victim: str, number: int, *, by: str = "make") -> None:
    """Run a command and kill a part of it in the middle of one request."""
    moment = world.dice.choice(_MOMENTS)
    delay = world.dice.random() / 10
    began = threading.Event()
    holder: list[Running] = []
    family: list[psutil.Process] = []

    def act(exchange: Exchange) -> None:
        began.wait(10)
        family.extend(holder[0].family())
        if moment != "before":
            answer = exchange.forward()
            if moment == "after":
                exchange.send(answer)
                # Not a wait for something: the random part of the moment.
                exchange.calmed.wait(delay)
        for each in _victims(holder[0], victim, world.place.engine):
            with contextlib.suppress(psutil.Error):
                each.kill()
        if moment != "after":
            exchange.drop()

    world.note(f"{victim} is killed at {route} number {number + 1}, {moment} its work")
    world.proxy.rule(route, act, skip=number)
    before, mark = world.state(), world.proxy.mark()
    holder.append(world.begin(command, by=by))
    began.set()
    outcome = holder[0].wait()
    # What outlives the killed one ends by itself: the next run comes when nothing of this one is left.
    _, alive = psutil.wait_procs(family, timeout=20)
    if world.embedded:
        world.violations += [
            f"hang: {' '.join(each.cmdline()[:4])} outlives the killed run" for each in alive
        ]
    for each in alive:
        # The CLI's children outlive it, and nothing of ours can help that.
        with contextlib.suppress(psutil.Error):
            each.kill()
    world.proxy.calm()
    world.ended(command, outcome, before, mark)


def _name_is_theirs(world: World, name: str, theirs: str) -> None:
    """Expect that the next run refuses the name of somebody else's service, with its SID; then choose another one."""
    world.must(world.up(), fail=True, say=theirs)
    world.declared[name]["friendlyName"] += "-ours"
    world.note(f"choose another name for {name}")


@kind(weight=6)
def killed_in_create(world: World) -> None:
    """An `up` is killed in the middle of a create: the next one finishes it by default."""
    count = world.dice.randrange(1, 5)
    parts = world.dice.random() < 0.3
    world.declare(count, parts=parts)
    if world.dice.random() < 0.4:
        world.somebody_else("acme-theirs")
    route = CREATE_ROLE if parts and world.dice.random() < 0.5 else CREATE
    victim = world.dice.choice(["engine", "engine", "provider", "all"])
    _killed(world, "up", route, victim, world.dice.randrange(count))
    world.settle(by="make")


@kind(weight=2)
def killed_again_and_again(world: World) -> None:
    """Several runs are killed one after the other; what was there under such a name before stays somebody else's."""
    count = world.dice.randrange(2, 5)
    names = world.declare(count, parts=False)
    taken = world.dice.random() < 0.4
    if taken:
        theirs = world.somebody_else(world.declared[names[0]]["friendlyName"], 1)
        _a_second_later()
    for _ in range(world.dice.randrange(2, 4)):
        _killed(world, "up", CREATE, world.dice.choice(["engine", "provider", "all"]), 0)
        world.unlock()
    if taken:
        _name_is_theirs(world, names[0], theirs)
    world.settle(by="make")


@kind(weight=2)
def killed_in_delete(world: World) -> None:
    """A destroy, a removal or a replacement is killed in the middle of a delete."""
    names = world.bring_up(world.dice.randrange(1, 4))
    kept = {name: dict(settings) for name, settings in world.declared.items()}
    how = world.dice.choice(["destroy", "remove", "rename"])
    if how == "remove":
        del world.declared[names[0]]
    if how == "rename":
        world.declared[names[0]]["friendlyName"] += "-two"
    world.note(how)
    victim = world.dice.choice(["engine", "provider", "all"])
    _killed(world, "destroy" if how == "destroy" else "up", DELETE, victim, 0)
    world.unlock()
    if how == "destroy":
        world.must(world.run("destroy"))
    if how == "remove" and world.dice.random() < 0.5:
        world.declared = kept
    world.settle(by="make")


@kind(weight=2)
def interrupted(world: World) -> None:
    """Ctrl-C or a runner's request to stop comes during creates, once or twice."""
    world.declare(world.dice.randrange(2, 5))
    number = world.dice.choice([signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
    times = world.dice.choice([1, 1, 2])
    holder: list[Running] = []
    began = threading.Event()

    def act(exchange: Exchange) -> None:
        began.wait(10)
        for _ in range(times):
            with contextlib.suppress(psutil.Error):
                holder[0].process.send_signal(number)
            exchange.calmed.wait(0.2)

    world.note(f"{number.name} comes {times} times at a create")
    world.proxy.rule(CREATE, act)
    before, mark = world.state(), world.proxy.mark()
    holder.append(world.begin("up"))
    began.set()
    world.ended("up", holder[0].wait(), before, mark)
    world.unlock()
    world.settle(by="make")


@kind()
def two_at_once(world: World) -> None:
    """Two runs of one stack at the same time: one is refused, or waits; nothing is made twice."""
    world.declare(world.dice.randrange(2, 5))
    world.emulator.latency(0.1)
    world.note("two runs at once")
    before, mark = world.state(), world.proxy.mark()
    both = [world.begin("up"), world.begin(world.dice.choice(["up", "destroy", "refresh"]))]
    outcomes = [each.wait() for each in both]
    world.emulator.latency(0)
    # What the other one has done meanwhile is not this one's claim.
    world.normalised = True
    for outcome in outcomes:
        world.ended("two", outcome, before, mark)
    world.normalised = False
    world.settle(by="make")


@kind()
def mixed_faults_and_kill(world: World) -> None:
    """A kill in the middle of a rename or removal of several, with creates beside."""
    names = world.bring_up(world.dice.randrange(2, 5), parts=False)
    inhabited = names[0]
    world.converse(world.sid(inhabited))
    for name in names[1:]:
        world.declared[name]["friendlyName"] += "-two"
    world.declared["newcomer"] = {"friendlyName": "acme-newcomer-dev"}
    world.note(f"rename all but {inhabited}, add one")
    route = world.dice.choice([CREATE, DELETE])
    _killed(
        world,
        "up",
        route,
        world.dice.choice(["engine", "provider", "all"]),
        world.dice.randrange(len(names) - 1),
    )
    world.settle(by="make")


@kind(weight=2)
def killed_in_update(world: World) -> None:
    """A run is killed while it sets what a service has, or puts it back: the next one brings it to an end."""
    names = world.declare(world.dice.randrange(1, 3), parts=True)
    if world.dice.random() < 0.6:
        world.must(world.up(by="engine"))
        for name in names:
            kept = world.declared[name]["friendlyName"]
            world.declared[name] = {"friendlyName": kept, **world.parts()}
        world.note("other parts")
    route = world.dice.choice(["POST *", "* *", "DELETE *"])
    victim = world.dice.choice(["engine", "provider", "all"])
    _killed(world, "up", route, victim, world.dice.randrange(4))
    world.settle(by="make")


@kind(weight=2)
def killed_beside_theirs(world: World) -> None:
    """Somebody made a service under the declared name before the killed run began: it is no evidence of that run."""
    names = world.declare(world.dice.choice([1, 2, 3]), parts=False)
    name = names[-1]
    last = world.declared.pop(name)
    if world.declared:
        world.must(world.up(by="engine"))
    theirs = world.somebody_else(last["friendlyName"], world.dice.randrange(2))
    world.declared[name] = last
    _a_second_later()
    _killed(world, "up", LIST, world.dice.choice(["engine", "all"]), 0)
    world.unlock()
    _name_is_theirs(world, name, theirs)
    world.settle(by="make")


@kind()
def killed_under_another_clock(world: World) -> None:
    """The API's clock is an hour or a day ahead of ours: what was there before does not look new for that."""
    (name,) = world.declare(1, parts=False)
    theirs = world.somebody_else(world.declared[name]["friendlyName"], world.dice.randrange(2))
    hours = world.dice.choice([1, 24])

    def ahead(body: Any) -> Any:
        for each in items_of(body):
            made = datetime.fromisoformat(each["date_created"]) + timedelta(hours=hours)
            each["date_created"] = made.strftime("%Y-%m-%dT%H:%M:%SZ")
        return body

    _a_second_later()
    _killed(world, "up", LIST, "engine", 0)
    world.unlock()
    world.note(f"their clock is {hours} hours ahead")
    world.proxy.rule(LIST, change_answer(ahead), times=None)
    _name_is_theirs(world, name, theirs)
    world.settle(by="make")


@kind()
def killed_and_withdrawn(world: World) -> None:
    """A killed run's create is withdrawn from the file: what it may have made is told, not forgotten in silence."""
    names = world.declare(world.dice.randrange(1, 4), parts=False)
    _killed(world, "up", CREATE, world.dice.choice(["engine", "all"]), 0)
    kept = {each.sid for each in world.state()}
    orphans = {each.name for sid, each in world.live().items() if sid not in kept | world.foreign.keys()}
    withdrawn = [name for name in names if world.declared[name]["friendlyName"] in orphans]
    world.left |= {sid for sid, each in world.live().items() if each.name in orphans}
    for name in withdrawn:
        del world.declared[name]
    world.note(f"withdraw {', '.join(withdrawn) or 'nothing'}")
    world.unlock()
    outcome = world.up()
    world.violations += [
        f"unsaid: {name} may have been made, and no run says so"
        for name in withdrawn
        if name not in outcome.text
    ]
    world.settle(by="make")
