"""Names of resources: URNs, references to providers, and the URNs that an alias stands for.

Pure functions. Source: https://www.pulumi.com/docs/concepts/resources/names/#urns
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

__all__ = [
    "PROVIDER_TYPE",
    "STACK_TYPE",
    "Urn",
    "alias_urns",
    "is_provider",
    "make_urn",
    "parse_urn",
    "provider_reference",
    "split_reference",
]

STACK_TYPE: Final = "pulumi:pulumi:Stack"
PROVIDER_TYPE: Final = "pulumi:providers:pulumi-python"
"""The only kind of provider that this engine runs: resources written in Python."""


class Urn(NamedTuple):
    """The parts of a URN."""

    stack: str
    project: str
    qualified_type: str
    """Types of the ancestors and of the resource itself, joined by `$`."""
    name: str

    @property
    def type(self) -> str:
        """The resource's own type."""
        return self.qualified_type.rpartition("$")[2]


def parse_urn(urn: str) -> Urn:
    """Split a URN; a name may itself contain `::`.

    Raises:
        ValueError: if it is none.
    """
    prefix, _, rest = urn.partition("urn:pulumi:")
    parts = rest.split("::", 3)
    if prefix or len(parts) != 4:
        raise ValueError("not a URN")
    return Urn(*parts)


def make_urn(stack: str, project: str, parent: str, type_: str, name: str) -> str:
    """Return the URN of a resource; `parent` is a URN or empty."""
    ancestors = parse_urn(parent).qualified_type if parent else STACK_TYPE
    qualified = type_ if ancestors == STACK_TYPE else f"{ancestors}${type_}"
    return f"urn:pulumi:{stack}::{project}::{qualified}::{name}"


def is_provider(type_: str) -> bool:
    """Tell whether a type is that of a provider resource."""
    return type_.startswith("pulumi:providers:")


def provider_reference(urn: str, id_: str) -> str:
    """Return how a resource names its provider."""
    return f"{urn}::{id_}"


def split_reference(reference: str) -> tuple[str, str]:
    """Return URN and id of a provider that a resource names."""
    urn, _, id_ = reference.rpartition("::")
    return urn, id_


def alias_urns(urn: str, parent: str, aliases: Sequence[str], renamed: Mapping[str, str]) -> list[str]:
    """Return the URNs that a resource may have in the state, without its own; no duplicates.

    Args:
        urn: Of the resource.
        parent: Of its parent, or empty.
        aliases: URNs, as the program gives them.
        renamed: URN today → URN in the state, of the resources that this run has met already.
    """
    own = parse_urn(urn)
    found = [*aliases]
    if parent and (old_parent := renamed.get(parent)):
        olds = (own, *map(parse_urn, aliases))
        found += [_inherited(own, each.type, each.name, parent, old_parent) for each in olds]
    return [alias for alias in dict.fromkeys(found) if alias != urn]


def _inherited(own: Urn, type_: str, name: str, parent: str, old_parent: str) -> str:
    """Return a child's URN under its parent's old name.

    A child called after its parent (`app-bucket` of `app`) is taken to have been called after the old one.
    """
    parent_name = parse_urn(parent).name
    if name.startswith(parent_name):
        name = parse_urn(old_parent).name + name[len(parent_name) :]
    return make_urn(own.stack, own.project, old_parent, type_, name)
