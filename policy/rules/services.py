"""The policies on services: unique names, protection in production, and an optional grammar of names."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from fnmatch import fnmatchcase
from typing import Any

import pulumi
from pulumi_policy import (
    EnforcementLevel,
    PolicyConfigSchema,
    PolicyResource,
    ReportViolation,
    ResourceValidationArgs,
    ResourceValidationPolicy,
    Severity,
    StackValidationArgs,
    StackValidationPolicy,
)

from .grammar import GrammarError, read_grammar
from .messages import shown, shown_path
from .resources import HUMAN_READABLE, SERVICE_TYPE, known, raise_unknown, watched_values
from .run_notes import follow_grammar, is_first_to_tell

PRODUCTION_STACKS = ("prod", "prod-*", "production", "production-*", "*-prod", "*-production")
URL = "https://www.twilio.com/docs/conversations/api/service-resource"
PROTECT_URL = "https://www.pulumi.com/docs/iac/concepts/options/protect/"

NAMED_BY_GRAMMAR = ("*:*Service",)
"""Types whose names follow the grammar: services, not their roles."""


def check_unique_friendly_name(args: StackValidationArgs, report: ReportViolation) -> None:
    """Report services of one account that share a name; case and surrounding blanks don't tell names apart."""
    groups: dict[tuple[str, str], list[PolicyResource]] = defaultdict(list)
    for resource in args.resources:
        name = known(resource.props, "friendly_name") if resource.resource_type == SERVICE_TYPE else None
        if isinstance(name, str):
            groups[_account(resource), unicodedata.normalize("NFKC", name).casefold().strip()].append(
                resource
            )
    for resources in groups.values():
        first, *others = resources
        for other in others:
            if _is_same_service(first, other):
                continue
            report(
                f"friendly_name of {shown(other.name)} is the same as that of {shown(first.name)}", other.urn
            )


def check_protected_in_production(args: ResourceValidationArgs, report: ReportViolation) -> None:
    """Report services of a production stack that a mistake could delete."""
    config = args.get_config()
    if args.resource_type not in config.get("types", [SERVICE_TYPE]):
        return
    stack = pulumi.get_stack()
    if not any(fnmatchcase(stack, pattern) for pattern in config.get("stacks", PRODUCTION_STACKS)):
        return
    if not args.opts.protect:
        report(f"{shown(args.name)} is not protected, and stack {stack} is for production", None)
    if known(args.props, "force_destroy") is True:
        report(f"force_destroy of {shown(args.name)} is true, and stack {stack} is for production", None)


def check_name_pattern(args: ResourceValidationArgs, report: ReportViolation) -> None:
    """Report names that don't follow the configured grammar; without one, nothing."""
    config = args.get_config()
    follow_grammar(None)
    text = config.get("grammar", "")
    if not text:
        args.not_applicable("no grammar is configured")
    if not any(fnmatchcase(args.resource_type, pattern) for pattern in config.get("types", NAMED_BY_GRAMMAR)):
        return
    values = [
        value
        for value in watched_values(args.resource_type, args.props, HUMAN_READABLE)
        if value.is_friendly_name
    ]
    if not values:
        return
    try:
        grammar = read_grammar(text, config.get("values", {}), pulumi.get_stack())
    except GrammarError as error:
        if is_first_to_tell(f"{text} {error}", "name-pattern", args.urn):
            report(f"the grammar can't be used: {error}", None)
        return
    follow_grammar(grammar)
    for value in values:
        if value.text is not None and not grammar.matches(value.text):
            report(f"{shown_path(value)} of {shown(args.name)} does not follow the grammar {text}", None)
    raise_unknown(values)


def _account(resource: PolicyResource) -> str:
    """Tell services of different accounts apart: by the account's SID where known, else by their provider."""
    sid = known(resource.props, "account_sid")
    if isinstance(sid, str):
        return sid
    return resource.provider.urn if resource.provider is not None else ""


def _is_same_service(first: PolicyResource, other: PolicyResource) -> bool:
    sid = known(first.props, "sid")
    return isinstance(sid, str) and sid == known(other.props, "sid")


def _array(description: str, default: list[str]) -> dict[str, Any]:
    return {"type": "array", "items": {"type": "string"}, "description": description, "default": default}


POLICIES = [
    StackValidationPolicy(
        name="unique-friendly-name",
        display_name="Service names are unique",
        description="No two conversation services of an account share a friendly name: Twilio itself does not mind.",
        validate=check_unique_friendly_name,
        enforcement_level=EnforcementLevel.MANDATORY,
        severity=Severity.MEDIUM,
        tags=["reliability"],
        remediation_steps="Give one of the services another friendly name.",
        url=URL,
    ),
    ResourceValidationPolicy(
        name="protected-in-production",
        display_name="Production services are protected",
        description="Services of production stacks have protect set and do not set force_destroy.",
        validate=check_protected_in_production,
        enforcement_level=EnforcementLevel.MANDATORY,
        config_schema=PolicyConfigSchema({
            "stacks": _array("Patterns of the stacks that are for production.", list(PRODUCTION_STACKS)),
            "types": _array("Type tokens of the resources to protect.", [SERVICE_TYPE]),
        }),
        severity=Severity.CRITICAL,
        tags=["reliability"],
        remediation_steps="Set protect: true, and remove force_destroy, in the stack's configuration.",
        url=PROTECT_URL,
    ),
    ResourceValidationPolicy(
        name="name-pattern",
        display_name="Names follow a grammar",
        description="Friendly names follow the configured grammar, the surest way to keep people out of them.",
        validate=check_name_pattern,
        enforcement_level=EnforcementLevel.MANDATORY,
        config_schema=PolicyConfigSchema({
            "grammar": {
                "type": "string",
                "description": "For instance <product>-<purpose>-<stack>; empty for none.",
                "default": "",
            },
            "values": {
                "type": "object",
                "description": "The values allowed for a part; a part without any is a lower-case word.",
                "additionalProperties": {"type": "array", "items": {"type": "string"}},
                "default": {},
            },
            "types": _array("Patterns of the types whose names follow it.", list(NAMED_BY_GRAMMAR)),
        }),
        severity=Severity.LOW,
        tags=["naming"],
        remediation_steps="Rename the service after the grammar, or widen the grammar in the pack's configuration.",
        url=URL,
    ),
]  # fmt: skip
