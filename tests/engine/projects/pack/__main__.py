"""Rules about things: one of each kind."""

from __future__ import annotations

import threading
from typing import Any

from pulumi_policy import (
    EnforcementLevel,
    PolicyConfigSchema,
    PolicyPack,
    ReportViolation,
    ResourceValidationArgs,
    ResourceValidationPolicy,
    Severity,
    StackValidationArgs,
    StackValidationPolicy,
)


def text_is_short(args: ResourceValidationArgs, report: ReportViolation) -> None:
    if args.props.get("hang") == "policy":
        threading.Event().wait()
    longest = args.get_config().get("longest", 5)
    if len(str(args.props.get("text", ""))) > longest:
        report(f"the text is longer than {longest} characters")


def no_provider_leaks(args: ResourceValidationArgs, report: ReportViolation) -> None:
    if "__provider" in args.props:
        report("the pickled provider is shown to policies")


def trim(args: ResourceValidationArgs) -> dict[str, Any] | None:
    text = args.props.get("text")
    return {**args.props, "text": text.strip()} if isinstance(text, str) and text != text.strip() else None


def few_things(args: StackValidationArgs, report: ReportViolation) -> None:
    things = [resource for resource in args.resources if resource.resource_type.endswith(":Thing")]
    if len(things) > 2:
        report(f"{len(things)} things, with keys {sorted(thing.props['key'][:3] for thing in things)}")


PolicyPack(
    name="rules",
    enforcement_level=EnforcementLevel.MANDATORY,
    policies=[
        ResourceValidationPolicy(
            name="text-is-short",
            description="A text is short.",
            validate=text_is_short,
            severity=Severity.HIGH,
            config_schema=PolicyConfigSchema(properties={"longest": {"type": "integer", "default": 5}}),
        ),
        ResourceValidationPolicy(
            name="no-provider-leaks",
            description="What begins with __ is not a policy's business.",
            enforcement_level=EnforcementLevel.ADVISORY,
            validate=no_provider_leaks,
        ),
        ResourceValidationPolicy(
            name="trim",
            description="A text has no spaces around it.",
            enforcement_level=EnforcementLevel.REMEDIATE,
            remediate=trim,
        ),
        StackValidationPolicy(name="few-things", description="There are few things.", validate=few_things),
    ],
)
