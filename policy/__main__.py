"""The pack's entry: construct it, which serves the engine and never returns.

The engine runs this folder by path, so that it is no package then: it is imported as one, from the folder above, under
the folder's own name, or as the part of another package that it was installed as. The folder above goes to the end of
the path, so that nothing there hides another module.
"""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

from pulumi_policy import EnforcementLevel, PolicyPack

_FOLDER = Path(__file__).resolve().parent
_ABOVE = next(each for each in _FOLDER.parents if not (each / "__init__.py").exists())
_PACKAGE = ".".join(_FOLDER.relative_to(_ABOVE).parts)
sys.path.append(str(_ABOVE))

PolicyPack(
    name="conversation-services",
    policies=importlib.import_module(f"{_PACKAGE}.rules.policies").POLICIES,
    enforcement_level=EnforcementLevel.MANDATORY,
)
