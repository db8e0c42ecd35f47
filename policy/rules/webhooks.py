"""The policy on webhooks: https, for what they carry are people's messages."""

from __future__ import annotations

from urllib.parse import urlsplit

from pulumi_policy import (
    EnforcementLevel,
    PolicyConfigSchema,
    ReportViolation,
    ResourceValidationArgs,
    ResourceValidationPolicy,
    Severity,
)

from .loopback import is_loopback
from .messages import shown, shown_path
from .resources import WEBHOOKS, raise_unknown, watched_values

URL = "https://www.twilio.com/docs/usage/webhooks/webhooks-security"


def problem_of(url: str, *, allow_loopback: bool) -> str | None:
    """Tell what is wrong with a webhook's address, None for nothing.

    Args:
        url: the address; empty means that the webhook is off.
        allow_loopback: whether plain http to this machine is fine.
    """
    if not url:
        return None
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return "must be a URL such as https://example.com/hook"
    if not host:
        return "must be a URL such as https://example.com/hook"
    if host == "invalid" or host.endswith(".invalid"):
        return "must be filled in: .invalid is nobody's host"
    if parts.username or parts.password:
        return "must not hold credentials"
    if parts.scheme == "https" or (parts.scheme == "http" and allow_loopback and is_loopback(host)):
        return None
    return "must begin with https://"


def check_https_webhooks(args: ResourceValidationArgs, report: ReportViolation) -> None:
    """Report addresses of webhooks that are not https."""
    values = watched_values(args.resource_type, args.props, WEBHOOKS)
    allow_loopback = bool(args.get_config().get("allowLoopback", True))
    for value in values:
        problem = problem_of(value.text, allow_loopback=allow_loopback) if value.text is not None else None
        if problem is not None:
            report(f"{shown_path(value)} of {shown(args.name)} {problem}", None)
    raise_unknown(values)


POLICIES = [
    ResourceValidationPolicy(
        name="https-webhooks",
        display_name="Webhooks use https",
        description="Webhooks are called over https (http on this machine); their addresses hold no credentials.",
        validate=check_https_webhooks,
        enforcement_level=EnforcementLevel.MANDATORY,
        config_schema=PolicyConfigSchema({
            "allowLoopback": {
                "type": "boolean",
                "description": "Whether plain http to this machine is fine, as for an emulator.",
                "default": True,
            }
        }),
        severity=Severity.HIGH,
        tags=["security"],
        remediation_steps="Serve the webhook over https and write its address with https://.",
        url=URL,
    ),
]  # fmt: skip
