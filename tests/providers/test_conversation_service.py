"""ConversationService over gRPC, in the true dynamic provider host, against the emulator.

`host` is a first run of an engine, `new_run()` the next: what a provider remembers ends with its run.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pulumi
import pytest
from pulumi.runtime import rpc

from providers._resource.inputs import problem as problem_of
from providers.conversation_service import ConversationServiceProvider
from tests.support.dynamic_host import Diff, DynamicHost, HostError
from tests.support.emulator import Emulator
from tests.support.waiting import wait_until

INPUTS = ConversationServiceProvider.inputs

Props = dict[str, Any]
NewRun = Callable[..., DynamicHost]

NEW = "POST /v1/Services"
LIST = "GET /v1/Services"
NOWHERE = "IS" + "0" * 32
OUTPUTS = {"sid", "account_sid", "friendly_name", "date_created", "date_updated", "url", "links"}
SAME = Diff(changes=False, replaces=[])
IN_PLACE = Diff(changes=True, replaces=[])
RENAMED = Diff(changes=True, replaces=["friendly_name"])


def named(name: str, **others: object) -> Props:
    """Declare a service."""
    return {"friendly_name": name, **others}


def sids(emulator: Emulator) -> list[str]:
    """Give the SIDs that there are."""
    return [service["sid"] for service in emulator.services()]


def names(emulator: Emulator) -> list[str]:
    """Give the names that there are."""
    return [service["friendly_name"] for service in emulator.services()]


# --- check ---------------------------------------------------------------------------------------------------------


def problem(name: str, value: object) -> str | None:
    """Judge one input."""
    return problem_of(next(each for each in INPUTS if each.name == name), {name: value})


@pytest.mark.parametrize(
    ("name", "value", "fits"),
    [
        ("friendly_name", "x", True),
        ("friendly_name", "x" * 256, True),
        ("friendly_name", "🙂" * 256, True),
        ("friendly_name", "x" * 257, False),
        ("friendly_name", "", False),
        ("friendly_name", None, False),
        ("friendly_name", 7.0, False),
        ("friendly_name", True, False),
        ("friendly_name", ["x"], False),
        ("friendly_name", ["x", pulumi.UNKNOWN], True),
        ("friendly_name", pulumi.UNKNOWN, True),
        ("force_destroy", True, True),
        ("force_destroy", False, True),
        ("force_destroy", None, True),
        ("force_destroy", "true", False),
        ("force_destroy", 1.0, False),
        ("force_destroy", pulumi.UNKNOWN, True),
        ("import_sid", "IS" + "aB" * 16, True),
        ("import_sid", None, True),
        ("import_sid", "", False),
        ("import_sid", "IS" + "aB" * 15, False),
        ("import_sid", "AC" + "aB" * 16, False),
        ("import_sid", "IS" + "aB" * 16 + "\n", False),
        ("import_sid", 7.0, False),
        ("import_sid", pulumi.UNKNOWN, True),
        ("on_name_conflict", "error", True),
        ("on_name_conflict", "adopt", True),
        ("on_name_conflict", "allow", True),
        ("on_name_conflict", None, True),
        ("on_name_conflict", "Adopt", False),
        ("on_name_conflict", True, False),
        ("on_name_conflict", ["error"], False),
        ("on_name_conflict", {}, False),
        ("on_name_conflict", pulumi.UNKNOWN, True),
    ],
)
def test_check_input_table(name: str, value: object, *, fits: bool):
    """Boundaries, wrong types, and values known only later."""
    assert fits == (problem(name, value) is None)


def test_check_names_every_bad_input_once_and_no_value(host: DynamicHost):
    """The engine prints the value of a property that a failure names: the reason names it instead."""
    bad = named("x" * 257, force_destroy="yes", import_sid="CH1", on_name_conflict="ask")

    assert [
        ": [TC4001] friendly_name must be text of 1 to 256 characters",
        ": [TC4001] force_destroy must be true or false",
        ": [TC4001] import_sid must be the SID of a service: IS and 32 hexadecimal digits",
        ": [TC4001] on_name_conflict must be one of error, adopt, allow",
    ] == host.check(bad)
    assert [": [TC4001] friendly_name must be given"] == host.check({})


def test_check_of_a_preview_lets_unknown_values_through(host: DynamicHost):
    """What other resources yield is known only when the update runs."""
    assert [] == host.check(dict.fromkeys((each.name for each in INPUTS), rpc.UNKNOWN))


# --- create --------------------------------------------------------------------------------------------------------


def test_create_gives_the_answer_and_the_declared_inputs(host: DynamicHost, emulator: Emulator):
    """The state is what the API answered: no second request."""
    id_, outputs = host.create(named("support", force_destroy=True))

    (service,) = emulator.services()
    del service["conversations"]
    assert (service["sid"], service | {"force_destroy": True}) == (id_, outputs)
    assert OUTPUTS == service.keys()
    assert {LIST: 1, NEW: 1} == emulator.counts()


def test_create_many_share_one_listing(host: DynamicHost, emulator: Emulator):
    """A hundred services must not cost a hundred listings."""
    with ThreadPoolExecutor(12) as engine:
        made = list(engine.map(lambda number: host.create(named(f"s{number}"))[0], range(12)))

    assert {LIST: 1, NEW: 12} == emulator.counts()
    assert sorted(sids(emulator)) == sorted(made)


@pytest.mark.parametrize("declared", [{}, {"on_name_conflict": "error"}], ids=["default", "error"])
def test_create_name_of_an_older_service_is_an_error(
    host: DynamicHost, new_run: NewRun, emulator: Emulator, declared: Props
):
    """It names the service and the ways on, and makes no twin."""
    sid, _ = host.create(named("support"))

    with pytest.raises(HostError) as caught:
        new_run().create(named("support", **declared))

    line, hint = str(caught.value).rstrip().split("\n")
    assert line == (
        "providers.errors.NameTakenError: [TC5001] cannot create conversation service: "
        f"its friendly_name is there already: {sid}"
    )
    for way in ("import_sid", "on_name_conflict: adopt", "on_name_conflict: allow", "another name"):
        assert way in hint
    assert [sid] == sids(emulator)


def test_create_name_declared_twice_is_an_error(host: DynamicHost, emulator: Emulator):
    """The second create sees the first one's service, even side by side."""
    with ThreadPoolExecutor(2) as engine:
        outcomes = [engine.submit(host.create, named("support")) for _ in range(2)]

    failures = [each.exception() for each in outcomes if each.exception()]
    assert 1 == len(failures)
    assert f"friendly_name is there already: {sids(emulator)[0]}" in str(failures[0])
    assert ["support"] == names(emulator)


