"""Answers without end, and waits that are none of ours: each command comes to an end, and says why."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from tests.chaos.acts import (
    CONVERSATIONS,
    CREATE,
    DELETE,
    FETCH,
    LIST,
    ROLES,
    WEBHOOKS,
    endless,
    reply,
    trickle,
)
from tests.chaos.catalogue import kind
from tests.chaos.exchange import Answer, Exchange
from tests.chaos.world import World


def _up_and(world: World) -> str:
    """Bring some services up; choose what comes then."""
    world.bring_up(world.dice.randrange(1, 3), parts=True)
    return world.dice.choice(["refresh", "up --refresh", "remove", "destroy"])


def _run(world: World, command: str) -> None:
    match command:
        case "remove":
            name = min(world.declared)
            kept = world.declared.pop(name)
            world.run("up")
            world.declared[name] = kept
        case "up --refresh":
            world.run("up", "--refresh")
        case _:
            world.run(command)


@kind(weight=2)
def endless_trickle(world: World) -> None:
    """A body, or its head, comes byte by byte and never ends."""
    world.settings |= {"readTimeoutSeconds": "1", "retryCeilingSeconds": "2"}
    after = world.dice.choice([0, 5, 30, 400])
    seconds = world.dice.choice([0.05, 0.3])
    lie = trickle(seconds, after=after)
    world.note(f"an answer trickles, a byte every {seconds} s after {after} bytes")
    if world.dice.random() < 0.5:
        world.proxy.rule(
            world.dice.choice([CREATE, LIST, f"* {WEBHOOKS}"]), lie, times=world.dice.choice([1, None])
        )
        world.declare(1, parts=True)
        world.run("up")
    else:
        command = _up_and(world)
        world.proxy.rule(world.dice.choice([FETCH, DELETE, CONVERSATIONS, "* *"]), lie, times=None)
        _run(world, command)
    world.finish()


@kind(weight=2)
def endless_pages(world: World) -> None:
    """A listing leads to ever new pages, empty or full."""
    world.settings |= {"readTimeoutSeconds": "2", "retryCeilingSeconds": "2"}
    empty = world.dice.random() < 0.5
    route = world.dice.choice([LIST, ROLES, CONVERSATIONS])
    world.note(f"{route} never ends, its pages {'empty' if empty else 'full'}")
    if route == CONVERSATIONS:
        names = world.bring_up(world.dice.randrange(1, 3))
        name = world.dice.choice(names)
        world.converse(world.sid(name), 2)
        world.proxy.rule(route, endless(empty=empty), times=None)
        kept = world.declared.pop(name)
        world.must(world.run("up"), fail=True)
        world.declared[name] = kept
    else:
        world.proxy.rule(route, endless(empty=empty), times=None)
        world.declare(1, parts=True)
        world.run("up")
    world.finish()


@kind(weight=2)
def endless_wait(world: World) -> None:
    """An answer asks for an hour of patience, in seconds or as a date: a run says so instead of asking again."""
    world.settings |= {"retryCeilingSeconds": "3"}
    now = datetime.now(UTC)
    waits = {
        "an hour": {"Retry-After": "3600"},
        "a date in an hour": {"Retry-After": format_datetime(now + timedelta(hours=1), usegmt=True)},
        "much too much": {"Retry-After": "9" * 30},
        "beyond all numbers": {"Retry-After": "9" * 400},
        "a date in the year 9999": {"Retry-After": "Fri, 31 Dec 9999 23:59:59 GMT"},
    }
    what = world.dice.choice(sorted(waits))
    status = world.dice.choice([429, 503])
    answer = Answer.error(status, 20429 if status == 429 else None)
    for name, text in waits[what].items():
        answer = answer.with_headers(**{name: text})
    route = world.dice.choice([CREATE, LIST])
    world.note(f"{route} answers {status} and asks for {what}")
    world.proxy.rule(route, reply(answer), times=None)
    world.declare(1)
    mark = world.proxy.mark()
    world.must(world.run("up"), fail=True)
    asked = sum(each.route == route for each in world.proxy.since(mark))
    # A create of which nobody knows whether it was done is looked up, hence one listing more.
    if asked > (1 if route == CREATE else 2):
        world.violations.append(f"impatience: {route} was sent {asked} times within an hour")
    world.finish()


@kind()
def wait_by_their_clock(world: World) -> None:
    """A Retry-After of one second, as a date of a clock that is an hour off, is one second."""
    hours = world.dice.choice([-1, 1, -24, 24])
    theirs = datetime.now(UTC) + timedelta(hours=hours)

    def act(exchange: Exchange) -> None:
        answer = Answer.error(429, 20429).with_headers(
            Retry_After=format_datetime(theirs + timedelta(seconds=1), usegmt=True)
        )
        raw = exchange.raw_of(answer)
        date = f"Date: {format_datetime(theirs, usegmt=True)}\r\n".encode()
        exchange.raw(raw.replace(b"\r\n", b"\r\n" + date, 1))

    world.note(f"their clock is {hours} hours off")
    world.proxy.rule(world.dice.choice([CREATE, LIST]), act, times=1)
    world.declare(1)
    world.must(world.up())
    world.settle()


@kind()
def wait_in_odd_words(world: World) -> None:
    """A Retry-After that means nothing does no harm."""
    odd = [
        "",
        "-5",
        "1.5",
        "soon",
        "1, 2",
        "²",
        "٣",
        "0x10",
        "1e3",
        "Thu, 99 Foo 2026 25:61:61 GMT",
        "0",
        "nan",
        "inf",
    ]
    odd += ["Thu, 01 Jan 1970 00:00:00 GMT", "Thu, 01 Jan 1970", "Mon, 01 Jan 0001 00:00:00 +2400", "\xff"]
    text = world.dice.choice(odd)
    world.note(f"Retry-After: {text!r}")

    def act(exchange: Exchange) -> None:
        exchange.raw(exchange.raw_of(Answer.error(429, 20429).with_headers(Retry_After=text)))

    world.proxy.rule(world.dice.choice(["* *", CREATE, LIST]), act, times=world.dice.choice([1, 3]))
    world.declare(world.dice.randrange(1, 3))
    world.must(world.up())
    world.settle()


@kind()
def silence(world: World) -> None:
    """A server takes connections and never says a word, or closes each without one."""
    world.settings |= {"readTimeoutSeconds": "1", "retryCeilingSeconds": "2"}
    mute = world.dice.random() < 0.5

    def act(exchange: Exchange) -> None:
        if mute:
            exchange.calmed.wait()
        exchange.raw(b"")

    world.note("the server is mute" if mute else "the server hangs up")
    command = _up_and(world)
    world.proxy.rule("* *", act, times=None)
    _run(world, command)
    world.must(world.outcomes[-1], fail=True)
    world.settle()
