"""What the settings of a policy pack come to: its own, then those of --policy-pack-config.

Pure but for reading that one file. Source: https://www.pulumi.com/docs/insights/policy/policy-packs/configuration/
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from offline.engine.errors import ProjectError
from offline.engine.model.values import Properties

__all__ = ["LEVELS", "Setting", "policy_settings"]

LEVELS: Final = ("advisory", "mandatory", "disabled", "remediate")


@dataclass(frozen=True, slots=True)
class Setting:
    """How strictly a policy is applied, empty where left open, and its own settings."""

    level: str = ""
    properties: Properties = field(default_factory=dict)


def policy_settings(
    policies: Mapping[str, Setting],
    initial: Mapping[str, Setting],
    file: Path | None,
    *,
    required: Mapping[str, tuple[str, ...]],
) -> dict[str, Setting]:
    """Return the settings of each policy.

    `policies` are the defaults, `initial` what the pack itself sets, `file` a JSON file with settings by policy or
    None, `required` the settings that a policy cannot do without.

    Raises:
        ProjectError: if the file is missing or wrong, or a required setting is missing.
    """
    settings = _applied(policies, initial)
    if file is not None:
        settings = _applied(settings, _read(file))
    for policy, keys in required.items():
        if missing := [key for key in keys if key not in settings[policy].properties]:
            raise ProjectError(
                f"policy {policy} lacks its settings: {', '.join(missing)}",
                hint="give them with --policy-pack-config",
            )
    return settings


def _applied(settings: Mapping[str, Setting], more: Mapping[str, Setting]) -> dict[str, Setting]:
    result = dict(settings)
    if "all" in more and more["all"].level:
        result = {name: Setting(more["all"].level, setting.properties) for name, setting in result.items()}
    for name, setting in more.items():
        if name in result:
            old = result[name]
            result[name] = Setting(setting.level or old.level, {**old.properties, **setting.properties})
    return result


def _read(file: Path) -> dict[str, Setting]:
    try:
        raw = json.loads(file.read_text(encoding="utf-8") or "{}")
    except OSError as error:
        raise ProjectError(f"cannot read {file}: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise ProjectError(f"{file}: not JSON: {error}") from None
    if not isinstance(raw, dict):
        raise ProjectError(f"{file}: must be an object of settings by policy")
    if "environments" in raw:
        raise ProjectError(f"{file}: environments: only Pulumi Cloud has them")
    return {policy: _setting(file, policy, value) for policy, value in raw.items()}


def _setting(file: Path, policy: str, value: Any) -> Setting:
    if isinstance(value, str):
        value = {"enforcementLevel": value}
    if not isinstance(value, dict):
        raise ProjectError(f"{file}: {policy}: must be an enforcement level or an object")
    level = value.get("enforcementLevel", "")
    if level and level not in LEVELS:
        raise ProjectError(f"{file}: {policy}: enforcementLevel: must be one of {', '.join(LEVELS)}")
    return Setting(level, {key: part for key, part in value.items() if key != "enforcementLevel"})
