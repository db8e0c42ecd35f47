"""What inputs must be, for whoever checks them before a resource does, such as a reader of files.

Each rule tells what is wrong with a value ("must be …", "[1] must be …"), or None if it is right, and repeats none.
"""

from __future__ import annotations

from ._api.checks import Check, did_you_mean, web_url
from ._api.names import name as tidy_name
from ._resource.inputs import OnNameConflict, OnUniqueConflict
from .address_configuration import ADDRESS
from .environment import DEFAULT_ROLES
from .role import ROLE

__all__ = [
    "ADDRESS",
    "DEFAULT_ROLES",
    "ROLE",
    "Check",
    "OnNameConflict",
    "OnUniqueConflict",
    "did_you_mean",
    "tidy_name",
    "web_url",
]
