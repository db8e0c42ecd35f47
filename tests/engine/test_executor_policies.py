"""Policy packs: a real pack process, asked about resources and about the stack."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from offline.engine.model.events import PolicyLoaded, PolicyViolation
from offline.engine.model.target import PolicyPack
from tests.engine.things import PROJECT, Spec, Stack

LONG = {"thing": "a", "inputs": {"text": "far too long"}}


@pytest.fixture
def stack(tmp_path: Path) -> Stack:
    stack = Stack(tmp_path)
    shutil.copytree(PROJECT.with_name("pack"), tmp_path / "pack")
    return stack


def packs(stack: Stack, settings: dict[str, Any] | None = None) -> dict[str, Any]:
    """Options with the pack, and its settings written to a file."""
    file = None
    if settings is not None:
        file = stack.folder / "settings.json"
        file.write_text(json.dumps(settings))
    return {"policy_packs": (PolicyPack(stack.folder / "pack", file),)}


def put_before(stack: Stack, code: str) -> None:
    """Have the pack run code of a test's before its own."""
    main = stack.folder / "pack" / "__main__.py"
    head, future, rest = main.read_text().partition("from __future__ import annotations\n")
    main.write_text(head + future + code + rest)


def test_mandatory_policy_lets_a_preview_go_on_and_stops_an_update(stack: Stack) -> None:
    """A preview tells of all violations, an update makes nothing that is objected to."""
    program: list[Spec] = [
        LONG,
        {"thing": "b", "inputs": {"text": "also too long"}, "options": {"depends_on": ["a"]}},
    ]

    preview = stack.up(*program, dry_run=True, **packs(stack))
    update = stack.up(*program, **packs(stack))

    objections = [("text-is-short", "mandatory", name) for name in ("a", "b")]
    assert ("failed", True, objections) == (preview.result, preview.outcome.policy_failed, preview.violations)
    assert ("failed", True, objections[:1]) == (
        update.result,
        update.outcome.policy_failed,
        update.violations,
    )
    assert ({}, ["1 mandatory policy objects"]) == (stack.files, update.errors)
    assert [PolicyLoaded("rules", "1.2.3", str(stack.folder / "pack"))] == [
        event for event in update.events if isinstance(event, PolicyLoaded)
    ]


@pytest.mark.parametrize(
    ("settings", "result", "violations"),
    [
        pytest.param(
            {"text-is-short": "advisory"}, "succeeded", [("text-is-short", "advisory", "a")], id="advisory"
        ),
        pytest.param({"text-is-short": "disabled"}, "succeeded", [], id="disabled"),
        pytest.param({"text-is-short": {"longest": 20}}, "succeeded", [], id="setting"),
        pytest.param(
            {"all": "disabled", "text-is-short": {"enforcementLevel": "mandatory"}},
            "failed",
            [("text-is-short", "mandatory", "a")],
            id="all-but-one",
        ),
    ],
)
def test_settings_of_the_pack_decide_what_stops(
    stack: Stack, settings: dict[str, Any], result: str, violations: list[tuple[str, str, str]]
) -> None:
    """The file given with the pack goes before what the pack says itself."""
    seen = stack.up(LONG, dry_run=True, **packs(stack, settings))

    assert (result, violations) == (seen.result, seen.violations)


def test_stack_policy_sees_outputs_and_fails_the_run_after_the_fact(stack: Stack) -> None:
    """It is asked at the end, as on the real engine; remediated inputs are what was made."""
    seen = stack.up(
        *({"thing": name, "inputs": {"text": f"  {name}  "}} for name in ("a", "b", "c")), **packs(stack)
    )

    assert ("failed", [("few-things", "mandatory", "things-dev")]) == (seen.result, seen.violations)
    assert {name: {"text": name} for name in ("a", "b", "c")} == stack.files
    assert "['key', 'key', 'key']" in next(e.message for e in seen.events if isinstance(e, PolicyViolation))


WATCHED = """
from pulumi_policy.policy import _PolicyAnalyzerServicer as Servicer

def watched(name):
    method = getattr(Servicer, name)
    def call(self, request, context):
        with open("asked", "a") as file:
            print(name, *sorted(getattr(request.provider.properties, "fields", ())), file=file)
        return method(self, request, context)
    setattr(Servicer, name, call)

watched("Remediate")
watched("Analyze")
"""
"""Put before a pack: writes down what it is asked, and what it is told of the resource's provider."""


