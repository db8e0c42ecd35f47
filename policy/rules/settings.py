"""The configuration of the policies: its JSON schemas, and readers that fill in defaults.

The engine checks configuration against the schemas before it hands it on, and fills in the defaults that they name.
What `no-personal-data` is given counts for its companions too, unless they have a setting of their own. Their schemas
name no defaults, so that one can tell. The pack's configuration file is described in docs/policy.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..allowed.allow_list import DEFAULT_PATH
from ..allowed.judging import ADVISING, STOPPING
from ..pii import KINDS, TIERS, Finding
from ..pii.contacts.phones import DEFAULT_REGIONS
from .resources import HUMAN_READABLE, Watched

__all__ = ["ADVISING", "STOPPING", "PersonalDataSettings", "personal_data_schema", "share", "shared_schema"]

_STRINGS: dict[str, Any] = {"type": "array", "items": {"type": "string"}}

_FORMER_TIERS = {"cue": "stop", "lexical": "stop", "hint": "advise"}
"""Names that configurations may still hold, and what they stand for."""
_ALL_REPORTS = [f"{kind}/{tier}" for kind in KINDS for tier in (*TIERS, *_FORMER_TIERS)]

_SHARED_DEFAULTS: dict[str, Any] = {
    "regions": list(DEFAULT_REGIONS),
    "allowList": DEFAULT_PATH.name,
    "resources": [],
}
_SHARED_SCHEMAS: dict[str, dict[str, Any]] = {
    "regions": {
        **_STRINGS,
        "description": "ISO 3166 codes of the regions whose national phone numbers are recognised.",
    },
    "allowList": {
        "type": "string",
        "description": "File of reviewed names, relative to the project's folder, else to the pack's.",
    },
    "resources": {
        "type": "array",
        "description": "Further inputs to read: patterns of type tokens and of property paths.",
        "items": {
            "type": "object",
            "properties": {"type": {"type": "string"}, "properties": _STRINGS},
            "required": ["type", "properties"],
            "additionalProperties": False,
        },
    },
}

_FIRST = "no-personal-data"
_given: dict[str, Mapping[str, Any]] = {_FIRST: {}}
"""Its settings, as last seen: an engine configures a pack once, and asks that policy first."""


def share(config: Mapping[str, Any]) -> None:
    """Keep the settings of `no-personal-data` for its companions."""
    _given[_FIRST] = config  # at once: an engine asks on several threads


def shared_schema(*, has_defaults: bool) -> dict[str, dict[str, Any]]:
    """Build the schema of the settings that one policy is given and all follow."""
    return {
        key: schema | ({"default": _SHARED_DEFAULTS[key]} if has_defaults else {})
        for key, schema in _SHARED_SCHEMAS.items()
    }


def personal_data_schema(report: tuple[str, ...], *, is_first: bool) -> dict[str, dict[str, Any]]:
    """Build the schema of a policy that reports findings; `report` is its default."""
    return {
        "report": {
            "type": "array",
            "description": "Which findings to report, as kind/tier.",
            "items": {"type": "string", "enum": _ALL_REPORTS},
            "default": list(report),
        },
        **shared_schema(has_defaults=is_first),
    }


@dataclass(frozen=True, slots=True)
class PersonalDataSettings:
    """Configuration of a policy about personal data.

    Attributes:
        report: the findings it reports, as kind/tier.
        regions: whose national phone numbers count.
        allow_list: the file of reviewed names, as configured.
        watched: the inputs to read.
    """

    report: frozenset[str]
    regions: tuple[str, ...]
    allow_list: str
    watched: tuple[Watched, ...]

    @classmethod
    def of(cls, config: Mapping[str, Any], report: tuple[str, ...] = ()) -> PersonalDataSettings:
        """Read a policy's configuration, with `report` as its default."""

        def setting(key: str) -> Any:
            return config.get(key, _given[_FIRST].get(key, _SHARED_DEFAULTS[key]))

        return cls(
            report=frozenset(_current(entry) for entry in config.get("report", report)),
            regions=tuple(region.upper() for region in setting("regions")),
            allow_list=str(setting("allowList")),
            watched=HUMAN_READABLE
            + tuple(Watched(entry["type"], tuple(entry["properties"])) for entry in setting("resources")),
        )

    def reports(self, finding: Finding) -> bool:
        """Tell whether a finding of this kind and tier is to be reported."""
        return f"{finding.kind}/{finding.tier}" in self.report


def _current(entry: str) -> str:
    kind, _, tier = entry.partition("/")
    return f"{kind}/{_FORMER_TIERS.get(tier, tier)}"
