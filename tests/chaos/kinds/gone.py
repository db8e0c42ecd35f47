"""What counts as gone: nothing but Twilio's own 20404, asked twice where one wrong answer would lose the state."""

from __future__ import annotations

from tests.chaos.acts import (
    CONFIGURATION,
    CREATE_ROLE,
    DELETE,
    FETCH,
    ROLE,
    WEBHOOKS,
    change_answer,
    done_then,
    reply,
)
from tests.chaos.catalogue import kind
from tests.chaos.exchange import Answer, Exchange
from tests.chaos.world import World
from tests.support.emulator import Emulator


def _any_command(world: World) -> str:
    """Choose a command that would notice that services are gone."""
    return world.dice.choice(["refresh", "refresh", "destroy", "up", "up --refresh", "remove"])


def _run(world: World, command: str) -> None:
    """Run it; what fails and what may succeed is the caller's to say."""
    match command:
        case "remove":
            name = min(world.declared)
            kept = world.declared.pop(name)
            world.up()
            world.declared[name] = kept
        case "up --refresh":
            world.up("--refresh")
        case _:
            world.run(command)


@kind(weight=2)
def gone_web_server(world: World) -> None:
    """A web server answers 404 to everything, as behind a wrong `baseUrl`."""
    names = world.bring_up(world.dice.randrange(1, 4))
    if world.dice.random() < 0.5:
        world.converse(world.sid(names[0]))
    answers = {
        "a page": Answer.html(404),
        "plain text": Answer(404, b"404 page not found\n", {"Content-Type": "text/plain"}),
        "JSON of its own": Answer.of({"error": "not found"}, 404),
        "JSON with another code": Answer.error(404, 404),
        "a code of text": Answer.of({"code": "20404", "message": "not found"}, 404),
        "nothing": Answer(404, b"", {}),
        "410": Answer.html(410),
    }
    what = world.dice.choice(sorted(answers))
    command = _any_command(world)
    world.note(f"everything is 404, {what}")
    world.proxy.rule("* *", reply(answers[what]), times=None)
    known = {each.sid for each in world.state()}
    _run(world, command)
    if command != "up":
        world.must(world.outcomes[-1], fail=True)
    if known - {each.sid for each in world.state()}:
        world.violations.append("forgotten: the state was emptied")
    world.settle()


@kind()
def gone_stray_404(world: World) -> None:
    """One fetch of a service answers 20404 though it is there: a refresh asks again."""
    names = world.bring_up(world.dice.randrange(1, 4))
    sid = world.sid(world.dice.choice(names))
    if world.dice.random() < 0.5:
        world.converse(sid)
    world.proxy.rule(FETCH, reply(Answer.error(404, 20404)), when=lambda asked: asked.path.endswith(sid))
    world.note("one fetch answers 20404")
    _run(world, world.dice.choice(["refresh", "up --refresh"]))
    world.settle()


@kind()
def gone_truly(world: World) -> None:
    """A service that somebody has deleted leaves the state on a refresh, and comes again."""
    names = world.bring_up(world.dice.randrange(1, 4))
    sid = world.sid(world.dice.choice(names))
    world.emulator.delete_service(sid)
    world.note("a service is deleted behind Pulumi's back")
    if world.dice.random() < 0.3:
        world.must(world.run("destroy"))
    else:
        world.must(world.run("refresh"))
    if sid in {each.sid for each in world.state()}:
        world.violations.append("the state still knows what is gone")
    world.settle()


@kind()
def gone_during_delete(world: World) -> None:
    """The DELETE answers 404 in several shapes: gone is done, a web server's 404 is not."""
    names = world.bring_up(world.dice.randrange(1, 4))
    done = world.dice.random() < 0.5
    if done:
        world.note("DELETE is done and answers 20404")
        world.proxy.rule(DELETE, done_then(Answer.error(404, 20404)))
    else:
        world.note("DELETE is not done and answers a web server's 404")
        world.proxy.rule(DELETE, reply(Answer.html(404)), times=None)
    name = world.dice.choice(names)
    kept = world.declared.pop(name)
    world.must(world.up(), fail=not done)
    world.declared[name] = kept
    world.settle()


@kind()
def gone_delete_not_done(world: World) -> None:
    """A DELETE answers 20404 while the service is there, as one stray 404 would: nothing is done, so no 0."""
    names = world.bring_up(world.dice.randrange(1, 4))
    sid = world.sid(names[0])
    world.note("DELETE answers 20404 and does nothing")
    world.proxy.rule(DELETE, reply(Answer.error(404, 20404)), when=lambda asked: asked.path.endswith(sid))
    if world.dice.random() < 0.5:
        kept = world.declared.pop(names[0])
        world.up()
        world.declared[names[0]] = kept
    else:
        world.run("destroy")
    world.settle()