def test_create_adopt_takes_over_the_only_one(host: DynamicHost, new_run: NewRun, emulator: Emulator):
    """What a pipeline wants after a lost state."""
    sid, outputs = host.create(named("support", on_name_conflict="adopt"))
    emulator.clear_requests()

    assert (sid, outputs) == new_run().create(named("support", on_name_conflict="adopt"))

    assert {LIST: 1} == emulator.counts()


def test_create_adopt_of_several_is_an_error(host: DynamicHost, new_run: NewRun, emulator: Emulator):
    """Only a person can choose."""
    first, _ = host.create(named("support"))
    second, _ = host.create(named("support", on_name_conflict="allow"))

    with pytest.raises(
        HostError, match=rf"is there already: {first}, {second}\nhint: adopt one with import_sid"
    ):
        new_run().create(named("support", on_name_conflict="adopt"))

    assert [first, second] == sids(emulator)


@pytest.mark.parametrize("holder", ["created", "adopted", "in the state"])
def test_create_adopt_of_a_held_service_is_an_error(
    host: DynamicHost, new_run: NewRun, emulator: Emulator, holder: str
):
    """Two resources of one program must not share a service."""
    adopt = named("support", on_name_conflict="adopt")
    sid, outputs = host.create(adopt)
    run = host if holder == "created" else new_run()
    if holder == "adopted":
        run.create(adopt)
    elif holder == "in the state":
        assert run.diff(sid, outputs, adopt) == SAME

    with pytest.raises(HostError, match=f"cannot adopt conversation service {sid}: another resource"):
        run.create(adopt)

    assert [sid] == sids(emulator)


def test_create_allow_makes_a_second_one(host: DynamicHost, new_run: NewRun, emulator: Emulator):
    """Twilio does not mind."""
    host.create(named("support"))

    new_run().create(named("support", on_name_conflict="allow"))

    assert ["support", "support"] == names(emulator)


def test_create_after_a_delete_in_the_same_run_succeeds(host: DynamicHost, emulator: Emulator):
    """As in a replacement that deletes first: the shared listing must know."""
    sid, outputs = host.create(named("support"))
    host.delete(sid, outputs)

    again, _ = host.create(named("support"))

    assert [again] == sids(emulator)


