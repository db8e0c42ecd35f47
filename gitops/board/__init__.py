"""All environments at a glance: what is declared, held and found, as one page (docs/board.md)."""

from __future__ import annotations

from pathlib import Path

__all__ = ["OUT", "REPORTS"]

OUT = Path("board.html")
REPORTS = ("reports", "deployed")
"""Folders in which pipelines leave reports, and people who follow the docs."""
