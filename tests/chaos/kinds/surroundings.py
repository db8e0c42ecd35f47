"""What is around a run: the disk, the environment, the state's files, another program that moved."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil

from tests.chaos import invariants
from tests.chaos.catalogue import kind
from tests.chaos.place import Place
from tests.chaos.world import World


def _bring_up(world: World, most: int = 4) -> list[str]:
    names = world.declare(world.dice.randrange(1, most))
    world.must(world.up(by="engine"))
    return names


@kind(engines=("embedded",))
def state_open_to_others(world: World) -> None:
    """Whatever the umask, what is kept is for its owner only."""
    before = os.umask(world.dice.choice([0o000, 0o022, 0o002]))
    try:
        _bring_up(world)
        world.must(world.run(world.dice.choice(["refresh", "preview", "destroy"])))
        world.settle()
    finally:
        os.umask(before)
    world.violations += invariants.modes(world.place.root / "state")


@kind()
def state_damaged(world: World) -> None:
    """The state's file is cut, emptied or no JSON: an error, and nothing is made anew; mended, all is as it was."""
    _bring_up(world)
    path = world.place.state_file
    whole = path.read_bytes()
    damages = {
        "cut": whole[: len(whole) // 2],
        "emptied": b"",
        "zeros": b"\0" * len(whole),
        "no JSON": b"not json",
        "another JSON": b"[]",
        "without resources": b'{"version": 3, "checkpoint": {}}'[: -1 if world.dice.random() < 0.5 else None],
        "of the future": re.sub(rb'"version":\s*3', b'"version": 99', whole, count=1),
    }
    what = world.dice.choice(sorted(damages))
    world.note(f"the state is {what}")
    path.write_bytes(damages[what])
    sids = set(world.live())
    command = world.dice.choice(["up", "preview", "refresh", "destroy"])
    outcome = world.up() if command == "up" else world.run(command)
    if what != "without resources":
        world.must(outcome, fail=True)
    if set(world.live()) != sids:
        world.violations.append("undone: a run on a damaged state changed what is there")
    path.write_bytes(whole)
    world.note("and restored")
    world.settle(again=True)


@kind()
def state_lost(world: World) -> None:
    """The state is gone, or a day old: nothing is made twice, `adopt` takes all over, nothing that lives is lost."""
    names = _bring_up(world)
    world.converse(world.sid(names[0]))
    old = world.place.state_file.read_bytes()
    sids = set(world.live())
    if world.dice.random() < 0.5:
        world.note("the state is that of a new stack")
        shutil.rmtree(world.place.root / "state")
        shutil.copytree(world.place.fresh, world.place.root / "state")
        world.must(world.up(), fail=True)
    else:
        world.declared["newcomer"] = {"friendlyName": "acme-newcomer-dev"}
        world.must(world.up(by="engine"))
        sids = set(world.live())
        world.note("add one; the state is that of before")
        world.place.state_file.write_bytes(old)
        world.must(world.up(), fail=True)
    world.finish()
    if set(world.live()) != sids:
        world.violations.append("loss: services were made anew")


@kind(engines=("embedded",))
def disk_full(world: World) -> None:
    """The disk takes no more in the middle of a run: an error, and what was made is not lost to the state."""
    world.declare(world.dice.randrange(2, 6), parts=True)
    limit = world.dice.choice([1, 4, 8, 12, 16, 24, 40]) * 1024
    world.note(f"no file may grow beyond {limit // 1024} KiB")
    world.write()
    before, mark = world.state(), world.proxy.mark()
    # What it prints goes through a pipe: that is not to be limited.
    command = shlex.join(world.words("up", (), by="engine"))
    limited = f"(ulimit -f {limit // 1024}; exec {command}) 2>&1 | cat; exit ${{PIPESTATUS[0]}}"
    running = world.place.start(["bash", "-c", limited], world.environment)
    world.ended("up", running.wait(), before, mark)
    world.finish()


@kind()
def odd_environment(world: World) -> None:
    """A bare locale, an odd time zone, no home, optimised Python, no temporary folder set."""
    choices: dict[str, dict[str, str]] = {
        "an ASCII locale": {"LC_ALL": "C", "LANG": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        "Latin-1 output": {"PYTHONIOENCODING": "latin-1", "PYTHONUTF8": "0"},
        "another time zone": {"TZ": "Pacific/Apia"},
        "no home": {"HOME": "/nonexistent"},
        "optimised": {"PYTHONOPTIMIZE": "2"},
        "warnings as errors": {"PYTHONWARNINGS": "error::SyntaxWarning"},
        "no bytecode": {"PYTHONDONTWRITEBYTECODE": "1"},
        "a narrow terminal": {"COLUMNS": "10", "LINES": "3"},
        "a proxy for http": {"HTTP_PROXY": "http://127.0.0.1:9", "http_proxy": "http://127.0.0.1:9"},
        "a proxy for all": {"ALL_PROXY": "http://127.0.0.1:9", "HTTPS_PROXY": "http://127.0.0.1:9"},
        "gRPC's proxy": {"grpc_proxy": "http://127.0.0.1:9"},
        "CI": {"CI": "true", "GITHUB_ACTIONS": "true"},
    }
    what = world.dice.choice(sorted(choices))
    world.note(what)
    world.environment |= choices[what]
    for index, name in enumerate(world.dice.sample(["acmé-süd", "支持", "\U0001f4ac help", "acme-plain"], 2)):
        world.declared[f"odd-{index}"] = {"friendlyName": name}
    world.must(world.up(by="engine"))
    world.must(world.run(world.dice.choice(["refresh", "preview", "destroy"]), by="engine"))
    world.settle(by="engine")


@kind(weight=2)
def proxies_and_certificates(world: World) -> None:
    """A proxy or a bundle of certificates in the environment is no good: an error at once, which names the variable."""
    choices = {
        "HTTPS_PROXY": [
            "socks5://127.0.0.1:9",
            "http://",
            "://x",
            "http://[bad",
            "127.0.0.1:port",
            "ftp://a b",
        ],
        "REQUESTS_CA_BUNDLE": ["/nonexistent/ca.pem", "no.pem"],
    }
    name = world.dice.choice(sorted(choices))
    value = world.dice.choice(choices[name])
    if value == "no.pem":
        value = str(world.place.root / "tmp" / value)
        with open(value, "w", encoding="ascii") as file:  # noqa: PTH123 - one line of a test
            file.write("-----BEGIN CERTIFICATE-----\nnone\n-----END CERTIFICATE-----\n")
    world.note(f"{name}={value}")
    kept = dict(world.environment)
    # An address that takes no traffic of ours anywhere: the error must come before any.
    world.environment |= {
        "TWILIO_BASE_URL": "https://127.0.0.1:9",
        name: value,
        "NO_PROXY": "",
        "no_proxy": "",
    }
    world.settings["retryCeilingSeconds"] = "60"
    world.declare(1)
    outcome = world.must(world.run("up", deadline_seconds=40), fail=True)
    if name not in outcome.text:
        world.violations.append(f"unsaid: no error names {name}")
    world.environment = kept
    world.settle()


@kind()
def provider_moved(world: World) -> None:
    """The module that a state names is moved: an `up` heals the state, and refresh and destroy work again."""
    names = _bring_up(world)
    world.converse(world.sid(names[0]))
    folder = world.place.root / "providers"
    saved = world.place.root / "tmp" / "providers-before"
    shutil.copytree(folder, saved)
    try:
        (folder / "conversation_service.py").rename(folder / "conversation_services.py")
        for path in (*folder.rglob("*.py"), *(world.place.root / "program").rglob("*.py")):
            text = path.read_text(encoding="utf-8")
            path.write_text(text.replace("from .conversation_service ", "from .conversation_services "))
        shutil.rmtree(folder / "__pycache__", ignore_errors=True)
        world.note("the provider's module is moved")
        world.must(world.up())
        world.must(world.run("refresh"))
        world.give_up(world.sid(names[0]))
        world.declared[names[0]]["forceDestroy"] = True
        world.must(world.up())
        world.must(world.run("destroy"))
    finally:
        shutil.rmtree(folder)
        shutil.copytree(saved, folder)
        shutil.rmtree(saved)


@kind()
def stack_file_hostile(world: World) -> None:
    """A stack file with nested aliases, depth without end, or what YAML can hide: one error, and soon."""
    aliases = "\n".join(
        ["x0: &a0 lol", *(f"x{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9))]
    )
    texts = {
        "nested aliases": f"config:\n  conversation-services:services: {{}}\n{aliases}\n",
        "aliases in the services": f"{aliases}\nconfig:\n  conversation-services:services: {{a: *a8}}\n",
        "deep lists": "config: " + "[" * 20_000,
        "deep maps": "config: " + "{a: " * 20_000,
        "deep blocks": "\n".join(" " * n + "a:" for n in range(3_000)),
        "an alias to itself": "config: &c\n  conversation-services:services: *c\n",
        "a tag of Python": 'config: !!python/object/apply:os.system ["touch owned"]\n',
        "duplicate keys": "config: {}\nconfig: {}\n",
        "NUL": "config: \0",
        "no UTF-8": "config: \udcff",
        "two documents": "config: {}\n---\nconfig: {}\n",
        "a list": "- config\n",
        "nothing": "",
        "a huge scalar": f"config:\n  conversation-services:services: {{a: {{friendlyName: {'x' * 2_000_000}}}}}\n",
        "a merge of itself": "config: &c\n  <<: *c\n",
        "tabs": "config:\n\t- a\n",
    }
    _bring_up(world, 3)
    sids = set(world.live())
    what = world.dice.choice(sorted(texts))
    world.note(f"the stack file holds {what}")
    command = world.dice.choice(["preview", "up"])
    by = world.dice.choice(["make", "engine"])
    world.write()
    path = world.place.stack_file
    salt = json.dumps(world.place.salt)
    path.write_bytes(f"encryptionsalt: {salt}\n{texts[what]}".encode("utf-8", "surrogateescape"))
    before, mark = world.state(), world.proxy.mark()
    running = world.place.start(world.words(command, (), by=by), world.environment)
    world.normalised = True
    outcome = world.ended(command, running.wait(60), before, mark)
    world.normalised = False
    if what not in ("nothing", "nested aliases"):
        world.must(outcome, fail=True)
    if (world.place.root / "owned").exists():
        world.violations.append("output: the stack file ran a command")
    if set(world.live()) - sids:
        world.violations.append("undone: a broken stack file changed what is there")
    world.settle()


@kind(engines=("embedded",))
def closed_pipe(world: World) -> None:
    """Whoever reads the output goes away: the run ends in order, and the next finds all in the state."""
    world.declare(world.dice.randrange(2, 5))
    world.write()
    command = shlex.join(world.words("up", (), by="engine"))
    world.note("the reader of the output goes away")
    before, mark = world.state(), world.proxy.mark()
    piped = f"{command} 2>&1 | head -c 20; exit ${{PIPESTATUS[0]}}"
    running = world.place.start(["bash", "-c", piped], world.environment)
    world.ended("up", running.wait(), before, mark)
    world.settle()


@kind()
def other_engine(world: World) -> None:
    """One engine goes on where the other stopped: after an up, a refused delete or a failure."""
    if not shutil.which("pulumi"):
        world.leave_out("there is no pulumi on PATH")
    names = _bring_up(world)
    world.converse(world.sid(names[0]))
    first, second = world.place.engine, "pulumi" if world.embedded else "embedded"
    del world.declared[names[0]]
    world.must(world.up(by="engine"), fail=True)
    _with_engine(world, second)
    world.note(f"{second} goes on")
    world.must(world.up(), fail=True)
    world.must(world.run("refresh"))
    world.declared[names[0]] = {"friendlyName": f"acme-{names[0]}-dev"}
    world.must(world.up())
    _with_engine(world, first)
    world.note(f"{first} goes on")
    world.settle(again=True)


def _with_engine(world: World, engine: str) -> None:
    place: Place = world.place
    place.engine = engine
    world.embedded = engine == "embedded"