def test_create_import_adopts_the_service_of_that_sid(host: DynamicHost, new_run: NewRun, emulator: Emulator):
    """Dynamic providers can't be imported by the CLI: this is the way in."""
    sid, outputs = host.create(named("support"))
    emulator.clear_requests()

    assert (sid, outputs) == new_run().create(named("support", import_sid=sid))

    assert {"GET /v1/Services/{Sid}": 1} == emulator.counts()


def test_create_import_of_another_name_is_an_error(host: DynamicHost, new_run: NewRun, emulator: Emulator):
    """It tells which keys differ, not the values."""
    sid, _ = host.create(named("Jane Roe"))

    with pytest.raises(
        HostError, match=r"differs from what is declared in: friendly_name\nhint: declare the"
    ) as caught:
        new_run().create(named("John Doe", import_sid=sid))

    assert "Jane Roe" not in str(caught.value)
    assert "John Doe" not in str(caught.value)
    assert ["Jane Roe"] == names(emulator)


def test_create_import_of_a_missing_service_is_an_error(host: DynamicHost, emulator: Emulator):
    """It must not make one instead."""
    with pytest.raises(
        HostError, match=rf"cannot adopt conversation service {NOWHERE}: there is none in this account"
    ):
        host.create(named("support", import_sid=NOWHERE))

    assert [] == sids(emulator)


def test_create_import_twice_is_an_error(host: DynamicHost, new_run: NewRun):
    """The second resource would share the service."""
    sid, _ = host.create(named("support"))
    run = new_run()
    run.create(named("support", import_sid=sid))

    with pytest.raises(HostError, match="another resource of this program holds it"):
        run.create(named("support", import_sid=sid))


# --- create, with answers that never came --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "reset_before"},
        {"kind": "reset_after"},
        {"kind": "truncate"},
        {"kind": "slow", "seconds": 1.5},
        {"kind": "status", "status": 500},
        {"kind": "status", "status": 503},
        {"kind": "status", "status": 429, "retry_after": 0},
    ],
    ids=str,
)
@pytest.mark.parametrize("times", [3, 10])
def test_create_ten_with_lost_answers_makes_exactly_ten(
    new_run: NewRun, emulator: Emulator, fault: Props, times: int
):
    """No twin, none lost, and every resource has a service of its own, of its own name."""
    host = new_run(readTimeoutSeconds="0.5")
    emulator.fault(NEW, times=times, **fault)

    with ThreadPoolExecutor(10) as engine:
        made = list(engine.map(lambda number: host.create(named(f"s{number}")), range(10)))

    assert sorted(f"s{number}" for number in range(10)) == sorted(names(emulator))
    assert sorted(sids(emulator)) == sorted(sid for sid, _ in made)
    assert [f"s{number}" for number in range(10)] == [outputs["friendly_name"] for _, outputs in made]


@pytest.mark.parametrize("kind", ["reset_before", "reset_after"])
def test_create_twins_with_lost_answers_get_a_service_each(new_run: NewRun, emulator: Emulator, kind: str):
    """Two lost creates of one name must not both take the same service for theirs."""
    host = new_run(readTimeoutSeconds="1")
    emulator.fault(NEW, kind, times=3)

    with ThreadPoolExecutor(4) as engine:
        made = list(engine.map(host.create, [named("support", on_name_conflict="allow")] * 4))

    assert sorted(sids(emulator)) == sorted(sid for sid, _ in made)
    assert 4 == len(set(sids(emulator)))


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_create_whose_work_is_done_after_a_5xx_makes_one(host: DynamicHost, emulator: Emulator, status: int):
    """A gateway gives up before the API does: what comes late is the service, not its twin."""
    emulator.fault(NEW, "late", status=status, seconds=0.3)

    sid, _ = host.create(named("support"))

    assert ([sid], 1) == (sids(emulator), emulator.counts()[NEW])


def test_create_of_the_name_of_late_work_takes_it(new_run: NewRun, emulator: Emulator):
    """What an earlier create lost for good, and made again, is a later one's that allows the name twice."""
    run = new_run(readTimeoutSeconds="0.5")
    allowed = named("support", on_name_conflict="allow")
    emulator.fault(NEW, "late", status=504, seconds=2)
    first, _ = run.create(allowed)
    wait_until(lambda: 2 == len(sids(emulator)))

    second, _ = run.create(allowed)

    assert {first, second} == set(sids(emulator))
    assert 2 == emulator.counts()[NEW]


def test_create_with_a_listing_that_fails_in_between_makes_one(host: DynamicHost, emulator: Emulator):
    """The listing is asked again, and no second service is made meanwhile."""
    host.create(named("listed"))
    emulator.fault(NEW, "late", status=504, seconds=0.3)
    emulator.fault(LIST, "status", status=400)

    sid, _ = host.create(named("support"))

    assert (2, sid) == (len(sids(emulator)), sids(emulator)[1])


