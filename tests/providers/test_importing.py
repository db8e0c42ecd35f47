"""Pulumi's import is refused where it is asked for: its host would end in a traceback over a KeyError."""

from __future__ import annotations

import inspect
from typing import Any

import pulumi
import pytest

import providers
from providers._resource.dynamic import TwilioResource

SID = "IS" + "0" * 32
RESOURCES = [
    each
    for name in providers.__all__
    if inspect.isclass(each := getattr(providers, name))
    and issubclass(each, pulumi.Resource)
    # An account is a provider: nothing of it is at Twilio.
    and each is not providers.TwilioAccount
]


def arguments(resource: type[pulumi.Resource]) -> dict[str, Any]:
    """Give what a constructor must have, of whatever value."""
    needed = inspect.signature(resource).parameters.values()
    return {each.name: {} for each in needed if each.default is each.empty and each.name != "resource_name"}


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda each: each.__name__)
def test_import_is_refused_with_the_way_on(resource: type[pulumi.Resource]):
    """One text for every resource; the way is the one that it has."""
    with pytest.raises(pulumi.RunError) as raised:
        resource("x", **arguments(resource), opts=pulumi.ResourceOptions(import_=SID))

    first, hint = str(raised.value).splitlines()
    assert first.startswith("[TC4001] cannot import a ")
    assert first.endswith(": the option import_ does not work with dynamic providers")
    adopts = "import_sid" in inspect.signature(resource).parameters
    way = "say import_sid=SID" if adopts else "declare it: what is there is taken over"
    assert f"hint: leave import_ out, and {way}" == hint


def test_every_resource_is_among_them():
    """A further one that forgets it would fail in Pulumi's host."""
    assert len(RESOURCES) >= 7
    assert any(issubclass(each, TwilioResource) for each in RESOURCES)