@kind()
def answers_delete_status(world: World) -> None:
    """A DELETE that is done answers 200, 202 or 204, with a body or without."""
    names = world.bring_up(world.dice.randrange(1, 4))
    answers = [
        Answer(202, b"", {}),
        Answer.of({}, 202),
        Answer(202, b"accepted", {"Content-Type": "text/plain"}),
        Answer(200, b"", {}),
        Answer.of({"status": "deleted"}, 200),
        Answer(204, b"", {"Content-Type": "application/json"}),
    ]
    answer = world.dice.choice(answers)
    world.note(f"DELETE answers {answer.status} with {len(answer.body)} bytes")
    world.proxy.rule(DELETE, done_then(answer), times=None)
    if world.dice.random() < 0.5:
        name = world.dice.choice(names)
        kept = world.declared.pop(name)
        world.must(world.up())
        world.declared[name] = kept
    else:
        world.must(world.run("destroy"))
    world.settle()


@kind()
def answers_content_type(world: World) -> None:
    """Content types are written in every way that HTTP allows."""
    types = ["Application/JSON", "APPLICATION/JSON; CHARSET=UTF-8", "application/json;charset=utf-8"]
    chosen = world.dice.choice([*types, "application/hal+json", "application/JSON ; x=y"])
    world.note(f"the content type is {chosen}")
    world.proxy.rule("* *", lambda ex: ex.send(_typed(ex, chosen)), times=None)
    world.declare(world.dice.randrange(1, 4))
    world.must(world.up())
    world.must(world.run(world.dice.choice(["refresh", "preview"])))
    world.settle()


def _typed(exchange: Exchange, content_type: str) -> Answer:
    answer = exchange.forward()
    return answer.with_headers(Content_Type=content_type) if answer.body else answer


@kind(weight=2)
def eventually_there(world: World) -> None:
    """What belongs to a service answers 404 for a moment after its create."""
    route = world.dice.choice([CREATE_ROLE, f"POST {CONFIGURATION}", f"GET {CONFIGURATION}", f"* {WEBHOOKS}"])
    times = world.dice.randrange(1, 4)
    world.note(f"{route} answers 404 {times} times")
    world.proxy.rule(route, reply(Answer.error(404, 20404)), times=times)
    world.declare(world.dice.randrange(1, 4), parts=True)
    world.must(world.up())
    world.settle()


@kind()
def conflict_once(world: World) -> None:
    """A POST that may be repeated answers 409 for a moment."""
    world.declare(world.dice.randrange(1, 4), parts=True)
    route = world.dice.choice([f"POST {CONFIGURATION}", f"POST {WEBHOOKS}", f"POST {ROLE}"])
    world.must(world.up(by="engine"))
    for settings in world.declared.values():
        if "configuration" in settings:
            settings["configuration"]["reachabilityEnabled"] = False
        if "webhook" in settings:
            settings["webhook"]["filters"] = ["onMessageAdded", "onParticipantAdded"]
        for role in settings.get("roles", {}).values():
            role["permissions"] = ["sendMessage", "deleteOwnMessage"]
    world.note(f"change all; {route} answers 409 once")
    world.proxy.rule(route, reply(Answer.error(409, 20409)))
    world.must(world.up())
    world.settle()


@kind()
def gone_other_place(world: World) -> None:
    """The base URL leads to another, true API of the same account, as a region is: nothing is dropped for that."""
    world.bring_up(world.dice.randrange(1, 4))
    elsewhere = Emulator()
    try:
        world.note("the base URL is another region's")
        before = world.environment
        world.environment = {**before, "TWILIO_BASE_URL": elsewhere.url}
        world.run(world.dice.choice(["refresh", "destroy"]))
        world.environment = before
    finally:
        elsewhere.stop()
    world.settle()


@kind()
def gone_parts(world: World) -> None:
    """What belongs to a service is gone, or only seems to be: a refresh and an `up` set it right."""
    names = world.bring_up(world.dice.randrange(1, 3), parts=True)
    name = world.dice.choice(names)
    sid = world.sid(name)
    roles = [each["sid"] for each in world.live()[sid].answer["roles"] if each["friendly_name"] == "agent"]
    if roles and "configuration" not in world.declared[name] and world.dice.random() < 0.5:
        world.note("a role is deleted behind Pulumi's back")
        world.api("DELETE", f"/v1/Services/{sid}/Roles/{roles[0]}")
        world.must(world.run("refresh"))
    else:
        route = world.dice.choice([f"GET {ROLE}", f"GET {CONFIGURATION}", f"GET {WEBHOOKS}"])
        world.note(f"{route} answers 404 once")
        world.proxy.rule(route, reply(Answer.error(404, 20404)))
        world.run("refresh")
    world.settle()


@kind()
def answers_null_fields(world: World) -> None:
    """Answers lack fields, or give null or another type for them."""
    world.declare(world.dice.randrange(1, 4))
    field = world.dice.choice(["url", "links", "date_created", "account_sid", "friendly_name", "sid"])
    value: object = world.dice.choice([None, 7, [], {"a": 1}, "", "missing"])
    route = world.dice.choice(["POST *", "GET *", "* *"])

    def spoil(body: object) -> object:
        if isinstance(body, dict):
            body = {**body}
            body.pop(field, None) if value == "missing" else body.__setitem__(field, value)
        return body

    world.note(f"{route} answers with {field} = {value!r}, once")
    world.proxy.rule(route, change_answer(spoil))
    world.up()
    world.finish()