def test_create_lost_with_a_stranger_s_service_of_the_name_is_an_error(
    host: DynamicHost, new_run: NewRun, emulator: Emulator
):
    """Both came after our listing: which one is ours is for a person to say."""
    host.create(named("listed"))
    stranger, _ = new_run().create(named("support"))
    emulator.fault(NEW, "reset_after")

    with pytest.raises(HostError, match="any of these may be the one just made: ") as caught:
        host.create(named("support"))

    assert all(sid in str(caught.value) for sid in sids(emulator) if sid != sids(emulator)[0])
    assert stranger in str(caught.value)
    assert ["listed", "support", "support"] == names(emulator)


def test_create_limit_of_services_is_told(host: DynamicHost, emulator: Emulator):
    """21102 is not retried, and its hint says what to do."""
    emulator.account("AC" + "0" * 32, max_services=1)
    host.create(named("one"))

    with pytest.raises(
        HostError, match=r"Twilio 21102: .*\nhint: the parent account has reached its number of services"
    ):
        host.create(named("two"))

    assert 2 == emulator.counts()[NEW]


# --- read ----------------------------------------------------------------------------------------------------------


def test_read_unchanged_service_changes_nothing(host: DynamicHost, new_run: NewRun):
    """A refresh without drift must show none."""
    sid, outputs = host.create(named("support", force_destroy=True, on_name_conflict="allow"))

    read = new_run().read(sid, outputs=outputs)

    assert (sid, outputs, named("support", force_destroy=True, on_name_conflict="allow")) == read


def test_read_drifted_name_is_in_outputs_and_inputs(host: DynamicHost, new_run: NewRun, emulator: Emulator):
    """Without new inputs, an engine sees no drift."""
    sid, outputs = host.create(named("support", force_destroy=True))
    emulator.rename(sid, "renamed")
    run = new_run()

    _, read_outputs, read_inputs = run.read(sid, outputs=outputs)

    assert "renamed" == read_outputs["friendly_name"]
    assert named("renamed", force_destroy=True) == read_inputs
    assert run.diff(sid, read_outputs, named("support", force_destroy=True)) == RENAMED


def test_read_missing_service_leaves_the_state(host: DynamicHost, emulator: Emulator):
    """It was deleted out of band."""
    sid, outputs = host.create(named("support"))
    emulator.delete_service(sid)

    assert ("", {}, {}) == host.read(sid, outputs=outputs)


def test_read_of_a_get_gives_all_outputs(host: DynamicHost, new_run: NewRun):
    """There is no state yet, only an id."""
    sid, outputs = host.create(named("support"))

    assert (sid, outputs, named("support")) == new_run().read(sid)


@pytest.mark.parametrize(
    ("sid", "reason"),
    [
        (
            NOWHERE,
            f"NotFoundError: [TC2008] cannot fetch conversation service {NOWHERE}: HTTP 404, Twilio 20404",
        ),
        ("support", "its id must be the SID of a service: IS and 32 hexadecimal digits"),
        ("../Services", "its id must be the SID of a service: IS and 32 hexadecimal digits"),
    ],
    ids=["missing", "a name", "a path"],
)
def test_read_of_a_get_that_finds_nothing_is_an_error(host: DynamicHost, sid: str, reason: str):
    """The real engine would take an empty answer for a service without outputs."""
    with pytest.raises(HostError) as caught:
        host.read(sid)

    assert reason in str(caught.value)


# --- diff ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("declared", "news", "found"),
    [
        ({}, {}, SAME),
        ({}, {"friendly_name": "renamed"}, RENAMED),
        ({}, {"friendly_name": rpc.UNKNOWN}, RENAMED),
        ({}, {"force_destroy": True}, IN_PLACE),
        ({}, {"force_destroy": False}, SAME),
        ({"force_destroy": False}, {}, SAME),
        ({"force_destroy": True}, {}, IN_PLACE),
        ({}, {"on_name_conflict": "adopt"}, IN_PLACE),
        ({}, {"on_name_conflict": "error"}, SAME),
        ({"on_name_conflict": "adopt"}, {"on_name_conflict": "adopt"}, SAME),
        ({}, {"friendly_name": "renamed", "force_destroy": True}, RENAMED),
        ({}, {"import_sid": "itself"}, SAME),
        ({}, {"import_sid": NOWHERE}, Diff(changes=True, replaces=["import_sid"])),
    ],
    ids=[
        "nothing",
        "name",
        "name not yet known",
        "force_destroy",
        "default spelt out",
        "default left out",
        "back to default",
        "on_name_conflict",
        "its default spelt out",
        "no change of it",
        "name and force_destroy",
        "import of itself",
        "import of another",
    ],
)
def test_diff_table(host: DynamicHost, declared: Props, news: Props, found: Diff):
    """Declared inputs only: the outputs beside them must not count as changes."""
    sid, outputs = host.create(named("support", **declared))
    given = {key: sid if value == "itself" else value for key, value in news.items()}

    assert found == host.diff(sid, outputs, named("support") | given)


