"""What people and pipelines give to the project's commands: names, paths, URNs, sizes; and reports under faults."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

from tests.chaos.acts import CREATE, reply, then
from tests.chaos.catalogue import kind
from tests.chaos.exchange import Answer
from tests.chaos.place import ROOT, STACK, Outcome
from tests.chaos.world import World


def gitops(world: World, *words: str) -> Outcome:
    """Run one of the pipelines' commands, and check everything."""
    world.write()
    before, mark = world.state(), world.proxy.mark()
    python = str(world.place.root / ".venv" / "bin" / "python")
    running = world.place.start([python, "-m", "gitops", *words], world.environment)
    return world.ended(words[0], running.wait(), before, mark)


def _files(folder: Path) -> set[str]:
    return {str(path) for path in folder.rglob("*") if ".venv" not in path.parts and "tmp" not in path.parts}


@kind()
def hostile_stack_names(world: World) -> None:
    """A stack's name is a name: no path, no shell, no traceback, and nothing is written or run."""
    names = [
        "../trav",
        "a/../../trav",
        "/etc/passwd",
        "x'; touch owned; '",
        "$(touch owned)",
        "`touch owned`",
        "-h",
    ]
    names += [
        "dev\n",
        "dev\x1b[31m",
        "",
        " ",
        "a" * 5000,
        "dev;true",
        "%s",
        "..",
        ".",
        "dev/",
        "DEV",
        "d\u202eev",
    ]
    name = world.dice.choice(names)
    command = world.dice.choice(
        ["preview-report", "drift-report", "deploy", "up", "preview", "outputs", "promote"]
    )
    world.note(f"{command} of the stack {name[:30]!r}")
    world.declare(1)
    world.write()
    root = world.place.root
    before = _files(root.parent)
    variables = ["FROM=dev", f"TO={name}"] if command == "promote" else [f"STACK={name}"]
    running = world.place.start(
        ["make", "-s", command, *variables, "ARGS=--out reports/sub"], world.environment
    )
    if command in ("up", "preview", "outputs", "promote"):
        running.wait()
        running = world.place.start(["make", "-s", command, *variables], world.environment)
    outcome = world.ended("make", running.wait(), [], 0)
    if name != "DEV" or outcome.code == 0:
        world.must(outcome, fail=True)
    made = {
        each for each in _files(root.parent) - before if "-output" not in each and "__pycache__" not in each
    }
    strange = {
        each
        for each in made
        if not each.startswith((str(root / "state"), str(root / "home"), str(root / "reports")))
    }
    world.violations += [f"output: the command wrote {each}" for each in sorted(strange)[:3]]


@kind()
def hostile_paths(world: World) -> None:
    """Reports go where they were told to, into folders that are made; a place that can't be written is one error."""
    world.bring_up(1)
    file = world.place.root / "tmp" / "file"
    file.touch()
    out = world.dice.choice(
        ["reports/a/b/c", "/proc/none", str(file), "/dev/null/x", "reports", "re ports/ü"]
    )
    command = world.dice.choice(["preview-report", "drift-report"])
    world.note(f"{command} --out {out}")
    fine = out in ("reports/a/b/c", "reports", "re ports/ü")
    outcome = gitops(world, command, "--stack", STACK, "--out", out)
    if fine != (world.place.root / out / f"{STACK}.json").exists():
        world.violations.append(f"undone: no report in {out}" if fine else f"output: a report in {out}")
    if not fine:
        world.must(outcome, fail=True)
    summary = world.dice.choice([None, "reports/none/summary.md", "/proc/none/x"])
    if summary:
        gitops(world, command, "--stack", STACK, "--summary", summary)
    shutil.rmtree(world.place.root / "re ports", ignore_errors=True)
    world.settle()