@pytest.mark.parametrize("level", ["remediate", "disabled"])
def test_pack_is_asked_what_it_can_answer_and_told_no_more_than_it_needs(stack: Stack, level: str) -> None:
    """A question takes its time, and a program's own configuration may be large: a stack of 1,000 services."""
    put_before(stack, WATCHED)
    stack.config["other:key"] = "value"

    stack.up({"thing": "a"}, **packs(stack, {"trim": level}))

    # Of the stack, of the default provider, and of the resource, which is the last.
    asked = [line.split() for line in (stack.folder / "pack" / "asked").read_text().splitlines()]
    each = ["Remediate", "Analyze"] if level == "remediate" else ["Analyze"]
    assert each * 3 == [words[0] for words in asked]
    assert ["Analyze", "other:key"] == asked[-1]


WAITING = """
import threading
from pathlib import Path
from pulumi_policy.policy import _PolicyAnalyzerServicer as Servicer

analyze = Servicer.Analyze

def waiting(self, request, context):
    log = Path("../world/log")
    while request.name == "base" and "end check bound" not in log.read_text():
        threading.Event().wait(0.01)
    return analyze(self, request, context)

Servicer.Analyze = waiting
"""
"""Put before a pack: has no answer about `base` before `bound` was checked."""


def test_dependent_that_is_planned_meanwhile_is_created_again(stack: Stack) -> None:
    """One resource is checked while policies look at another; what that one takes away is seen all the same."""
    stack.up(
        {"thing": "base", "inputs": {"first": "one"}},
        {"thing": "bound", "inputs": {"fixed": {"of": ["base", "key"]}}},
    )
    stack.calls()
    put_before(stack, WAITING)

    seen = stack.up(
        {"thing": "base", "inputs": {"first": "two"}},
        {"thing": "bound", "inputs": {"fixed": "its own"}},
        **packs(stack),
    )

    assert ("succeeded", {"replace": 2, "same": 1}) == (seen.result, seen.outcome.changes)
    assert ["create base", "create bound", "delete base", "delete bound"] == sorted(
        stack.calls("create", "update", "delete")
    )
    assert ({"fixed": "its own"}, {"base", "bound"}) == (stack.files["bound"], set(stack.files))
    assert {"base", "bound"} == set(stack.names)


def test_pack_that_does_not_start_is_named(stack: Stack) -> None:
    """The reason is the pack's own last words."""
    (stack.folder / "pack" / "__main__.py").write_text("raise SystemExit('no rules today')\n")

    seen = stack.up(LONG, **packs(stack))

    assert ("failed", {}) == (seen.result, stack.files)
    assert ("policy pack pack (process", "no rules today") == (
        seen.errors[0][:25],
        seen.errors[0].splitlines()[-1],
    )


def test_pack_without_its_virtual_environment_is_one_error_before_any_pack_starts(stack: Stack) -> None:
    """The file, what is missing and how to make it; no other pack's start is waited for."""
    pack = stack.folder / "pack"
    other = shutil.copytree(pack, stack.folder / "other")
    (other / "__main__.py").write_text("import pathlib, threading\npathlib.Path('started').touch()\n")
    (pack / "PulumiPolicy.yaml").write_text("runtime: {name: python, options: {virtualenv: ../none}}\n")

    seen = stack.up(LONG, policy_packs=(PolicyPack(other), PolicyPack(pack)))

    assert ("failed", {}) == (seen.result, stack.files)
    assert [
        (
            f"{pack}/PulumiPolicy.yaml: virtualenv has no bin/python: ../none\n"
            f"hint: create it: python -m venv {pack}/../none, and install the pack's requirements in it"
        )
    ] == seen.errors
    assert not (other / "started").exists()


def test_configuration_of_any_size_reaches_program_provider_and_pack(stack: Stack) -> None:
    """The Pulumi CLI passes it on in one variable of the environment, for which 128 KiB is the limit."""
    stack.config |= {f"things:text-{number}": "x" * 1000 for number in range(2000)}

    seen = stack.up({"thing": "a"}, **packs(stack))

    assert ("succeeded", ["a"]) == (seen.result, stack.names)
    assert 2_000_000 < len(json.dumps(stack.resource("default").inputs))
