"""What else is in the account and on its pages: other people's services, odd names, next pages in every form."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from tests.chaos.acts import CREATE, FETCH, LIST, change_answer, drop, items_of, reply, small_pages
from tests.chaos.catalogue import kind
from tests.chaos.exchange import Answer, Exchange
from tests.chaos.world import World

_ODD: dict[str, Any] = {
    "null": None,
    "a number": 7,
    "a list": ["a"],
    "an object": {"a": "b"},
    "nothing": "",
    "a lone surrogate": "\ud800",
    "a NUL": "a\x00b",
    "a megabyte": "n" * 1_000_000,
}


@kind(weight=2)
def account_odd_names(world: World) -> None:
    """Services of somebody else have malformed, null or no names, or lack what a service has: creates go on."""
    for index in range(world.dice.randrange(1, 4)):
        world.somebody_else(f"acme-theirs-{index}")
    theirs = set(world.foreign)
    field = world.dice.choice(
        ["friendly_name", "friendly_name", "friendly_name", "url", "links", "date_created"]
    )
    what = world.dice.choice([*sorted(_ODD), "missing"])
    world.note(f"their {field} is {what}")

    def spoil(body: Any) -> Any:
        for each in items_of(body) if "meta" in body else [body]:
            if each.get("sid") in theirs:
                each.pop(field, None)
                if what != "missing":
                    each[field] = _ODD[what]
        return body

    world.proxy.rule("GET *", change_answer(spoil), times=None, when=lambda asked: "Roles" not in asked.path)
    world.declare(world.dice.randrange(1, 4))
    if world.dice.random() < 0.4:
        world.note("an answer is lost")
        world.proxy.rules.insert(0, world.proxy.rules.pop())
        world.proxy.rule(CREATE, drop(done=True))
    world.must(world.up())
    world.settle()


@kind()
def account_alien_items(world: World) -> None:
    """The listing holds what is no service at all: creates go on, or one error says so."""
    alien: list[Any] = [
        None,
        7,
        "x",
        [],
        {},
        {"sid": None},
        {"sid": "XX" + "0" * 32, "friendly_name": "acme"},
    ]
    chosen = world.dice.sample(alien, world.dice.randrange(1, 4))
    world.note(f"the listing holds {chosen}")
    world.declare(world.dice.randrange(1, 3))

    def spoil(body: Any) -> Any:
        items_of(body)[0:0] = chosen
        return body

    world.proxy.rule(LIST, change_answer(spoil), times=None)
    world.up()
    world.finish()


@kind(weight=2)
def account_next_pages(world: World) -> None:
    """The next page is named on another host, with port, edge, in capitals, relative: the path counts, here."""
    for index in range(world.dice.randrange(2, 6)):
        world.somebody_else(f"acme-theirs-{index}")
    forms = {
        "Twilio's host": "https://conversations.twilio.com{path}?{query}",
        "with an edge": "https://conversations.dublin.ie1.twilio.com{path}?{query}",
        "with a port": "https://conversations.twilio.com:443{path}?{query}",
        "in capitals": "HTTPS://CONVERSATIONS.TWILIO.COM{path}?{query}",
        "plain http": "http://conversations.twilio.com{path}?{query}",
        "a path": "{path}?{query}",
        "without a scheme": "//conversations.twilio.com{path}?{query}",
        "only a query": "?{query}",
        "another name of here": "http://localhost:{port}{path}?{query}",
        "as it is": "{whole}",
    }
    what = world.dice.choice(sorted(forms))
    world.note(f"next pages: {what}")

    def spoil(exchange: Exchange) -> None:
        asked = exchange.asked
        first = asked if "PageToken" in asked.query else asked.with_query(PageSize="2")
        answer = exchange.forward(first)
        body = answer.json
        if answer.status == 200 and (following := body["meta"]["next_page_url"]):
            parts = urlsplit(following)
            body["meta"]["next_page_url"] = forms[what].format(
                path=parts.path, query=parts.query, whole=following, port=parts.port
            )
        exchange.send(answer.with_json(body) if answer.status == 200 else answer)

    world.proxy.rule(LIST, spoil, times=None)
    last = world.somebody_else("acme-last")
    names = world.declare(world.dice.randrange(1, 3))
    theirs = world.dice.random() < 0.5
    if theirs:
        # Only who reads all pages sees that this name is there.
        world.declared[names[0]]["friendlyName"] = "acme-last"
        world.must(world.up(), fail=True, say=last)
        world.declared[names[0]]["friendlyName"] = "acme-own-dev"
        world.note("choose another name")
    world.must(world.up())
    world.settle()


@kind()
def account_foreign_page(world: World) -> None:
    """The next page is named on a host of somebody else: no credentials go there."""
    caught: list[Any] = []
    elsewhere = type(world.proxy)(world.emulator.url)
    try:

        def catch(exchange: Exchange) -> None:
            caught.append(exchange.asked)
            exchange.send(Answer.error(404))

        elsewhere.rule("* *", catch, times=None)
        world.somebody_else("acme-theirs")
        how = world.dice.choice(["a next page", "a redirect", "a redirect of a create"])
        status = world.dice.choice([301, 302, 303, 307, 308])
        world.note(f"{how} leads elsewhere")
        if how == "a next page":

            def lead(body: Any) -> Any:
                body["meta"]["next_page_url"] = f"{elsewhere.url}/v1/Services?PageToken=PT1"
                return body

            world.proxy.rule(LIST, change_answer(lead), times=None)
        else:
            location = {"Location": f"{elsewhere.url}/v1/Services"}
            route = CREATE if how.endswith("create") else world.dice.choice([LIST, "* *"])
            world.proxy.rule(route, reply(Answer(status, b"", location)), times=None)
        world.declare(1)
        world.up()
        if any("Authorization" in each.headers for each in caught):
            world.violations.append("secret: the credentials went to another origin")
        world.finish()
    finally:
        elsewhere.close()


@kind(weight=2)
def account_pages_shift(world: World) -> None:
    """Pages are small, repeat services, or change while they are read: nothing is taken for two, nothing overlooked."""
    names = world.declare(world.dice.randrange(2, 5))
    kept = world.declared.pop(names[-1])
    world.must(world.up(by="engine"))
    world.declared[names[-1]] = kept
    for index in range(3):
        world.somebody_else(f"acme-theirs-{index}")
    if world.dice.random() < 0.5:
        world.note("pages repeat what was on the one before")
        seen: list[Any] = []

        def repeat(exchange: Exchange) -> None:
            asked = exchange.asked
            answer = exchange.forward(asked if "PageToken" in asked.query else asked.with_query(PageSize="2"))
            body = answer.json
            items = items_of(body)
            items[0:0] = seen
            seen[:] = [*seen, *items][-3:]
            exchange.send(answer.with_json(body))

        world.proxy.rule(LIST, repeat, times=None)
    else:
        world.note("pages of two")
        world.proxy.rule("GET *", small_pages(2), times=None, when=lambda asked: "PageSize" in asked.query)
    if world.dice.random() < 0.5:
        world.note("an answer is lost")
        world.proxy.rule(CREATE, drop(done=True))
    if world.dice.random() < 0.5:
        world.defaults["onNameConflict"] = "adopt"
    world.must(world.up())
    world.settle()


@kind()
def account_full(world: World) -> None:
    """The account takes no more services: what is there stays, the rest comes once there is room."""
    world.emulator.account(world.account_sid, max_services=1)
    world.declare(world.dice.randrange(2, 5))
    world.must(world.up(), fail=True)
    world.emulator.account(world.account_sid, max_services=50)
    world.note("there is room now")
    world.settle()


@kind()
def account_other_credentials(world: World) -> None:
    """The credentials are another account's, or refused: nothing is dropped, nothing is made there."""
    world.bring_up(world.dice.randrange(1, 4))
    before = world.environment
    if world.dice.random() < 0.5:
        world.note("the credentials of another account")
        world.environment = {**before, "TWILIO_ACCOUNT_SID": "AC" + "0" * 31 + "b"}
    else:
        world.note("credentials that are refused")
        world.proxy.rule("* *", reply(Answer.error(401, 20003, "Authenticate")), times=None)
    command = world.dice.choice(["refresh", "destroy", "up --refresh"])
    world.must(world.up("--refresh") if command == "up --refresh" else world.run(command), fail=True)
    world.environment = before
    world.settle()


@kind()
def account_cached_answer(world: World) -> None:
    """A cache between here and the API answers with what somebody else has asked: no service is taken for another."""
    names = world.bring_up(world.dice.randrange(2, 4))
    sids = [world.sid(name) for name in names]
    if world.dice.random() < 0.6:
        world.converse(sids[1])
    body = {
        key: world.live()[sids[1]].answer[key]
        for key in ("sid", "account_sid", "friendly_name", "date_created", "date_updated", "url", "links")
    }
    world.note("the fetch of one service answers with another")
    world.proxy.rule(
        FETCH, reply(Answer.of(body)), when=lambda asked: asked.path.endswith(sids[0]), times=None
    )
    world.run(world.dice.choice(["refresh", "destroy"]))
    world.settle()
