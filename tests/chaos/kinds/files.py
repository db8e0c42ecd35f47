"""What a stack may lie in: included files, right and wrong, and more than an engine can hand on."""

from __future__ import annotations

import json
import shutil
from typing import Any

from tests.chaos.catalogue import kind
from tests.chaos.kinds.commands import gitops
from tests.chaos.place import STACK
from tests.chaos.world import World


@kind()
def configuration_too_large(world: World) -> None:
    """More configuration than one environment string holds: an engine takes it, or one error names the way out."""
    for index in range(150):
        world.declared[f"team-{index:04}"] = {
            "friendlyName": f"acme-team-{index:04}",
            "webhook": {
                "postWebhookUrl": f"https://hooks.acme.example/{index}?{'x' * 800}",
                "method": "POST",
            },
        }
    world.note("150 services with long URLs in one file")
    outcome = world.run("preview")
    report = gitops(world, "preview-report", "--stack", STACK)
    if outcome.code or not world.embedded:
        world.must(outcome, fail=True, say="include")
        if report.code not in (1, 2, 3):
            world.violations.append(f"undone: a report that can't be had exits with {report.code}")
    world.declared.clear()
    world.declare(2)
    world.settle()


@kind(weight=2)
def included_files(world: World) -> None:
    """Services lie in files that the stack file includes: all are made; a file that is wrong is one error."""
    names = world.declare(world.dice.randrange(2, 5))
    folder = world.place.stack_file.parent
    everything, world.declared = world.declared, {}
    chosen = {name: world.dice.choice(["", "one", "two"]) for name in names}
    files: dict[str, dict[str, Any]] = {"one": {}, "two": {}}
    for name, file in chosen.items():
        # What is encrypted must stand in the stack file.
        if file and "token=" not in json.dumps(everything[name]):
            files[file][name] = everything[name]
        else:
            world.declared[name] = everything[name]
    (folder / STACK).mkdir()

    def write() -> None:
        for file, services in files.items():
            path = folder / STACK / f"{file}.yaml"
            path.write_text(json.dumps(services, ensure_ascii=False), encoding="utf-8")

    write()
    world.include = [f"{STACK}/*.yaml"]
    world.included = {name: settings for services in files.values() for name, settings in services.items()}
    world.note(f"{len(world.included)} of {len(names)} services lie in included files")
    world.must(world.up())
    victim = folder / STACK / "one.yaml"
    wrong = {
        "no YAML": "a: [",
        "a list": "- a",
        "a service twice": json.dumps({names[0]: everything[names[0]]}) + "\n" + json.dumps({}),
        "an unknown key": '{"support-x": {"friendyName": "a"}}',
        "an encrypted value": '{"support-x": {"friendlyName": {"secure": "v1:a:b"}}}',
        "nested aliases": "a: &a [x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: [*b,*b,*b,*b,*b,*b,*b,*b,*b]",
        "depth without end": "[" * 20_000,
    }
    what = world.dice.choice(
        [*sorted(wrong), "a folder", "a link out", "a way out", "a name of its own twice"]
    )
    world.note(f"an included file is {what}")
    match what:
        case "a folder":
            victim.unlink()
            victim.mkdir()
        case "a link out":
            victim.unlink()
            victim.symlink_to("/etc/passwd")
        case "a way out":
            world.include = ["../../../../etc/passwd"]
        case "a name of its own twice":
            (folder / STACK / "three.yaml").write_text(json.dumps({names[0]: everything[names[0]]}))
        case _:
            victim.write_text(wrong[what], encoding="utf-8")
    before = set(world.live())
    world.must(world.run(world.dice.choice(["up", "preview"])), fail=True)
    if set(world.live()) != before:
        world.violations.append("undone: a wrong file changed what is there")
    if "root:x" in world.outcomes[-1].text:
        world.violations.append("secret: the output shows a file from elsewhere")
    shutil.rmtree(folder / STACK)
    (folder / STACK).mkdir()
    write()
    world.include = [f"{STACK}/*.yaml"]
    world.settle(again=True)
