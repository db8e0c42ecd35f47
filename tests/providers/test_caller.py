"""Which resource a call is about, as far as Pulumi's host shows it; the true host is asked in test_owners.py."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from providers._resource.host.caller import calling_urn, logical_name

URN = "urn:pulumi:dev::shop::twilio:conversations:ConversationEnvironment$pulumi-python:dynamic/twilio:Role::a/b"


class Host:
    """Methods as an engine calls them, and one that is none of its."""

    def Diff(self, request: object) -> str:  # noqa: N802
        """Ask from further below."""
        _ = request
        return (lambda: calling_urn())()

    def other(self, request: object) -> str:
        """Ask from a method that is not called over the wire."""
        _ = request
        return calling_urn()


@pytest.mark.parametrize(
    ("request_", "urn"),
    [
        (SimpleNamespace(urn=URN), URN),
        (SimpleNamespace(urn=""), ""),
        (SimpleNamespace(urn=7), ""),
        (SimpleNamespace(), ""),
        (None, ""),
    ],
    ids=["a URN", "an empty one", "no text", "no URN", "no request"],
)
def test_calling_urn_is_the_request_s_or_nothing(request_: object, urn: str):
    """A host that works otherwise makes nothing fail."""
    assert urn == Host().Diff(request_)


def test_calling_urn_comes_from_calls_of_an_engine_only():
    """A request of somebody else's has nothing to do with a resource."""
    assert ["", ""] == [Host().other(SimpleNamespace(urn=URN)), calling_urn()]


@pytest.mark.parametrize(("urn", "name"), [(URN, "a/b"), ("", ""), ("name", "name")])
def test_logical_name_is_the_last_part(urn: str, name: str):
    """What the program called it; "" stays unknown."""
    assert name == logical_name(urn)
