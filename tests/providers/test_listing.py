"""The memory of one run: one listing, and who holds which service."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from providers._listing import ServiceListing
from providers.model import Service


def service(number: int, name: str = "support") -> Service:
    """Make up a service."""
    return Service(f"IS{number:032x}", "AC" + "0" * 32, name, "", "", "", {})


ONE, TWO, THREE = service(1), service(2), service(3)
OTHER = service(9, "another")


def test_named_finds_those_of_the_name():
    """Names are not unique, so there may be several."""
    listing = ServiceListing(lambda: [ONE, OTHER, TWO])

    assert [ONE, TWO] == listing.named("support")
    assert [] == listing.named("Support")


def test_named_many_callers_share_one_listing():
    """A hundred creates must not list a hundred times; who comes early waits."""
    called: list[int] = []
    proceed = threading.Event()

    def fetch() -> list[Service]:
        called.append(1)
        proceed.wait(10)
        return [ONE]

    listing = ServiceListing(fetch)
    with ThreadPoolExecutor(8) as pool:
        found = [pool.submit(listing.named, "support") for _ in range(8)]
        proceed.set()
        names = [each.result(10) for each in found]

    assert ([1], [[ONE]] * 8) == (called, names)


def test_named_after_a_failed_listing_lists_again():
    """One failure is shared by who waits for it, and forgotten then."""
    answers: list[list[Service] | Exception] = [RuntimeError("no"), [ONE]]

    def fetch() -> list[Service]:
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    listing = ServiceListing(fetch)
    with pytest.raises(RuntimeError, match="no"):
        listing.named("support")

    assert [ONE] == listing.named("support")


def test_named_sees_what_this_run_made_and_deleted():
    """The listing is as old as the run; creates and deletes keep it current."""
    listing = ServiceListing(lambda: [ONE])

    listing.add(TWO)
    listing.forget(ONE.sid)

    assert [TWO] == listing.named("support")


def test_named_deleted_before_the_first_listing_stays_gone():
    """The listing may have been on its way when the service was deleted."""
    listing = ServiceListing(lambda: [ONE, TWO])

    listing.forget(TWO.sid)

    assert [ONE] == listing.named("support")


def test_new_ones_are_of_the_name_new_and_nobody_s():
    """Only these can be what a lost answer made."""
    there = [ONE]
    listing = ServiceListing(lambda: list(there))
    before = {each.sid for each in listing.named("support")}
    four = service(4)
    there += [TWO, THREE, four, OTHER]
    listing.add(TWO)
    listing.hold(THREE.sid)

    assert [four] == listing.new_ones("support", before)


def test_take_over_happens_once():
    """Two resources must not share one service."""
    listing = ServiceListing(lambda: [ONE, TWO, THREE])
    listing.add(TWO)
    listing.hold(THREE.sid)

    assert [True, False] == [listing.take_over(ONE.sid), listing.take_over(ONE.sid)]
    assert [False, False] == [listing.take_over(TWO.sid), listing.take_over(THREE.sid)]
    assert [True, False, False] == [listing.was_taken_over(each.sid) for each in (ONE, TWO, THREE)]


def test_take_over_by_many_at_once_has_one_winner():
    """Creates run side by side."""
    listing = ServiceListing(lambda: [ONE])
    with ThreadPoolExecutor(8) as pool:
        won = list(pool.map(lambda _: listing.take_over(ONE.sid), range(64)))

    assert 1 == won.count(True)


def test_name_lock_is_one_per_name():
    """Creates of one name queue up; others don't wait for them."""
    listing = ServiceListing(list)

    assert listing.name_lock("a") is listing.name_lock("a")
    assert listing.name_lock("a") is not listing.name_lock("b")
