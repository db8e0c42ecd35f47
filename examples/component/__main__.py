"""Two desks."""

import pulumi
from desk import Desk

for name in ("orders", "returns"):
    made = Desk(name, may_remove=name == "returns")
    pulumi.export(name, made.service.sid)