def test_diff_import_removed_later_is_no_change(host: DynamicHost, new_run: NewRun):
    """It has done its work."""
    sid, _ = host.create(named("support"))
    run = new_run()
    _, outputs = run.create(named("support", import_sid=sid))

    assert [SAME, SAME] == [
        run.diff(sid, outputs, named("support")),
        run.diff(sid, outputs, named("support", import_sid=sid)),
    ]


def test_diff_rename_while_import_names_the_service_is_an_error(host: DynamicHost, new_run: NewRun):
    """The new resource would adopt the very service that the old one then deletes."""
    sid, outputs = host.create(named("support"))

    with pytest.raises(
        HostError, match=rf"cannot replace .* {sid}: import_sid names this very one, and friendly_name"
    ):
        new_run().diff(sid, outputs, named("renamed", import_sid=sid))


# --- update --------------------------------------------------------------------------------------------------------


def test_update_records_what_is_declared_and_asks_nothing(host: DynamicHost, emulator: Emulator):
    """`force_destroy` and `on_name_conflict` concern this provider only."""
    sid, outputs = host.create(named("support", on_name_conflict="adopt"))
    emulator.clear_requests()

    updated = host.update(sid, outputs, named("support", force_destroy=True, import_sid=sid))

    expected = outputs | {"force_destroy": True}
    del expected["on_name_conflict"]
    assert (expected, {}) == (updated, emulator.counts())


# --- delete --------------------------------------------------------------------------------------------------------


def test_delete_removes_the_service(host: DynamicHost, emulator: Emulator):
    """Asked of the emulator, not of an absence of errors."""
    sid, outputs = host.create(named("support"))
    kept, _ = host.create(named("other"))

    host.delete(sid, outputs)

    assert [kept] == sids(emulator)


def test_delete_missing_service_succeeds(host: DynamicHost, new_run: NewRun, emulator: Emulator):
    """The wanted state already holds."""
    sid, outputs = host.create(named("support"))
    emulator.delete_service(sid)

    new_run().delete(sid, outputs)

    assert [] == sids(emulator)


@pytest.mark.parametrize("way", ["adopt", "import"])
def test_delete_of_a_service_adopted_by_another_resource_lets_go_of_it(
    host: DynamicHost, new_run: NewRun, emulator: Emulator, way: str
):
    """A resource with a new logical name: the new one adopts, then the engine deletes the old one."""
    sid, outputs = host.create(named("support", force_destroy=True))
    run = new_run()
    run.create(named("support") | ({"on_name_conflict": "adopt"} if way == "adopt" else {"import_sid": sid}))

    run.delete(sid, outputs)

    assert [sid] == sids(emulator)


@pytest.mark.parametrize("call", ["diff", "read", "update", "delete"])
def test_service_of_another_account_is_left_alone(
    host: DynamicHost, new_run: NewRun, emulator: Emulator, call: str
):
    """With another account's credentials it would seem to be gone: out of the state, and made again elsewhere."""
    sid, outputs = host.create(named("support"))
    other = new_run(accountSid="AC" + "1" * 32)
    calls: dict[str, Callable[[], object]] = {
        "diff": lambda: other.diff(sid, outputs, named("support")),
        "read": lambda: other.read(sid, outputs=outputs),
        "update": lambda: other.update(sid, outputs, named("support")),
        "delete": lambda: other.delete(sid, outputs),
    }

    with pytest.raises(HostError) as caught:
        calls[call]()

    owner, ours = "AC" + "0" * 32, "AC" + "1" * 32
    assert f"{sid}: it belongs to account {owner}, and the credentials are those of {ours}" in str(
        caught.value
    )
    assert [sid] == sids(emulator)


def test_inputs_of_the_provider_are_those_of_its_docs():
    """Each input has a default or is required; the module path is part of every state."""
    assert ["friendly_name", "force_destroy", "import_sid", "on_name_conflict"] == [
        each.name for each in INPUTS
    ]
    assert "providers.conversation_service" == ConversationServiceProvider.__module__
