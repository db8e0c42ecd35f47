"""The configuration of the policies: its JSON schemas, and readers that fill in defaults.

The engine checks configuration against the schemas before it hands it on; it leaves out what was not configured, so
the defaults stand here too. The pack's configuration file is described in docs/policy.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .allow_list import DEFAULT_PATH
from .pii import KINDS, TIERS, Finding
from .pii.phones import DEFAULT_REGIONS
from .resources import HUMAN_READABLE, Watched

_STRINGS: dict[str, Any] = {"type": "array", "items": {"type": "string"}}

STOPPING = tuple(f"{kind}/stop" for kind in KINDS)
ADVISING = tuple(f"{kind}/advise" for kind in KINDS)

_FORMER_TIERS = {"cue": "stop", "lexical": "stop", "hint": "advise"}
"""Names that configurations may still hold, and what they stand for."""
_ALL_REPORTS = [f"{kind}/{tier}" for kind in KINDS for tier in (*TIERS, *_FORMER_TIERS)]

ALLOW_LIST: dict[str, Any] = {
    "type": "string",
    "description": "File of reviewed names, relative to the pack's folder.",
    "default": DEFAULT_PATH.name,
}
RESOURCES: dict[str, Any] = {
    "type": "array",
    "description": "Further inputs to read: patterns of type tokens and of property paths.",
    "items": {
        "type": "object",
        "properties": {"type": {"type": "string"}, "properties": _STRINGS},
        "required": ["type", "properties"],
        "additionalProperties": False,
    },
    "default": [],
}


def personal_data_schema(report: tuple[str, ...]) -> dict[str, dict[str, Any]]:
    """Build the schema of a policy that reports findings; `report` is its default."""
    return {
        "report": {
            "type": "array",
            "description": "Which findings to report, as kind/tier.",
            "items": {"type": "string", "enum": _ALL_REPORTS},
            "default": list(report),
        },
        "regions": {
            **_STRINGS,
            "description": "ISO 3166 codes of the regions whose national phone numbers are recognised.",
            "default": list(DEFAULT_REGIONS),
        },
        "allowList": ALLOW_LIST,
        "resources": RESOURCES,
    }


@dataclass(frozen=True, slots=True)
class PersonalDataSettings:
    """Configuration of a policy that reports findings."""

    report: frozenset[str]
    regions: tuple[str, ...]
    allow_list: Path
    watched: tuple[Watched, ...]

    @classmethod
    def of(cls, config: Mapping[str, Any], report: tuple[str, ...]) -> PersonalDataSettings:
        """Read a policy's configuration, with `report` as its default."""
        return cls(
            report=frozenset(_current(entry) for entry in config.get("report", report)),
            regions=tuple(region.upper() for region in config.get("regions", DEFAULT_REGIONS)),
            allow_list=allow_list_path(config),
            watched=watched(config),
        )

    def reports(self, finding: Finding) -> bool:
        """Tell whether a finding of this kind and tier is to be reported."""
        return f"{finding.kind}/{finding.tier}" in self.report


def _current(entry: str) -> str:
    kind, _, tier = entry.partition("/")
    return f"{kind}/{_FORMER_TIERS.get(tier, tier)}"


def allow_list_path(config: Mapping[str, Any]) -> Path:
    """Tell where the reviewed names lie."""
    return DEFAULT_PATH.parent / str(config.get("allowList", DEFAULT_PATH.name))


def watched(config: Mapping[str, Any]) -> tuple[Watched, ...]:
    """List the human-readable inputs: the project's own and the configured ones."""
    further = tuple(
        Watched(entry["type"], tuple(entry["properties"])) for entry in config.get("resources", ())
    )
    return HUMAN_READABLE + further
