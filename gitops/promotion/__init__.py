"""Promotion: what one environment is to take over from another, and writing it into its files for review.

Comparison (`gitops.stack_diff`) asks the same plan, so that both agree on what differs.
"""

from __future__ import annotations

from gitops.promotion.plan import Plan, plan
from gitops.promotion.sealed import Fill
from gitops.promotion.writing import Promotion, Written, promote

__all__ = ["Fill", "Plan", "Promotion", "Written", "plan", "promote"]
