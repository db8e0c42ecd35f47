"""What the wheel calls `providers`: the same modules, so that a clone serves states which the package made.

Only that: who declares with the package installs it, and finds its parts and types there.
"""

from __future__ import annotations

from distribution.other_name import answer_to

__all__: list[str] = []

__path__: list[str] = []
answer_to(__name__, "providers")
