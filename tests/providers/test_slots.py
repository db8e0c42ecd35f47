"""How many requests are in flight, with an API that takes fewer than it is sent."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from providers._api.config import Settings
from providers._api.slots import Slots
from providers._api.transport import Transport
from tests.support.client import Client
from tests.support.emulator import Emulator


def refuse(slots: Slots) -> None:
    """Have one request refused, alone."""
    with slots.one() as under:
        pass
    slots.refused(under)


def accept(slots: Slots, times: int) -> None:
    """Have so many taken, one after the other."""
    for _ in range(times):
        with slots.one():
            pass
        slots.accepted()


def test_refusal_halves_the_bound_and_success_raises_it_by_one():
    """Down fast, up slowly: the other way round an API that is overrun stays so."""
    slots = Slots(16)
    refuse(slots)
    assert 8 == slots.bound
    accept(slots, 7)
    assert 8 == slots.bound
    accept(slots, 1)
    assert 9 == slots.bound
    accept(slots, 9 + 10)
    assert 11 == slots.bound


def test_burst_that_is_refused_as_a_whole_counts_once():
    """Sixteen at once against an API that takes ten: six refusals are one reason."""
    slots = Slots(16)
    with slots.one() as first, slots.one() as second:
        pass
    slots.refused(first)
    slots.refused(second)
    assert 8 == slots.bound


@given(most=st.integers(1, 64), taken=st.lists(st.booleans(), max_size=200))
def test_bound_stays_within_one_and_what_is_allowed(most: int, taken: list[bool]):
    """Whatever the API does: somebody may always go, and never more than the user allows."""
    slots = Slots(most)
    for each in taken:
        if each:
            accept(slots, 1)
        else:
            refuse(slots)
        assert 1 <= slots.bound <= most
    accept(slots, most * most)
    assert most == slots.bound


@pytest.mark.parametrize("limit", [1, 3])
def test_account_whose_limit_is_lower_is_served_all_the_same(
    emulator: Emulator, settings: Callable[..., Settings], limit: int
):
    """Sixteen at once where Twilio takes three: all is made, once each."""
    emulator.limit(limit)
    emulator.latency(0.01)
    client = Client(Transport(settings(emulator.url, retryCeilingSeconds="60")))
    names = {f"acme-{number}" for number in range(40)}

    with ThreadPoolExecutor(16) as pool:
        made = [*pool.map(client.create_service, names)]

    assert names == {each.friendly_name for each in made}
    assert sorted(names) == sorted(each["friendly_name"] for each in emulator.services())
