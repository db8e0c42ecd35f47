"""The policies against personal data: `no-personal-data`, its advisory companion, and the review of the allow-list.

Source of the demand: https://www.twilio.com/docs/conversations/api/service-resource ("Do not use Personally
Identifiable Information (PII) for the friendlyName field").
"""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from typing import TYPE_CHECKING

import pulumi
from pulumi_policy import (
    EnforcementLevel,
    PolicyConfigSchema,
    ReportViolation,
    ResourceValidationArgs,
    ResourceValidationPolicy,
    Severity,
    StackValidationArgs,
    StackValidationPolicy,
)

from .allow_list import AllowList, AllowListError, load
from .messages import describe
from .pii import detect
from .resources import watched_values
from .settings import (
    ADVISING,
    ALLOW_LIST,
    RESOURCES,
    STOPPING,
    PersonalDataSettings,
    allow_list_path,
    personal_data_schema,
    watched,
)

if TYPE_CHECKING:
    from pathlib import Path

URL = "https://www.twilio.com/docs/conversations/api/service-resource"

_REMEDY = (
    "Use a pseudonymous identifier, such as a product, a purpose and an environment. "
    "If no person is meant, add the name to the allow-list with reason, owner and last day."
)

_HINT = "use a pseudonymous identifier, or have the name reviewed and added to the allow-list"


def _today() -> dt.date:
    return dt.datetime.now(tz=dt.UTC).date()


@lru_cache(maxsize=4)
def _load_version(path: Path, _changed_ns: int) -> AllowList:
    return load(path)


def _load(path: Path) -> AllowList:
    """Read the allow-list once per version of the file: a pack process lives through preview and update."""
    try:
        changed_ns = path.stat().st_mtime_ns
    except OSError:
        changed_ns = 0
    return _load_version(path, changed_ns)


def _check(args: ResourceValidationArgs, report: ReportViolation, default: tuple[str, ...]) -> None:
    settings = PersonalDataSettings.of(args.get_config(), default)
    values = watched_values(args.resource_type, args.props, settings.watched)
    if not values:
        return
    try:
        allowed = _load(settings.allow_list)
    except AllowListError as error:
        report(f"{error}\nhint: no name is allowed until the file is mended", None)
        allowed = AllowList()
    today, stack = _today(), pulumi.get_stack()
    for value in values:
        if value.text is None:
            continue
        findings = [f for f in detect(value.text, settings.regions) if settings.reports(f)]
        if not findings:
            continue
        entry = allowed.entry_for(value.text, stack, today)
        if entry is not None and not entry.is_expired(today):
            continue
        for finding in findings:
            hint = (
                _HINT
                if entry is None
                else f"entry {entry.position} of the allow-list expired on {entry.expires}"
            )
            report(f"{describe(args.name, value.path, value.text, finding)}\nhint: {hint}", None)


def _report_unknown(args: ResourceValidationArgs) -> None:
    """Leave a note on each name that is not known yet.

    The SDK turns this error into an advisory note of the preview; it comes last, so that no known name is missed.
    """
    settings = PersonalDataSettings.of(args.get_config(), STOPPING)
    for value in watched_values(args.resource_type, args.props, settings.watched):
        if value.unknown is not None:
            value.unknown.message += f"; {value.path} is judged at the update"
            raise value.unknown


def check_no_personal_data(args: ResourceValidationArgs, report: ReportViolation) -> None:
    """Report personal data in the named inputs of a resource."""
    _check(args, report, STOPPING)
    _report_unknown(args)


def check_possible_personal_data(args: ResourceValidationArgs, report: ReportViolation) -> None:
    """Report what may be personal data and is too doubtful to stop an update."""
    _check(args, report, ADVISING)


def check_allow_list(args: StackValidationArgs, report: ReportViolation) -> None:
    """Report entries of the allow-list that no name of the stack needs, and expired ones."""
    config = args.get_config()
    try:
        entries = _load(allow_list_path(config)).entries
    except AllowListError as error:
        report(str(error), None)
        return
    if not entries:
        return
    today, stack = _today(), pulumi.get_stack()
    names = [
        value.text
        for resource in args.resources
        for value in watched_values(resource.resource_type, resource.props, watched(config))
        if value.text is not None
    ]
    needed = [name for name in names if detect(name)]
    used = {
        e.position for name in needed if (e := AllowList(entries).entry_for(name, stack, today)) is not None
    }
    for entry in entries:
        if not entry.is_for(stack):
            continue
        if entry.is_expired(today):
            report(
                f"entry {entry.position} of the allow-list expired on {entry.expires}: renew or remove it",
                None,
            )
        elif entry.position not in used:
            report(
                f"entry {entry.position} of the allow-list is used by no name of this stack: remove it", None
            )


POLICIES = [
    ResourceValidationPolicy(
        name="no-personal-data",
        display_name="No personal data in names",
        description="Names and message templates hold no person's name, e-mail, phone number or home address.",
        validate=check_no_personal_data,
        enforcement_level=EnforcementLevel.MANDATORY,
        config_schema=PolicyConfigSchema(personal_data_schema(STOPPING)),
        severity=Severity.HIGH,
        tags=["privacy"],
        remediation_steps=_REMEDY,
        url=URL,
    ),
    ResourceValidationPolicy(
        name="possible-personal-data",
        display_name="Names that may be personal",
        description="Names and message templates that may hold personal data are looked at by a person.",
        validate=check_possible_personal_data,
        enforcement_level=EnforcementLevel.ADVISORY,
        config_schema=PolicyConfigSchema(personal_data_schema(ADVISING)),
        severity=Severity.LOW,
        tags=["privacy"],
        remediation_steps=_REMEDY,
        url=URL,
    ),
    StackValidationPolicy(
        name="allow-list-review",
        display_name="The allow-list is kept short",
        description="Each entry of the allow-list is needed and has not expired.",
        validate=check_allow_list,
        enforcement_level=EnforcementLevel.ADVISORY,
        config_schema=PolicyConfigSchema({"allowList": ALLOW_LIST, "resources": RESOURCES}),
        severity=Severity.LOW,
        tags=["privacy"],
        remediation_steps="Remove the entry, or renew it after a review; `stacks` names the stacks it is meant for.",
        url=URL,
    ),
]
