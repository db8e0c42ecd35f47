"""Conversations and users that a deletion would take with it: whoever deletes proves emptiness, each time anew."""

from __future__ import annotations

from dataclasses import replace

from tests.chaos.acts import (
    ADDRESSES,
    CONVERSATIONS,
    CREATE,
    DELETE,
    USERS,
    done_then,
    drop,
    instead,
    items_of,
    reply,
    then,
)
from tests.chaos.catalogue import kind
from tests.chaos.exchange import Answer, Asked, Exchange
from tests.chaos.proxy import Act
from tests.chaos.world import World


def _inhabited(world: World) -> tuple[str, str]:
    """Bring some services up, one of which would be missed; give its name, and the listing that tells."""
    names = world.bring_up(world.dice.randrange(1, 4))
    name = world.dice.choice(names)
    sid = world.sid(name)
    chance = world.dice.random()
    if chance < 0.6:
        world.converse(sid, world.dice.choice([1, 1, 3, 120]))
        return name, CONVERSATIONS
    if chance < 0.8:
        world.lead(sid)
        return name, ADDRESSES
    world.join(sid, world.dice.choice([1, 60]))
    return name, USERS


def _threaten(world: World, name: str) -> None:
    """Do what would delete the service, which must be refused, and take it back."""
    before = {key: dict(value) for key, value in world.declared.items()}
    match world.dice.choice(["rename", "remove", "destroy"]):
        case "rename":
            world.declared[name]["friendlyName"] += "-two"
            world.note(f"rename {name}")
            world.must(world.up(), fail=True)
        case "remove":
            del world.declared[name]
            world.note(f"remove {name}")
            world.must(world.up(), fail=True)
        case _:
            world.must(world.run("destroy"), fail=True)
    world.declared = before


@kind(weight=2)
def guard_stray_404(world: World) -> None:
    """The listing of conversations answers 404 though the service is there."""
    name, listing = _inhabited(world)
    times = world.dice.choice([1, 2, None])
    world.proxy.rule(listing, reply(Answer.error(404, 20404)), times=times)
    _threaten(world, name)
    world.settle()


@kind(weight=2)
def guard_odd_listing(world: World) -> None:
    """The listing of conversations answers what is no answer: HTML, no list, no meta, no JSON, an error."""
    name, listing = _inhabited(world)
    key = {CONVERSATIONS: "conversations", USERS: "users", ADDRESSES: "address_configurations"}[listing]
    page: dict[str, object] = {key: [], "meta": {"next_page_url": None, "key": key}}
    odd = {
        "404 of a web server": Answer.html(404),
        "404 without a code": Answer.error(404),
        "404 with another code": Answer.error(404, 20001),
        "a page of HTML": Answer.html(200),
        "no list": Answer.of({**page, key: None}),
        "a map for a list": Answer.of({**page, key: {}}),
        "no meta": Answer.of({key: []}),
        "meta null": Answer.of({**page, "meta": None}),
        "only meta": Answer.of({"meta": page["meta"]}),
        "another key": Answer.of({"services": [], "meta": page["meta"]}),
        "a bare list": Answer.of([]),
        "null": Answer.of(None),
        "nothing": Answer(200, b""),
        "204": Answer(204, b"", {}),
        "no JSON": Answer(200, b"{"),
        "HTML called JSON": Answer(200, b"<html></html>"),
        "500": Answer.error(500, 20500),
        "503": Answer.error(503),
        "429": Answer.error(429, 20429),
        "403": Answer.error(403, 20003),
        "410": Answer.error(410, 20404),
    }
    what = world.dice.choice(sorted(odd))
    world.note(f"{key} answer {what}")
    world.proxy.rule(listing, reply(odd[what]), times=None)
    _threaten(world, name)
    world.settle()


@kind(weight=2)
def guard_empty_page(world: World) -> None:
    """The first pages of the listing are empty and lead on to one that is not."""
    name, listing = _inhabited(world)
    empty = world.dice.randrange(1, 5)
    world.note(f"{empty} empty pages")
    world.proxy.rule(listing, _empty_pages(empty), times=None)
    _threaten(world, name)
    world.settle()


def _empty_pages(count: int) -> Act:
    """Put `count` empty pages before the true ones; a page's number stands in its token."""

    def page(exchange: Exchange) -> Answer:
        asked = exchange.asked
        _, _, number = asked.query.partition("PageToken=EMPTY")
        position = int(number or 0)
        if "PageToken=PT" in asked.query or position >= count:
            return exchange.forward(asked if not number else _first(asked))
        answer = exchange.forward(_first(asked))
        body = answer.json
        items_of(body).clear()
        body["meta"]["next_page_url"] = (
            f"http://{exchange.netloc}{asked.path}?PageSize=50&Page={position + 1}&PageToken=EMPTY{position + 1}"
        )
        return answer.with_json(body)

    return instead(page)


def _first(asked: Asked) -> Asked:
    return replace(asked, query="PageSize=50")


@kind(weight=2)
def guard_arrives_in_backoff(world: World) -> None:
    """A conversation begins while a DELETE that was refused waits for its next attempt."""
    names = world.bring_up(world.dice.randrange(1, 4))
    name = world.dice.choice(names)
    sid = world.sid(name)
    lies = {
        "429": reply(Answer.error(429, 20429)),
        "503": reply(Answer.error(503, 20503)),
        "500": reply(Answer.error(500)),
        "502 of a gateway": reply(Answer.html(502)),
        "504": reply(Answer.error(504)),
        "a reset": drop(done=False),
    }
    what = world.dice.choice(sorted(lies))
    world.note(f"DELETE meets {what}, and then")
    world.proxy.rule(
        DELETE,
        then(lambda: world.converse(sid), lies[what]),
        when=lambda asked: asked.path.endswith(sid),
    )
    if world.dice.random() < 0.5:
        kept = world.declared.pop(name)
        world.must(world.up(), fail=True)
        world.declared[name] = kept
    else:
        world.must(world.run("destroy"), fail=True)
    world.settle()


