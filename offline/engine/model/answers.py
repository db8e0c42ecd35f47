"""What a provider answers, as plain data; asking is `provider.py`'s business."""

from __future__ import annotations

from dataclasses import dataclass

from offline.engine.model.values import Properties

__all__ = ["Diff", "ReadAnswer"]


@dataclass(frozen=True, slots=True)
class Diff:
    """What changes; `changes` is None if the provider leaves that to the engine."""

    changes: bool | None
    replaces: tuple[str, ...] = ()
    delete_before_replace: bool = False


@dataclass(frozen=True, slots=True)
class ReadAnswer:
    """What exists; an empty `id` means nothing does. `inputs` is None if the provider cannot tell them."""

    id: str
    outputs: Properties
    inputs: Properties | None
