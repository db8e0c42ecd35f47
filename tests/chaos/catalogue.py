"""The kinds of scenarios: a function each, its name the kind's, found by being imported from `kinds`."""

from __future__ import annotations

import importlib
import pkgutil
import random
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.chaos.world import World

__all__ = ["Kind", "kind", "kinds", "schedule"]

Play = Callable[[World], None]


@dataclass(frozen=True)
class Kind:
    """A kind of scenario.

    Args:
        name: for `--only`.
        play: plays it; what it finds goes to the world's violations.
        weight: how often, against the others.
        engines: where it can play.
    """

    name: str
    play: Play
    weight: int = 1
    engines: tuple[str, ...] = ("embedded", "pulumi")


_KINDS: dict[str, Kind] = {}


def kind(weight: int = 1, engines: tuple[str, ...] = ("embedded", "pulumi")) -> Callable[[Play], Play]:
    """Register a function as a kind."""

    def register(play: Play) -> Play:
        if play.__name__ in _KINDS:
            raise ValueError(f"two kinds named {play.__name__}")
        _KINDS[play.__name__] = Kind(play.__name__, play, weight, engines)
        return play

    return register


def kinds(engine: str) -> dict[str, Kind]:
    """Give all kinds that play on an engine, by name."""
    folder = Path(__file__).with_name("kinds")
    for module in pkgutil.iter_modules([str(folder)]):
        importlib.import_module(f"tests.chaos.kinds.{module.name}")
    return {name: each for name, each in sorted(_KINDS.items()) if engine in each.engines}


def schedule(known: dict[str, Kind], seed: int) -> list[Kind]:
    """Give the order in which kinds come: each as often as it weighs, shuffled; then the same anew."""
    once = list(known.values())
    more = [each for each in once for _ in range(each.weight - 1)]
    dice = random.Random(f"order {seed}")
    dice.shuffle(once)
    dice.shuffle(more)
    # Each kind first, so that a short run reaches them all.
    return once + more