@kind(weight=2)
def guard_arrives_before_delete(world: World) -> None:
    """A conversation begins after the diff of a rename and before the old service's DELETE; then the way out."""
    names = world.bring_up(world.dice.randrange(1, 4))
    name = world.dice.choice(names)
    sid = world.sid(name)
    world.proxy.rule(CREATE, then(lambda: world.converse(sid), lambda _exchange: None))
    world.declared[name]["friendlyName"] += "-two"
    world.note(f"rename {name}")
    world.left.add(sid)
    world.must(world.up(), fail=True)
    world.must(world.up(), fail=True)
    match world.dice.choice(["give up", "keep", "wait", "file"]):
        case "give up":
            world.give_up_by(sid)
        case "file":
            world.note("give the conversations up, in the stack file")
            world.give_up(sid)
            world.settings["giveUp"] = sid
            world.must(world.up())
            del world.settings["giveUp"]
        case "keep":
            world.note("keep the old service")
            world.must(world.up(environment={"TWILIO_KEEP": sid}))
            world.settle()
            return
        case _:
            world.note("the conversations end")
            for conversation in world.held[sid].conversations:
                world.api("DELETE", f"/v1/Services/{sid}/Conversations/{conversation}")
            world.give_up(sid)
    world.left.discard(sid)
    world.settle()


@kind(weight=2)
def guard_users(world: World) -> None:
    """A service without conversations has users."""
    names = world.bring_up(world.dice.randrange(1, 4))
    name = world.dice.choice(names)
    world.join(world.sid(name), world.dice.choice([1, 60]))
    _threaten(world, name)
    world.settle()


@kind()
def guard_addresses(world: World) -> None:
    """A service without anything in it is where an address of the account leads messages to."""
    names = world.bring_up(world.dice.randrange(1, 4))
    name = world.dice.choice(names)
    world.lead(world.sid(name))
    _threaten(world, name)
    world.settle()


@kind()
def guard_delete_done_twice(world: World) -> None:
    """The DELETE of an empty service does its work and answers with an error: the next attempt finds it gone."""
    names = world.bring_up(world.dice.randrange(1, 4))
    name = world.dice.choice(names)
    lies = [drop(done=True), *(done_then(Answer.error(status)) for status in (500, 502, 503, 504))]
    world.proxy.rule(DELETE, world.dice.choice(lies))
    world.note("a DELETE is done and answers with an error")
    if world.dice.random() < 0.5:
        kept = world.declared.pop(name)
        world.must(world.up())
        world.declared[name] = kept
    else:
        world.must(world.run("destroy"))
    world.settle()


@kind()
def guard_force_destroy(world: World) -> None:
    """What `forceDestroy` gives up goes in one run, and nothing else with it."""
    names = world.bring_up(world.dice.randrange(2, 5))
    given_up, kept = world.dice.sample(names, 2)
    world.converse(world.sid(kept), 2)
    doomed = world.sid(given_up)
    world.emulator.add_conversations(doomed, 3)
    world.declared[given_up]["forceDestroy"] = True
    world.declared[given_up]["friendlyName"] += "-two"
    world.note(f"rename {given_up} with forceDestroy")
    world.must(world.up())
    world.settle()


@kind()
def guard_protected(world: World) -> None:
    """A protected service outlives removal and destroy, empty or not, and a retained one its removal."""
    names = world.declare(world.dice.randrange(2, 4))
    how = world.dice.choice(["protect", "retainOnDelete"])
    world.declared[names[0]][how] = True
    world.must(world.up(by="engine"))
    sid = world.sid(names[0])
    world.converse(sid, 1)
    kept = dict(world.declared)
    del world.declared[names[0]]
    world.note(f"remove {names[0]}, with {how}")
    if how == "protect":
        world.must(world.up(), fail=True)
    else:
        world.left.add(sid)
        world.must(world.up())
        world.note("and take it back")
        kept[names[0]]["importSid"] = sid
        world.left.discard(sid)
    world.declared = kept
    world.settle()


@kind(engines=("pulumi",))
def replaced_by_flag(world: World) -> None:
    """`up --replace` passes the diff's guard: a service that is inhabited outlives it, and there is a way out."""
    names = world.bring_up(world.dice.randrange(1, 3), parts=False)
    sid = world.sid(names[0])
    world.converse(sid)
    (urn,) = [each.urn for each in world.state() if each.sid == sid]
    world.note(f"replace {names[0]} by flag")
    world.normalised = True  # until the way out, two bear the name: the old one could not go
    world.run("preview", "--replace", urn, by="engine")
    world.up("--replace", urn, by="engine")
    twins = [
        each.sid for each in world.live().values() if each.name == world.declared[names[0]]["friendlyName"]
    ]
    world.violations = [
        each for each in world.violations if "twins: 2 services" not in each or len(twins) > 2
    ]
    if sid not in twins:
        world.violations.append("loss: the replaced service")
    world.normalised = False
    world.give_up_by(sid)
    world.finish()
