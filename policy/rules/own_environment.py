"""The policy on environments: names and hosts of a stack are its own, and not another environment's.

Which environments there are is data of the pack: a name (`acme-support-prod`) or a host (`hooks.prod.acme.example`)
that bears the word of another environment than the stack's, and none of its own, was copied and forgotten.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

import pulumi
from pulumi_policy import (
    EnforcementLevel,
    PolicyConfigSchema,
    ReportViolation,
    ResourceValidationArgs,
    ResourceValidationPolicy,
    Severity,
)

from .messages import shown, shown_path
from .resources import HUMAN_READABLE, WEBHOOKS, watched_values

URL = "https://www.pulumi.com/docs/iac/concepts/stacks/"

_TELL_STACKS_ONLY = (
    "canary ci demo e2e feature hotfix int integration lab local nonprod "
    "perf playground pr preview review sandbox test testing training tst"
)
"""Environments whose words mean other things too: in a name or a host they tell nothing."""
ENVIRONMENTS: Mapping[str, Sequence[str]] = {
    "dev": ("dev", "development"),
    "stage": ("stage", "staging", "stg"),
    "prod": ("prod", "production", "prd"),
    "preprod": ("preprod",),
    "qa": ("qa",),
    "uat": ("uat",),
    **dict.fromkeys(_TELL_STACKS_ONLY.split(), ()),
}
"""By environment: the words by which names and hosts tell it; its own name tells a stack in any case."""
ENGLISH = frozenset(("development", "stage", "staging", "production"))
"""Words that mean other things too, unless they end a name: `acme-production`, but `film-production-crew`."""

_WORD = re.compile(r"[^\W_]+")
_BEFORE = frozenset(("pre", "non"))
"""What makes another word of the one behind it: `pre-prod` is not prod."""
_BEHIND_DEV = frozenset(("ops", "rel", "tools"))
"""What makes another word of `dev` before it."""


def environments_of(stack: str, environments: Mapping[str, Sequence[str]]) -> set[str]:
    """Tell which environments a stack's name says, such as prod of `prod-eu`; none if it says none."""
    words = {*_words(stack)}
    return {name for name, telling in environments.items() if words & {name, *telling}}


def foreign_name(name: str, own: set[str], environments: Mapping[str, Sequence[str]]) -> str | None:
    """Return the other environment that a friendly name says; None if it says none, or its own as well.

    Args:
        name: The name.
        own: The stack's environments.
        environments: All of them, with the words that tell them.
    """
    words = _words(name)
    # Prose ends with such a word, too: `Film production`.
    return _foreign([(words, " " not in name.strip())], own, environments)


def foreign_host(url: str, own: set[str], environments: Mapping[str, Sequence[str]]) -> str | None:
    """Return the other environment that the host of a URL says; None if it says none, or its own as well.

    The last label says nothing, for `.dev` is everybody's, and the one before it is often a company's name.
    """
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return None
    labels = [_words(label) for label in host.split(".")[:-1]]
    return _foreign([(label, n < len(labels)) for n, label in enumerate(labels, start=1)], own, environments)


def _foreign(
    parts: Sequence[tuple[list[str], bool]], own: set[str], environments: Mapping[str, Sequence[str]]
) -> str | None:
    """Return the first other environment; of each part there are its words, and whether an English one may end it."""
    told = [
        name
        for words, may_end in parts
        for place, word in enumerate(words, start=1)
        for name, telling in environments.items()
        if word in telling and (word not in ENGLISH or (may_end and place == len(words)))
    ]
    its_own = own.union(*(environments.get(name, ()) for name in own))
    if any(word in its_own for words, _ in parts for word in words):
        return None
    return next((name for name in told if name not in own), None)


def _words(text: str) -> list[str]:
    """Return the words of a text, without the numbers at their ends (`prod2`), and with `pre-prod` as one."""
    words: list[str] = []
    for word in (each.rstrip("0123456789") for each in _WORD.findall(text.casefold())):
        if words and (words[-1] in _BEFORE or (words[-1] == "dev" and word in _BEHIND_DEV)):
            words[-1] += word
        elif word:
            words.append(word)
    return words


def check_own_environment(args: ResourceValidationArgs, report: ReportViolation) -> None:
    """Report names and hosts that say another environment than the stack's."""
    environments = args.get_config().get("environments", ENVIRONMENTS)
    stack = pulumi.get_stack()
    own = environments_of(stack, environments)
    if not own:
        args.not_applicable("the stack's name says no environment")
    for value in watched_values(args.resource_type, args.props, HUMAN_READABLE):
        # A text that is not known yet is judged at the update; other policies say so.
        if value.text and value.is_friendly_name and (other := foreign_name(value.text, own, environments)):
            report(
                f"{shown_path(value)} of {shown(args.name)} names {other}, and this is stack {stack}", None
            )
    for value in watched_values(args.resource_type, args.props, WEBHOOKS):
        if value.text and (other := foreign_host(value.text, own, environments)):
            report(
                f"{shown_path(value)} of {shown(args.name)} is a host of {other}, and this is stack {stack}",
                None,
            )


_DEFAULT: dict[str, Any] = {name: [*words] for name, words in ENVIRONMENTS.items()}

POLICIES = [
    ResourceValidationPolicy(
        name="own-environment",
        display_name="Names and hosts are the stack's own",
        description="Friendly names and hosts of webhooks bear the name of no other environment than the stack's.",
        validate=check_own_environment,
        enforcement_level=EnforcementLevel.ADVISORY,
        config_schema=PolicyConfigSchema({
            "environments": {
                "type": "object",
                "description": "By environment: the words by which names and hosts tell it.",
                "additionalProperties": {"type": "array", "items": {"type": "string"}},
                "default": _DEFAULT,
            }
        }),
        severity=Severity.MEDIUM,
        tags=["reliability"],
        remediation_steps="Give the stack a name or host of its own, or tell the policy's configuration what is meant.",
        url=URL,
    ),
]  # fmt: skip
