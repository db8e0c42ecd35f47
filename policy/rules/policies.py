"""All policies of the pack, in the order in which they are run: what one notes, the next ones read (`run_notes.py`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import own_environment, personal_data, services, webhooks

if TYPE_CHECKING:
    from pulumi_policy import Policy

POLICIES: list[Policy] = [
    *services.POLICIES,
    *personal_data.POLICIES,
    *webhooks.POLICIES,
    *own_environment.POLICIES,
]
