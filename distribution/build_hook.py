"""What hatchling asks before it builds a wheel: every file of it, under its name there.

Named in pyproject.toml, and run from the repository or from an unpacked sdist; it needs nothing but hatchling.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CustomBuildHook(BuildHookInterface[Any]):
    """Writes the sources as the wheel has them into a folder of its own, and names them to hatchling."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Make the files; an editable installation works in the repository itself, and needs none."""
        if version == "editable":
            return
        # The builder has this file by its path alone.
        sys.path.insert(0, self.root)
        from distribution.layout import CHANGED, PACKAGES, files
        from distribution.rewriting import rewritten

        self._made = tempfile.TemporaryDirectory(prefix="wheel-")
        for source, place in files(Path(self.root)):
            target = Path(self._made.name, place)
            target.parent.mkdir(parents=True, exist_ok=True)
            if source.suffix == ".py":
                text = rewritten(source.read_text(encoding="utf-8"), PACKAGES, str(source))
                target.write_text(text, encoding="utf-8")
            elif (name := source.relative_to(self.root).as_posix()) in CHANGED:
                before, after = CHANGED[name]
                text = source.read_text(encoding="utf-8")
                if text.count(before) != 1:
                    raise ValueError(f"{name}: holds {before!r} not once")
                target.write_text(text.replace(before, after), encoding="utf-8")
            else:
                target.write_bytes(source.read_bytes())
            build_data["force_include"][str(target)] = str(place)

    def finalize(self, _version: str, _build_data: dict[str, Any], _artifact_path: str) -> None:
        """Remove them."""
        if hasattr(self, "_made"):
            self._made.cleanup()
