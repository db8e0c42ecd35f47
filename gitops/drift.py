"""Drift: what exists is not as it is declared, until it is mended or declared.

The state is no witness: whoever refreshes it, and a lone `make refresh` does, takes the drift into it. So what exists
is compared with the program: the plan of a preview that reads everything first, in which nothing is guarded, because
nothing is going to be changed. An engine needs one step for what it finds (a creation for what is gone, an update for
what differs); what it finds in the state by the way only adds to it.
"""

from __future__ import annotations

from dataclasses import replace

from gitops.events import Drift, Operation, Record

__all__ = ["drift_of"]

FOUND = ("adopt", "create", "import", "update", "replace")
"""The steps that an engine needs for what is not as it is declared."""


def drift_of(record: Record) -> Record:
    """Turn the plan of a comparison into drift.

    What the last deployment did not leave (a service that is declared since, one that is no longer) is not deployed
    yet: it stays an operation, and is no drift.

    Args:
        record: What a preview told that read everything first.
    """
    found = {(each.type, each.name): each for each in record.drift}
    drift: dict[tuple[str, str], Drift] = {}
    waiting: list[Operation] = []
    for each in record.operations:
        key = (each.type, each.name)
        if each.component or each.left_over or each.op not in FOUND:
            waiting.append(each)
        elif each.op in ("update", "replace"):
            drift[key] = Drift(
                kind="changed",
                name=each.name,
                type=each.type,
                sid=each.sid,
                properties=(*sorted(each.properties),),
            )
        elif key in found or each.name.partition("/")[0] in record.deployed:
            sid = found[key].sid if key in found else record.deployed.get(each.name, "")
            drift[key] = Drift(kind="gone", name=each.name, type=each.type, sid=sid)
        else:
            waiting.append(each)
    if not record.succeeded:
        # The plan may lack what comes after its failure.
        drift = {**found, **drift}
    return replace(
        record,
        operations=tuple(each for each in waiting if not each.component),
        drift=(*sorted(drift.values(), key=lambda each: (each.type, each.name)),),
    )
