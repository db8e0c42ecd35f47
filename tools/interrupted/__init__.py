"""After a run that did not come to its end: which command goes on, and whose lock is in its way.

The Pulumi CLI leaves the lock of a run that was killed where it is, for only a person can know that it is dead.
"""

from tools.interrupted.advice import GUIDE, locks_in_the_way, make_command, unlocking, way_on

__all__ = ["GUIDE", "locks_in_the_way", "make_command", "unlocking", "way_on"]
