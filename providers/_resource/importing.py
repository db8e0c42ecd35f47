"""Pulumi's own import, which dynamic providers cannot have: refused where it is asked for, with the way on.

An engine reads what it imports before the program has given it the provider, which is one of the inputs; Pulumi's host
then ends with `KeyError: '__provider'` and a traceback (https://github.com/pulumi/pulumi/issues/16175).
"""

from __future__ import annotations

from collections.abc import Collection

import pulumi

from ..errors import InputError
from .inputs import IMPORT_SID

__all__ = ["refuse_import"]


def refuse_import(opts: pulumi.ResourceOptions | None, kind: str, inputs: Collection[str]) -> None:
    """End the program with one error if a resource is to be imported.

    Args:
        opts: its options.
        kind: what it is.
        inputs: names of its inputs.

    Raises:
        pulumi.RunError: if `import_` is among the options.
    """
    if opts is None or opts.import_ is None:
        return
    way = f"say {IMPORT_SID}=SID" if IMPORT_SID in inputs else "declare it: what is there is taken over"
    error = InputError(
        f"import a {kind}",
        "the option import_ does not work with dynamic providers",
        hint=f"leave import_ out, and {way}",
    )
    raise pulumi.RunError(str(error))