@kind(weight=2)
def report_and_deploy(world: World) -> None:
    """What a deployment does is what was reviewed; a fault between makes it fail, never say that all is well."""
    names = world.bring_up(world.dice.randrange(1, 3))
    world.declared["newcomer"] = {"friendlyName": "acme-newcomer-dev"}
    renamed = world.dice.random() < 0.5
    if renamed:
        world.declared[names[0]]["friendlyName"] += "-two"
    world.note("add one" + ", rename one" * renamed)
    report = gitops(world, "preview-report", "--stack", STACK, "--out", "reviewed")
    if report.code != 7:
        world.violations.append(f"undone: a report of changes exits with {report.code}")
    sid = next((each.sid for each in world.state() if each.logical == names[0]), "")
    what = world.dice.choice(["a conversation", "404 everywhere", "a web server", "nothing", "500"])
    world.note(what)
    match what:
        case "a conversation":
            if renamed:
                world.left.add(sid)
            # At the create of its replacement, if there is one: at another's, the preview's guard would still see it.
            name = world.declared[names[0] if renamed else "newcomer"]["friendlyName"]
            world.proxy.rule(
                CREATE,
                then(lambda: world.converse(sid), lambda _exchange: None),
                when=lambda asked: asked.form.get("FriendlyName") == [name],
            )
        case "404 everywhere":
            world.proxy.rule("GET *", reply(Answer.error(404, 20404)), times=None)
        case "a web server":
            world.proxy.rule("* *", reply(Answer.html(404)), times=None)
        case "500":
            world.settings["retryCeilingSeconds"] = "1"
            world.proxy.rule("POST *", reply(Answer.error(500)), times=None)
    done = gitops(
        world, "deploy", "--stack", STACK, "--reviewed", f"reviewed/{STACK}.json", "--out", "deployed"
    )
    expected = what == "nothing" or (what == "a conversation" and not renamed)
    world.must(done, fail=not expected)
    world.proxy.calm()
    if what == "a conversation" and renamed:
        again = gitops(world, "preview-report", "--stack", STACK, "--json")
        if again.code == 0 or sid not in again.text:
            world.violations.append("unsaid: a report does not tell of the pending delete")
        world.give_up_by(sid)
        world.left.discard(sid)
    shutil.rmtree(world.place.root / "reviewed", ignore_errors=True)
    world.finish()


@kind(engines=("embedded",))
def urn_in_arguments(world: World) -> None:
    """ARGS hand a URN on as it is: `$` and quotes are neither make's nor a shell's."""
    message = world.dice.choice(
        ["urn:pulumi:dev::p::a$b:c::d", "it's $HOME", "$(touch owned)", 'a "b" `c`', "50% \\ x"]
    )
    world.declare(1)
    world.write()
    quoted = "'" + message.replace("'", "'\"'\"'") + "'"
    world.note(f"ARGS=--message {message!r}")
    words = ["make", "-s", "up", f"STACK={STACK}", f"ARGS=--yes --skip-preview --message {quoted}"]
    before, mark = world.state(), world.proxy.mark()
    world.must(world.ended("up", world.place.start(words, world.environment).wait(), before, mark))
    history = sorted((world.place.root / "state" / ".pulumi" / "history").rglob("*.history.json"))
    told = json.loads(history[-1].read_text(encoding="utf-8"))["message"]
    if told != message:
        world.violations.append(f"output: the message arrived as {told!r}")
    if (world.place.root / "owned").exists():
        world.violations.append("output: make or a shell ran what was given")
    world.settle()


@kind(engines=("embedded",))
def moved_clone(world: World) -> None:
    """A clone is moved while its own emulator runs: it is recognised, or the error names process and command."""
    root = world.place.root.parent / f"{world.place.root.name}-moved"

    def of_the_run(folder: str, names: list[str]) -> set[str]:
        return {"state", "tmp", "home"} & {*names} if Path(folder) == world.place.root else set()

    shutil.copytree(world.place.root, root, symlinks=True, ignore=of_the_run)
    shutil.rmtree(root / "stacks")
    shutil.copytree(ROOT / "stacks", root / "stacks")
    environment = world.place.environment({"EMULATOR": "1"})
    environment.pop("PULUMI_CONFIG_PASSPHRASE")

    def make(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["make", "-s", *words],
            cwd=root,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    try:
        first = make("up", "ARGS=--skip-preview")
        elsewhere = root.with_name(f"{root.name}-away")
        root.rename(elsewhere)
        root = elsewhere
        world.note("a clone with a running emulator is moved")
        second = make("up", "ARGS=--skip-preview")
        if first.returncode or (second.returncode and "pid" not in (second.stdout + second.stderr).lower()):
            world.violations.append(f"undone: up in the moved clone: {second.stderr.strip()[-300:]}")
        stopped = make("emulator-stop")
        if "no emulator" in stopped.stdout:
            world.violations.append("undone: emulator-stop finds no emulator in the moved clone")
    finally:
        make("emulator-stop")
        shutil.rmtree(root)
    world.declare(1)
    world.settle()
