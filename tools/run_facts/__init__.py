"""What a run is told beyond what an engine tells it: facts of earlier runs, their times, and the settings of now."""

from __future__ import annotations

from tools.run_facts.facts import ADDRESS, SERVICE, VARIABLE, facts, run_facts
from tools.run_facts.settings import decrypted, settings_now
from tools.run_facts.times import RunTimes

__all__ = ["ADDRESS", "SERVICE", "VARIABLE", "RunTimes", "decrypted", "facts", "run_facts", "settings_now"]
