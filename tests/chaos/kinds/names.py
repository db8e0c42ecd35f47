"""Names and settings that the API changes, and services that change names: nobody takes or makes what is not theirs."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

from tests.chaos.acts import CREATE, WEBHOOKS, change_answer, change_sent, reply
from tests.chaos.catalogue import kind
from tests.chaos.exchange import Answer, Exchange
from tests.chaos.world import World

_NAMES = {
    "outer blanks": "  acme support dev ",
    "a trailing blank": "acme-support-dev ",
    "a decomposed letter": unicodedata.normalize("NFD", "acmé-süpport-dev"),
    "a no-break space": "acme\u00a0support-dev",
    "an ideographic space": "acme\u3000support",
    "a zero-width space": "acme-\u200bsupport",
    "a zero-width joiner": "acme-\u200dsupport",
    "a byte order mark": "\ufeffacme-support",
    "a soft hyphen": "acme\u00adsupport",
    "a line break": "acme\nsupport",
    "a line separator": "acme\u2028support",
    "a tab": "acme\tsupport",
    "a control character": "acme\u0007support",
    "a right-to-left override": "acme-\u202etroppus",
    "two blanks within": "acme  support",
}
_CHANGES: dict[str, Callable[[str], str]] = {
    "trims": str.strip,
    "collapses blanks": lambda text: " ".join(text.split()),
    "composes": lambda text: unicodedata.normalize("NFC", text),
    "normalises all": lambda text: " ".join(unicodedata.normalize("NFKC", text).split()),
    "drops what is invisible": lambda text: "".join(
        each for each in text if unicodedata.category(each) not in ("Cf", "Cc")
    ),
}
_LATER: dict[str, Callable[[str], str]] = {
    "lower case": str.lower,
    "cut": lambda text: text[:10],
    "a mark added": lambda text: text + " (1)",
    "hyphens for blanks": lambda text: text.replace(" ", "-"),
    "escaped": lambda text: text.replace("&", "&amp;"),
}


def _renaming(change: Callable[[str], str]) -> Callable[[str, str], str]:
    return lambda field, value: change(value) if field == "FriendlyName" else value


@kind(weight=2)
def names_that_cannot_survive(world: World) -> None:
    """A declared name that the API would normalise is refused, or makes one service, however often it runs."""
    what, how = world.dice.choice(sorted(_NAMES)), world.dice.choice(sorted(_CHANGES))
    world.note(f"a name with {what}, and an API that {how}")
    name = _NAMES[what]
    world.declared["support"] = {"friendlyName": name}
    normalise = _renaming(_CHANGES[how])
    if world.dice.random() < 0.4:
        world.note("an answer is lost")

        def lost(exchange: Exchange) -> None:
            exchange.forward(exchange.asked.with_form(normalise))
            exchange.drop()

        world.proxy.rule(CREATE, lost)
    world.proxy.rule(CREATE, change_sent(normalise), times=None)
    world.normalised = True
    # The engine's own command: a policy might refuse the name first.
    texts = _same_run_twice(world, name)
    world.normalised = False
    world.declared["support"]["friendlyName"] = "acme-support-plain"
    world.note("declare a plain name")
    for sid in world.live().keys() - {each.sid for each in world.state()}:
        # What a refused name has left there is named in the error; it is the user's to delete.
        if sid not in texts:
            world.violations.append(f"unsaid: {sid} was left there, and no error names it")
        world.emulator.delete_service(sid)
    world.settle(again=True, by="engine")


def _same_run_twice(world: World, name: str) -> str:
    """Run up until it would loop: one create at most, and no exit code 0 for another name; give what was printed."""
    mark = world.proxy.mark()
    outcomes = [world.up(by="engine") for _ in range(2)]
    creates = sum(each.route == CREATE for each in world.proxy.since(mark))
    # A refused one may be tried again by the next run, if nothing of it stays.
    if creates > (1 + sum(each.code != 0 for each in outcomes)) or len(world.live()) > 1:
        world.violations.append(f"again: {creates} creates made {len(world.live())} services")
    names = [each.name for each in world.live().values()]
    if not outcomes[-1].code and names != [name]:
        world.violations.append(f"undone: {names[0]!r} is not the declared name, and the exit code is 0")
    return "".join(each.text for each in outcomes)


@kind(weight=2)
def names_changed_by_the_api(world: World) -> None:
    """An API that answers with another name than was sent is told of once, and no run makes another service."""
    how = world.dice.choice(sorted(_LATER))
    world.note(f"the API changes names: {how}")
    world.declared["support"] = {"friendlyName": "Acme Support & Dev"}
    world.proxy.rule(CREATE, change_sent(_renaming(_LATER[how])), times=None)
    world.normalised = True
    texts = _same_run_twice(world, "Acme Support & Dev")
    left = list(world.live())
    world.violations += [f"unsaid: no error names {sid}" for sid in left if sid not in texts]
    if not re.search(r"IS[0-9a-f]{32}", texts):
        world.violations.append("unsaid: no error names a service")
    kept = next(iter(world.live().values())).name if left else _LATER[how]("Acme Support & Dev")
    world.normalised = False
    world.declared["support"]["friendlyName"] = kept
    world.note("declare the name that it has")
    world.finish(by="engine")
    if left and left[0] not in world.live():
        world.violations.append("loss: the service was made anew for its own name")


@kind(weight=2)
def settings_changed_by_the_api(world: World) -> None:
    """An API that answers with another URL, method or text than was sent does not get the same update in every run."""
    changes: dict[str, Callable[[str, str], str]] = {
        "a slash": lambda key, text: text + "/" if key == "PostWebhookUrl" else text,
        "a host in lower case": lambda _key, text: text.replace("Hooks", "hooks"),
        "a port left out": lambda _key, text: text.replace(":443", ""),
        "a trimmed template": lambda key, text: text.strip() if key.endswith("Template") else text,
        "a cut template": lambda key, text: text[:8] if key.endswith("Template") else text,
        "a sound without ending": lambda key, text: (
            text.removesuffix(".wav") if key.endswith("Sound") else text
        ),
    }
    answers = {
        "a method in lower case": lambda body: _lowered(body),
        "filters in another order": lambda body: _reversed(body),
    }
    what = world.dice.choice([*changes, *answers])
    world.note(f"the API answers with {what}")
    world.declared["support"] = {
        "friendlyName": "acme-support-dev",
        "webhook": {
            "postWebhookUrl": "https://Hooks.acme.example:443",
            "method": "POST",
            "filters": ["onMessageAdded", "onMessageAdd"],
        },
        "notifications": {
            "newMessage": {"enabled": True, "template": "News of your order ", "sound": "chime.wav"}
        },
    }
    if what in changes:
        world.proxy.rule(
            "POST *", change_sent(changes[what]), times=None, when=lambda asked: "/Config" in asked.path
        )
    else:
        world.proxy.rule(f"* {WEBHOOKS}", change_answer(answers[what]), times=None)
    world.normalised = True
    outcomes = [world.up(by="engine") for _ in range(2)]
    mark = world.proxy.mark()
    outcomes.append(world.up(by="engine"))
    if outcomes[1].code == outcomes[2].code == 0 and any(
        each.method == "POST" for each in world.proxy.since(mark)
    ):
        world.violations.append("again: every run sends the same update")
    world.normalised = False
    world.proxy.calm()
    world.declared["support"]["notifications"]["newMessage"]["template"] = "News"
    world.declared["support"]["webhook"]["postWebhookUrl"] = "https://hooks.acme.example/events"
    world.note("declare what survives")
    world.settle(again=True)


def _lowered(body: dict[str, object]) -> dict[str, object]:
    return {**body, "method": str(body["method"]).lower()} if body.get("method") else body


def _reversed(body: dict[str, object]) -> dict[str, object]:
    filters = body.get("filters")
    return {**body, "filters": filters[::-1]} if isinstance(filters, list) else body


@kind()
def names_odd_but_lawful(world: World) -> None:
    """Names that YAML, shells, templates or terminals could misread are made as they stand, once."""
    odd = [
        "yes", "null", "1:30", "007", "~", "- a", "#b", "{c}", "[d]", "e: f", "*g", "&h", "!i", "%TAG", "@j", "`k`",
        "$HOME", "${l}", "{{ m }}", "%s", "\\n", '"o"', "'p'", "<q>", "a&b=c+d", "../r", "s/t?u#v", "\U0001f4ac help",
        "acmé süd", "支持", "x" * 256, "true", "0x10", "1e3", "2026-01-01", "=cmd()", "|pipe", ">fold",
    ]  # fmt: skip
    for index, name in enumerate(world.dice.sample(odd, 4)):
        world.declared[f"odd-{index}"] = {"friendlyName": name}
    world.note("odd names: " + ", ".join(repr(each["friendlyName"][:20]) for each in world.declared.values()))
    world.must(world.up(by="engine"))
    mark = world.proxy.mark()
    world.must(world.up(by="engine"))
    if any(each.method != "GET" for each in world.proxy.since(mark)):
        world.violations.append("again: a second run changed something")
    world.must(world.run(world.dice.choice(["refresh", "destroy"]), by="engine"))
    world.settle(by="engine")


@kind(weight=2)
def renamed_in_the_console(world: World) -> None:
    """A service is renamed at Twilio, then in the file: that is no change, whatever lives in it."""
    names = world.declare(world.dice.randrange(1, 4))
    world.must(world.up(by="engine"))
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
    names = world.declare(world.dice.randrange(1, 4))
    world.must(world.up(by="engine"))
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
    names = world.declare(world.dice.randrange(2, 5))
    world.must(world.up(by="engine"))
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
    names = world.declare(world.dice.choice([2, 4, 8, 24]), parts=False)
    world.must(world.up(by="engine"))
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
    names = world.declare(world.dice.randrange(1, 4), parts=False)
    world.must(world.up(by="engine"))
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
    names = world.declare(world.dice.randrange(1, 4))
    world.must(world.up(by="engine"))
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
