"""All policies of the pack, in the order in which they are run: what one notes, the next ones read (`run_notes.py`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import rules_personal_data, rules_services, rules_webhooks

if TYPE_CHECKING:
    from pulumi_policy import Policy

POLICIES: list[Policy] = [*rules_services.POLICIES, *rules_personal_data.POLICIES, *rules_webhooks.POLICIES]
