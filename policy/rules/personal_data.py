"""The policies against personal data: `no-personal-data`, its advisory companion, and the review of the allow-list.

Source of the demand: https://www.twilio.com/docs/conversations/api/service-resource ("Do not use Personally
Identifiable Information (PII) for the friendlyName field").
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

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

from ..allowed.allow_list import AllowList, AllowListError, load
from ..allowed.judging import Reviewed, judge
from ..allowed.places import find_allow_list, project_folder, shadowed_allow_list
from .messages import describe
from .resources import Value, raise_unknown, watched_values
from .run_notes import followed_grammar, is_first_to_tell, is_told, note_used, used
from .settings import (
    ADVISING,
    STOPPING,
    PersonalDataSettings,
    personal_data_schema,
    share,
    shared_schema,
)
from .ways_out import how_to_allow

URL = "https://www.twilio.com/docs/conversations/api/service-resource"

_REMEDY = (
    "Use a pseudonymous identifier, such as a product, a purpose and an environment. "
    "If no person is meant, have the name reviewed and add it to the allow-list with `make allow`."
)


@dataclass(frozen=True, slots=True)
class _Found:
    """An allow-list as found on disk.

    Attributes:
        path: the file; "" if there is none.
        version: changes when the file does.
        content: its entries; none if it can't be used.
        error: why it can't be used, "" if it can.
    """

    path: str
    version: int
    content: AllowList
    error: str = ""


@lru_cache(maxsize=8)
def _load_version(path: Path, version: int) -> _Found:
    try:
        return _Found(str(path), version, load(path))
    except AllowListError as error:
        return _Found(str(path), version, AllowList(), str(error))


def _load(name: str) -> _Found:
    """Read the allow-list once per version of the file: a pack process lives through preview and update."""
    try:
        path = find_allow_list(name, project_folder(pulumi.get_project()))
    except AllowListError as error:
        return _Found("", 0, AllowList(), str(error))
    try:
        status = path.stat()
        version = hash((status.st_mtime_ns, status.st_size, status.st_ino))
    except OSError:
        version = 0
    return _load_version(path, version)


def _check(
    policy: str, args: ResourceValidationArgs, report: ReportViolation, settings: PersonalDataSettings
) -> list[Value]:
    """Report findings in a resource; answer with the values that were looked at."""
    values = watched_values(args.resource_type, args.props, settings.watched)
    if not values:
        return values
    allowed = _load(settings.allow_list)
    if allowed.error and is_first_to_tell(allowed.error, policy, args.urn):
        report(f"{allowed.error}\nhint: no name is allowed until the file is mended", None)
    reviewed, grammar = Reviewed(allowed.content.for_stack(pulumi.get_stack())), followed_grammar()
    for value in values:
        if value.text is None:
            continue
        listed = grammar.listed_in(value.text) if grammar is not None and value.is_friendly_name else ()
        judgement = judge(value.text, settings.regions, reviewed, listed)
        note_used(allowed.path, allowed.version, judgement.used)
        for finding in judgement.findings:
            if not settings.reports(finding):
                continue
            entry = judgement.expired
            hint = (
                f"entry {entry.position} of the allow-list expired on {entry.expires}"
                if entry is not None
                else how_to_allow(
                    args.name,
                    pulumi.get_stack(),
                    project_folder(pulumi.get_project()),
                    settings.allow_list,
                )
            )
            report(f"{describe(args.name, value, value.text, finding)}\nhint: {hint}", None)
    return values


def check_no_personal_data(args: ResourceValidationArgs, report: ReportViolation) -> None:
    """Report personal data in the named inputs of a resource."""
    config = args.get_config()
    share(config)
    raise_unknown(_check("no-personal-data", args, report, PersonalDataSettings.of(config, STOPPING)))


def check_possible_personal_data(args: ResourceValidationArgs, report: ReportViolation) -> None:
    """Report what may be personal data and is too doubtful to stop an update."""
    settings = PersonalDataSettings.of(args.get_config(), ADVISING)
    _check("possible-personal-data", args, report, settings)


def check_allow_list(args: StackValidationArgs, report: ReportViolation) -> None:
    """Report entries of the allow-list that no name of the stack needs, and expired ones.

    The engine shows this policy what resources have come to, so that the inputs of components are missing: what the
    policies on resources have noted counts too.
    """
    settings = PersonalDataSettings.of(args.get_config())
    allowed = _load(settings.allow_list)
    if allowed.error:
        if not is_told(allowed.error):
            report(allowed.error, None)
        return
    shadowed = shadowed_allow_list(settings.allow_list, project_folder(pulumi.get_project()))
    if shadowed is not None and _load_version(shadowed, 0) != _Found(str(shadowed), 0, AllowList()):
        report(f"the allow-list {shadowed} does not count: the project has one of that name", None)
    reviewed = Reviewed(allowed.content.for_stack(pulumi.get_stack()))
    if not reviewed.entries:
        return
    needed = used(allowed.path, allowed.version)
    for resource in args.resources:
        for value in watched_values(resource.resource_type, resource.props, settings.watched):
            if value.text is not None:
                needed |= judge(value.text, settings.regions, reviewed).used
    for entry in reviewed.entries:
        if entry.is_expired(reviewed.today):
            report(
                f"entry {entry.position} of the allow-list expired on {entry.expires}: renew or remove it",
                None,
            )
        elif entry.position not in needed:
            report(
                f"entry {entry.position} of the allow-list is used by no name of this stack: remove it, "
                "or name under stacks those that need it",
                None,
            )


POLICIES = [
    ResourceValidationPolicy(
        name="no-personal-data",
        display_name="No personal data in names",
        description="Names and message templates hold no person's name, e-mail, phone number or home address.",
        validate=check_no_personal_data,
        enforcement_level=EnforcementLevel.MANDATORY,
        config_schema=PolicyConfigSchema(personal_data_schema(STOPPING, is_first=True)),
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
        config_schema=PolicyConfigSchema(personal_data_schema(ADVISING, is_first=False)),
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
        config_schema=PolicyConfigSchema(shared_schema(has_defaults=False)),
        severity=Severity.LOW,
        tags=["privacy"],
        remediation_steps="Remove the entry, or renew it after a review; `stacks` names the stacks it is meant for.",
        url=URL,
    ),
]
