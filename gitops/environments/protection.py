"""What protection says in a report: by which key of which file, in the place of the engines' own advice.

The engines know a program, where the option is to be taken off, and a command that takes it off in the state, past
every review; here it stands in a stack file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from gitops.codes import protection
from gitops.events import Record
from tools.stack_files import protection_hint

__all__ = ["with_keys"]


def with_keys(record: Record, stack: str, document: Mapping[str, Any]) -> Record:
    """Return what a run told, each refusal that protects with the key that does.

    Args:
        record: What the run told.
        stack: The stack's name.
        document: Its file.
    """
    problems = []
    for each in record.problems:
        if each.resource and (refusal := protection(each.message)):
            hint = protection_hint(stack, document, [each.resource.partition("/")[0]])
            each = replace(each, message=f"{refusal}\n{hint}")
        problems.append(each)
    return replace(record, problems=tuple(problems))
