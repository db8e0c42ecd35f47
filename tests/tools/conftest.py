"""Clones of the project, one per test and engine, as the lifecycle's tests have them."""

from __future__ import annotations

from tests.lifecycle.conftest import workspace

__all__ = ["workspace"]
