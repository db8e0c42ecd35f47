"""What is around a run: the environment, other users, whoever reads its output, what a stack file can hide."""

from __future__ import annotations

import contextlib
import json
import shlex
import stat
import threading
from pathlib import Path

import psutil

from tests.chaos.acts import CREATE, WEBHOOKS, reply
from tests.chaos.catalogue import kind
from tests.chaos.exchange import Answer, Exchange
from tests.chaos.place import STACK, Running
from tests.chaos.world import World


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
    # With a proxy for gRPC the Pulumi CLI's own SDK cannot be helped but by whoever starts it.
    by = "make" if "proxy" in what and not world.embedded else "engine"
    world.must(world.up(by=by))
    world.must(world.run(world.dice.choice(["refresh", "preview", "destroy"]), by=by))
    world.settle(by=by)


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
    world.settings["retryCeilingSeconds"] = "3600"
    world.declare(1)
    outcome = world.must(world.run("up"), fail=True)
    if name not in outcome.text:
        world.violations.append(f"unsaid: no error names {name}")
    world.environment = kept
    world.settle()


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
    world.bring_up(world.dice.randrange(1, 3))
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


@kind(weight=2)
def open_to_other_users(world: World) -> None:
    """While a run is under way, another user finds no port that answers, no secret in a command line or a file."""
    world.declare(world.dice.randrange(1, 3))
    holder: list[Running] = []
    began = threading.Event()
    found: list[str] = []

    def look(exchange: Exchange) -> None:
        began.wait(10)
        for each in holder[0].family():
            with contextlib.suppress(psutil.Error):
                line = " ".join(each.cmdline())
                if world.embedded and any(one.status == "LISTEN" for one in each.net_connections("inet")):
                    found.append(f"open: a port of {line[:80]}")
                found.extend(
                    f"secret: {what} in a command line"
                    for what, text in world.secrets.items()
                    if text in line
                )
        tmp = world.place.root / "tmp"
        found.extend(f"open: {name}" for name in _readable(tmp) if world.embedded)

    world.note("another user looks around during a create")
    world.proxy.rule(CREATE, look)
    before, mark = world.state(), world.proxy.mark()
    holder.append(world.begin("up"))
    began.set()
    world.must(world.ended("up", holder[0].wait(), before, mark))
    world.violations += found
    world.settle()


@kind(weight=2)
def secrets_in_every_output(world: World) -> None:
    """Whatever is asked for, in whatever form, and whatever fails meanwhile: no secret is in it."""
    world.declare(world.dice.randrange(1, 3), parts=True)
    world.sealed_token = True
    world.environment.pop("TWILIO_AUTH_TOKEN", None)
    first = min(world.declared)
    token = world.secrets["the hook token"]
    world.declared[first]["webhook"] = {
        "postWebhookUrl": f"https://hooks.acme.example/{token}",
        "method": "POST",
    }
    log = str(world.place.root / "tmp" / "events.json")
    if world.dice.random() < 0.4:
        world.note("updates of webhooks fail")
        # What was not sent with a request nobody can know to be a secret: the API quotes what it got.
        world.proxy.rule(
            f"POST {WEBHOOKS}",
            reply(Answer.error(400, 20001, f"bad url {token}")),
            when=lambda asked: token in asked.body.decode(),
            times=None,
        )
    flags = {
        "up": [["--diff"], ["--json"], ["--debug"], ["--event-log", log], ["--show-full-output"], []],
        "preview": [["--diff"], ["--json"], ["--debug"], ["--show-sames"], ["--refresh"]],
        "refresh": [["--diff"], ["--json"], ["--show-sames"]],
    }
    if world.embedded:
        flags = {
            command: [each for each in some if each not in (["--json"], ["--debug"])]
            for command, some in flags.items()
        }
    debug = {} if world.embedded else {"PULUMI_DEBUG_COMMANDS": "true"}
    for command in ("up", "preview", "refresh"):
        chosen = world.dice.choice(flags[command])
        world.note(" ".join([command, *chosen]))
        if not world.embedded and chosen[:1] == ["--show-full-output"]:
            continue
        world.run(command, *chosen, by="engine", environment=debug)
        if chosen in (["--debug"], ["--json"]):
            # Asked for: the SDK's debug messages, which the CLI prints in both forms, hold tracebacks.
            world.violations = [each for each in world.violations if "output: a traceback" not in each]
    for words in (["stack", "export"], ["stack", "output", "--json"], ["config"]):
        engine = [*world.place.engine_words, *words, "--stack", STACK]
        world.outcomes.append(world.place.start(engine, world.environment).wait())
    world.settle()


def _readable(folder: Path) -> list[str]:
    """List what another user could read or connect to: open itself, in folders that are all open."""
    found = []
    for path in folder.iterdir():
        with contextlib.suppress(OSError):
            mode = path.lstat().st_mode
            if stat.S_ISDIR(mode):
                found += _readable(path) if mode & 0o011 else []
            elif mode & 0o066 and not stat.S_ISLNK(mode):
                found.append(f"{path.name} ({stat.filemode(mode)})")
    return found
