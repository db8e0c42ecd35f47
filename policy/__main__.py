"""The pack's entry: construct it, which serves the engine and never returns.

The engine runs this folder by path, so that it is no package then: it is imported as one, under the folder's own name,
from the folder above. That goes to the end of the path, so that nothing there hides another module.
"""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

from pulumi_policy import EnforcementLevel, PolicyPack

_FOLDER = Path(__file__).resolve().parent
sys.path.append(str(_FOLDER.parent))

PolicyPack(
    name="conversation-services",
    policies=importlib.import_module(f"{_FOLDER.name}.rules.policies").POLICIES,
    enforcement_level=EnforcementLevel.MANDATORY,
)
