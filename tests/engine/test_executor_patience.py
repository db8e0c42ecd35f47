"""Providers, packs and programs that never answer: told after a while, given up at the limit, and what is kept."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import psutil
import pytest

from offline.engine.model.target import PolicyPack
from tests.engine.things import PROJECT, Seen, Stack

PATIENCE: dict[str, Any] = {"call_seconds": 4.0, "notice_seconds": 0.5}


@pytest.fixture
def stack(tmp_path: Path) -> Stack:
    shutil.copytree(PROJECT.with_name("pack"), tmp_path / "pack")
    return Stack(tmp_path)


@pytest.mark.parametrize("call", ["check", "diff", "create", "update"])
def test_provider_that_does_not_answer_ends_the_run(stack: Stack, call: str) -> None:
    """A warning names what is waited for; at the limit one error does, and what was under way stays listed."""
    if call in ("diff", "update"):
        stack.up({"thing": "a", "inputs": {"text": "one"}})

    others = psutil.Process().children(recursive=True)  # what other tests of this process go on using

    seen = stack.up(
        {"thing": "a", "inputs": {"text": "two", "hang": call}},
        {"thing": "b", "options": {"depends_on": ["a"]}},
        **PATIENCE,
    )

    assert "failed" == seen.result
    assert [f"provider default has not answered for 0.5s ({call}); it has 4.0s in all"] == told(seen)
    assert [f"provider default has not answered for 4.0s ({call})"] == [
        error.splitlines()[0] for error in seen.errors
    ]
    assert "ENGINE_CALL_SECONDS" in seen.errors[0]
    pending = {"create": ["creating"], "update": ["updating"]}.get(call, [])
    assert pending == [operation.kind for operation in stack.snapshot.pending]
    assert [] == [each for each in psutil.Process().children(recursive=True) if each not in others]


def test_provider_that_does_not_answer_is_asked_nothing_more(stack: Stack) -> None:
    """A refresh of many resources does not wait for each of them in turn."""
    names = ("a", "b", "c", "d")
    stack.up(*({"thing": name, "inputs": {"hang": "diff"}} for name in names))

    seen = stack.run("refresh", **PATIENCE)

    assert "failed" == seen.result
    assert 1 == sum("has not answered for 4.0s (diff)" in error for error in seen.errors)
    assert 3 == sum("is asked no other" in error for error in seen.errors)


def test_pack_that_does_not_answer_ends_the_run(stack: Stack) -> None:
    """Nothing is made before the policies have been asked."""
    pack = PolicyPack(stack.folder / "pack")

    seen = stack.up({"thing": "a", "inputs": {"hang": "policy"}}, policy_packs=(pack,), **PATIENCE)

    assert ("failed", {}) == (seen.result, stack.files)
    assert "policy pack pack has not answered for 4.0s (analyze)" == seen.errors[0].splitlines()[0]


def test_program_that_neither_declares_nor_ends_ends_the_run(stack: Stack) -> None:
    """Nothing is deleted."""
    stack.up({"thing": "old"})

    seen = stack.up({"hang": True}, **PATIENCE)

    assert ("failed", {"old"}) == (seen.result, set(stack.files))
    assert "the program has said nothing for 0.5s; it has 4.0s in all" in seen.said("warning")
    assert ["the program has neither declared anything nor ended for 4.0s"] == [
        error.splitlines()[0] for error in seen.errors
    ]


def test_program_that_waits_for_a_slow_operation_is_not_at_fault(stack: Stack) -> None:
    """Who waits for an answer is no longer silent than who answers."""
    slow = {"thing": "slow", "inputs": {"seconds": 1.5}}

    seen = stack.up(slow, {"thing": "b", "inputs": {"text": {"of": ["slow", "key"]}}}, **PATIENCE)

    assert ("succeeded", ["provider default has not answered for 0.5s (create); it has 4.0s in all"]) == (
        seen.result,
        told(seen),
    )


def told(seen: Seen) -> list[str]:
    """Warnings about the provider; a program may take its time to start on a busy machine."""
    return [text for text in seen.said("warning") if text.startswith("provider")]
