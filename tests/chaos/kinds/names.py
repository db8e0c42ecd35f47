"""Names and settings that the API changes, or that others could misread: made once and as declared, or refused."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

from tests.chaos.acts import CREATE, WEBHOOKS, change_answer, change_sent
from tests.chaos.catalogue import kind
from tests.chaos.exchange import Exchange
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
