"""The memory of one run: one listing, and what is new in it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from providers._api.entity import Thing
from providers._resource.claims import Claims
from providers._resource.listing import Listing
from providers.conversation_service import SERVICE


def service(number: int, name: str = "support") -> Thing:
    """Make up a service."""
    return SERVICE.parse({"sid": f"IS{number:032x}", "friendly_name": name})


def make(fetch: Callable[[], list[Thing]]) -> Listing:
    """Make a listing of services that nobody holds."""
    return Listing(fetch, Claims({}))


ONE, TWO, THREE = service(1), service(2), service(3)
OTHER = service(9, "another")


def test_named_finds_those_of_the_name():
    """Names are not unique, so there may be several."""
    listing = make(lambda: [ONE, OTHER, TWO])

    assert [ONE, TWO] == listing.named("support")
    assert [] == listing.named("Support")


def test_named_many_callers_share_one_listing():
    """A hundred creates must not list a hundred times; who comes early waits."""
    called: list[int] = []
    proceed = threading.Event()

    def fetch() -> list[Thing]:
        called.append(1)
        proceed.wait(10)
        return [ONE]

    listing = make(fetch)
    with ThreadPoolExecutor(8) as pool:
        found = [pool.submit(listing.named, "support") for _ in range(8)]
        proceed.set()
        names = [each.result(10) for each in found]

    assert ([1], [[ONE]] * 8) == (called, names)


def test_named_after_a_failed_listing_lists_again():
    """One failure is shared by who waits for it, and forgotten then."""
    answers: list[list[Thing] | Exception] = [RuntimeError("no"), [ONE]]

    def fetch() -> list[Thing]:
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    listing = make(fetch)
    with pytest.raises(RuntimeError, match="no"):
        listing.named("support")

    assert [ONE] == listing.named("support")


def test_named_sees_what_this_run_made_and_deleted():
    """The listing is as old as the run; creates and deletes keep it current."""
    listing = make(lambda: [ONE])

    listing.add(TWO)
    listing.forget(ONE.sid)

    assert [TWO] == listing.named("support")


def test_named_deleted_before_the_first_listing_stays_gone():
    """The listing may have been on its way when the service was deleted."""
    listing = make(lambda: [ONE, TWO])

    listing.forget(TWO.sid)

    assert [ONE] == listing.named("support")


def test_new_ones_are_of_the_name_new_and_nobody_s():
    """Only these can be what a lost answer made."""
    there = [ONE]
    listing = Listing(lambda: list(there), Claims({TWO.sid: "two", THREE.sid: "three"}))
    before = {each.sid for each in listing.named("support")}
    four = service(4)
    there += [TWO, THREE, four, OTHER]

    assert [four] == listing.new_ones("support", before)


@pytest.mark.parametrize(
    ("there", "found"),
    [
        ([service(4, "support ")], [4]),
        ([service(4, "support "), service(5)], [5]),
        ([service(4, "Support")], []),
        ([service(4, " support"), service(5, "support\u200b")], [4, 5]),
    ],
    ids=["trimmed or not", "exactly the name goes first", "another case", "several"],
)
def test_new_ones_read_the_same(there: list[Thing], found: list[int]):
    """An API that tidies names up makes one of another form: looked for letter by letter, it would be made again."""
    listing = make(lambda: there)

    assert [service(number).sid for number in found] == [
        each.sid for each in listing.new_ones("support", set())
    ]


def test_name_that_was_looked_for_is_remembered():
    """Its work may still come, and must not become a later create's twin."""
    listing = make(list)

    listing.new_ones("support", set())

    assert [True, True, False] == [listing.was_lost(name) for name in ("support", "support ", "other")]


def test_name_lock_is_one_per_name():
    """Creates of one name queue up; others don't wait for them."""
    listing = make(list)

    assert listing.name_lock("a") is listing.name_lock("a")
    assert listing.name_lock("a") is listing.name_lock("a\u00a0")
    assert listing.name_lock("a") is not listing.name_lock("b")
