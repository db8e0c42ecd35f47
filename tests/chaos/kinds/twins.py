"""One create, one service: whatever becomes of the answer."""

from __future__ import annotations

from tests.chaos.acts import CREATE, CREATE_ROLE, LIST, cut, done_then, drop, late, reply, trickle
from tests.chaos.catalogue import kind
from tests.chaos.exchange import Answer, Exchange
from tests.chaos.proxy import Act
from tests.chaos.world import World


def _several(world: World, route: str, lie: Act) -> None:
    """Let one to all creates meet a lie."""
    times = world.dice.choice([1, 1, 2, None])
    world.proxy.rule(route, lie, times=times, skip=world.dice.randrange(2))


@kind(weight=3)
def twin_late_work(world: World) -> None:
    """A POST is answered at once with a gateway's error, and its work is done a while later."""
    world.settings["readTimeoutSeconds"] = "2"
    answers: dict[str, Answer | None] = {
        "504": Answer.html(504),
        "503": Answer.error(503),
        "502": Answer.html(502),
        "500": Answer.error(500, 20500),
        "408 of a gateway": Answer.html(408),
        "a reset": None,
    }
    what = world.dice.choice(sorted(answers))
    seconds = world.dice.choice([0.1, 0.4, 0.8])
    route = world.dice.choice([CREATE, CREATE, CREATE_ROLE])
    world.note(f"{route} meets {what}, its work comes {seconds} s later")
    world.declare(world.dice.randrange(1, 4), parts=route == CREATE_ROLE)
    world.proxy.rule(route, late(seconds, answers[what]), times=world.dice.choice([1, 1, 2]))
    world.up()
    world.finish()


@kind(weight=2)
def twin_done_then_error(world: World) -> None:
    """A POST does its work and answers with an error, breaks off at any byte, or is reset."""
    lies: dict[str, Act] = {
        "500": done_then(Answer.error(500)),
        "502": done_then(Answer.html(502)),
        "503 with Retry-After": done_then(Answer.error(503, Retry_After="1")),
        "504": done_then(Answer.html(504)),
        "a reset": drop(done=True),
        "an end at some byte": cut(world.dice.random()),
        "an end in the head": cut(0.02),
        "a page with 200": done_then(Answer.html(200)),
        "a bare 201": done_then(Answer(201, b"", {})),
        "a 204": done_then(Answer(204, b"", {})),
        "HTML called JSON": done_then(Answer(201, b"<html></html>")),
        "an empty object": done_then(Answer.of({}, 201)),
        "a list": done_then(Answer.of([], 201)),
        "an answer that trickles": trickle(0.1),
    }
    what = world.dice.choice(sorted(lies))
    route = world.dice.choice([CREATE, CREATE, CREATE_ROLE])
    world.note(f"{route} is done and meets {what}")
    world.settings["readTimeoutSeconds"] = "1"
    world.declare(world.dice.randrange(1, 5), parts=route == CREATE_ROLE)
    _several(world, route, lies[what])
    world.up()
    world.finish()


@kind()
def twin_not_done(world: World) -> None:
    """A POST meets an error without any work: it is sent again, or the run says that it failed."""
    lies = {
        "500": reply(Answer.error(500)),
        "503": reply(Answer.error(503)),
        "a reset": drop(done=False),
        "429": reply(Answer.error(429, 20429)),
        "401": reply(Answer.error(401, 20003)),
        "403": reply(Answer.error(403, 20403)),
        "400": reply(Answer.error(400, 21102)),
        "405": reply(Answer.html(405)),
        "301": reply(Answer(301, b"", {"Location": "http://127.0.0.1:9/v1/Services"})),
        "100 of nothing": lambda exchange: exchange.raw(b"HTTP/1.1 100 Continue\r\n\r\n"),
    }
    what = world.dice.choice(sorted(lies))
    world.note(f"POST is not done and meets {what}")
    world.settings["readTimeoutSeconds"] = "1"
    world.declare(world.dice.randrange(1, 4), parts=True)
    _several(world, world.dice.choice([CREATE, CREATE_ROLE]), lies[what])
    world.up()
    world.finish()


@kind(weight=2)
def twin_timeout(world: World) -> None:
    """A POST does its work and answers after the read time-out, or does it only then."""
    world.settings["readTimeoutSeconds"] = "1"
    late_work = world.dice.random() < 0.5

    def slow(exchange: Exchange) -> None:
        if late_work:
            exchange.calmed.wait(1.5)
        answer = exchange.forward()
        if not late_work:
            exchange.calmed.wait(2.5)
        exchange.send(answer)

    world.note("POST is slow, its work " + ("too" if late_work else "not"))
    world.declare(world.dice.randrange(1, 4))
    world.proxy.rule(CREATE, slow, times=world.dice.choice([1, 2]))
    world.up()
    world.finish()


@kind()
def twin_listing_fails(world: World) -> None:
    """An answer is lost and the listing that would tell what became of it fails, or lags behind."""
    world.settings["readTimeoutSeconds"] = "1"
    world.declare(world.dice.randrange(1, 4))
    world.proxy.rule(CREATE, drop(done=True))
    lies = [
        reply(Answer.error(500)),
        reply(Answer.html(200)),
        drop(done=False),
        reply(Answer.error(401, 20003)),
    ]
    world.proxy.rule(LIST, world.dice.choice(lies), times=world.dice.choice([1, 3, None]), skip=1)
    world.note("an answer is lost, and the listing fails")
    world.up()
    world.finish()


@kind()
def twin_name_was_there(world: World) -> None:
    """A name that somebody else's service has is neither taken over nor deleted, whatever answers get lost."""
    names = world.declare(world.dice.randrange(1, 4))
    name = world.dice.choice(names)
    theirs = world.somebody_else(world.declared[name]["friendlyName"], world.dice.randrange(3))
    if world.dice.random() < 0.5:
        world.proxy.rule(CREATE, drop(done=True))
        world.note("an answer is lost")
    world.must(world.up(), fail=True, say=theirs)
    world.declared[name]["friendlyName"] = f"acme-{name}-ours"
    world.note(f"choose another name for {name}")
    world.finish()


@kind()
def twin_allowed(world: World) -> None:
    """With `allow` there are two of a name, ours and theirs, and ours is told apart even if an answer is lost."""
    (name,) = world.declare(1)
    theirs = world.somebody_else(world.declared[name]["friendlyName"], 2)
    world.declared[name]["onNameConflict"] = "allow"
    lie = world.dice.choice([drop(done=True), done_then(Answer.html(504)), None])
    if lie:
        world.note("an answer is lost")
        world.proxy.rule(CREATE, lie)
    world.up()
    world.settle()
    if {theirs} & {each.sid for each in world.state()}:
        world.violations.append("wrong owner: the state holds somebody else's service")


@kind()
def twin_wrong_answer(world: World) -> None:
    """A POST is answered with another service than the one made: somebody else's, or one of ours."""
    names = world.declare(world.dice.randrange(2, 4))
    last = world.declared.pop(names[-1])
    world.must(world.up(by="engine"))
    world.declared[names[-1]] = last
    whose = world.somebody_else("acme-theirs", 1) if world.dice.random() < 0.5 else world.sid(names[0])
    other = world.live()[whose].answer
    keys = ("sid", "account_sid", "friendly_name", "date_created", "date_updated", "url", "links")
    name = world.dice.choice([other["friendly_name"], last["friendlyName"]])
    body = {**{key: other[key] for key in keys}, "friendly_name": name}
    world.note("a POST answers with another service")
    world.proxy.rule(CREATE, done_then(Answer.of(body, 201)))
    world.up()
    world.finish()
