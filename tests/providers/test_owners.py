"""One owner for each thing, over gRPC in the true provider host: who holds what, whatever an engine calls first.

The same claims for services and for roles; those for what a service has one of stand at the end.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from providers._resource.facts import VARIABLE
from providers._resource.named import NamedProvider
from providers.conversation_service import ConversationServiceProvider
from providers.role import RoleProvider
from providers.service_configuration import ServiceConfigurationProvider
from tests.emulator.api import Api
from tests.providers.test_singleton import BeginRun
from tests.support.dynamic_host import Diff, DynamicHost, HostError, HostProcess
from tests.support.emulator import Emulator
from tests.support.registrations import register
from tests.support.scripted_server import Answer, ScriptedServer

Props = dict[str, Any]
Urn = Callable[[str], str]
SAME = Diff(changes=False, replaces=[])
BEFORE, AFTER = "2000-01-01T00:00:00Z", "2100-01-01T00:00:00Z"


@dataclass(frozen=True)
class Kind:
    """A kind of thing with a name, and the place where it lives."""

    provider: type[NamedProvider]
    noun: str
    place: Props
    listing: Callable[[], dict[str, str]]

    @property
    def deletion(self) -> str:
        """The route by which one is deleted."""
        below = "" if self.noun == "service" else "{ServiceSid}/Roles/"
        return f"DELETE /v1/Services/{below}{{Sid}}"

    def declare(self, name: str, **others: object) -> Props:
        """Declare one."""
        return {**self.place, "friendly_name": name, **others}

    def facts(
        self,
        *held: tuple[str, str],
        pending: list[str] | None = None,
        since: str = BEFORE,
        left: Sequence[str] = (),
    ) -> Props:
        """Write run facts: SIDs and their holders, names whose creates a killed run was at, and what it left behind."""
        creates = [
            {
                "type": f"pulumi-python:dynamic/twilio:{self.provider.__name__.removesuffix('Provider')}",
                "friendly_name": name,
                "service_sid": self.place.get("service_sid"),
                "role_type": self.place.get("type"),
                "since": since,
            }
            for name in pending or []
        ]
        return {"version": 1, "held": dict(held), "pending": creates, "left": [*left]}


@pytest.fixture(params=["service", "role"])
def kind(request: pytest.FixtureRequest, emulator: Emulator) -> Kind:
    """Services, and roles of one service."""
    if request.param == "service":
        return Kind(
            ConversationServiceProvider,
            "service",
            {},
            lambda: {each["sid"]: each["friendly_name"] for each in emulator.services()},
        )
    service_sid = request.getfixturevalue("service_sid")
    place = {"service_sid": service_sid, "type": "conversation", "permissions": ["sendMessage"]}
    theirs = {role["sid"] for role in emulator.state()["services"][0]["roles"]}
    return Kind(
        RoleProvider,
        "role",
        place,
        lambda: {
            role["sid"]: role["friendly_name"]
            for role in emulator.state()["services"][0]["roles"]
            if role["sid"] not in theirs
        },
    )


@pytest.fixture
def urn(kind: Kind) -> Urn:
    """Make the URN of a resource of this kind."""
    type_ = kind.provider.__name__.removesuffix("Provider")
    return lambda name: f"urn:pulumi:tests::tests::pulumi-python:dynamic/twilio:{type_}::{name}"


@pytest.fixture
def new_run(begin_run: BeginRun, kind: Kind) -> Callable[[], DynamicHost]:
    """Begin a run without facts."""
    return lambda: begin_run()(kind.provider)


@pytest.fixture(scope="module")
def process_with_facts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[HostProcess, Path]]:
    """One host process that is told where facts lie, and that place."""
    path = tmp_path_factory.mktemp("facts") / "facts.json"
    process = HostProcess({VARIABLE: str(path)})
    yield process, path
    process.stop()


@pytest.fixture
def with_facts(
    process_with_facts: tuple[HostProcess, Path],
    emulator: Emulator,
    config: Callable[..., dict[str, object]],
    kind: Kind,
) -> Callable[[object], DynamicHost]:
    """Begin a run with facts: JSON, or the text of the file, which is read when a run begins."""
    process, path = process_with_facts

    def begin(facts: object) -> DynamicHost:
        path.write_text(facts if isinstance(facts, str) else json.dumps(facts), encoding="utf-8")
        return DynamicHost(process, kind.provider(), config(emulator.url))

    return begin


# --- adoption ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("way", ["adopt", "import_sid"])
def test_adoption_of_what_the_facts_say_is_held_is_refused_before_anything_else(
    new_run: Callable[[], DynamicHost],
    with_facts: Callable[[object], DynamicHost],
    kind: Kind,
    urn: Urn,
    way: str,
):
    """An engine may create before it compares the holder: the order of calls must not decide who owns a thing."""
    sid, _ = new_run().create(kind.declare("support"))
    run = with_facts(kind.facts((sid, "a/holder")))
    how = {"on_name_conflict": "adopt"} if way == "adopt" else {"import_sid": sid}

    with pytest.raises(HostError) as caught:
        run.create(kind.declare("support", **how), urn=urn("other"))

    assert (
        f"{sid}: another resource of this program holds it: a/holder\nhint: declare each {kind.noun} once"
        in str(caught.value)
    )
    assert {sid: "support"} == kind.listing()


@pytest.mark.parametrize(
    "facts", ["", "[]", "{", '{"version": 2, "held": {}}', '{"version": 1, "held": [], "pending": {}}']
)
def test_facts_that_are_not_understood_tell_nothing(
    new_run: Callable[[], DynamicHost], with_facts: Callable[[object], DynamicHost], kind: Kind, facts: str
):
    """They are a help, not a condition."""
    sid, _ = new_run().create(kind.declare("support"))

    adopted, _ = with_facts(facts).create(kind.declare("support", on_name_conflict="adopt"))

    assert sid == adopted


@pytest.mark.parametrize("way", ["adopt", "import_sid"])
def test_holder_that_is_compared_after_its_thing_was_adopted_is_an_error(
    new_run: Callable[[], DynamicHost], kind: Kind, urn: Urn, way: str
):
    """Without facts the adoption cannot be known to be wrong; it must not go unnoticed, though."""
    declared = kind.declare("support")
    sid, outputs = new_run().create(declared)
    run = new_run()
    how = {"on_name_conflict": "adopt"} if way == "adopt" else {"import_sid": sid}
    run.create(declared | how, urn=urn("thief"))
    run.check(declared)

    with pytest.raises(HostError) as caught:
        run.diff(sid, outputs, declared, urn=urn("holder"))

    line, hint = str(caught.value).rstrip().split("\n")
    assert f"{sid}: another resource of this program has it too, or is to adopt it: thief" in line
    assert (
        f"or remove one of the two and run up; the {kind.noun} then stays with the one that is left" in hint
    )


def test_two_resources_with_one_thing_are_an_error_and_removing_one_keeps_it(
    new_run: Callable[[], DynamicHost], kind: Kind, urn: Urn
):
    """The way out that the error names: the resource that is removed lets go, without a request."""
    declared = kind.declare("support", on_name_conflict="adopt")
    sid, outputs = new_run().create(declared, urn=urn("one"))
    both = new_run()
    assert SAME == both.diff(sid, outputs, declared, urn=urn("one"))
    with pytest.raises(HostError, match=f"{sid}: another resource of this program has it too.*: one"):
        both.diff(sid, outputs, declared, urn=urn("two"))

    run = new_run()
    assert SAME == run.diff(sid, outputs, declared, urn=urn("one"))
    run.delete(sid, outputs, urn=urn("two"))
    kept = kind.listing()
    new_run().delete(sid, outputs, urn=urn("one"))

    assert ({sid: "support"}, {}) == (kept, kind.listing())


def test_delete_of_what_the_facts_say_another_one_holds_lets_go(
    new_run: Callable[[], DynamicHost], with_facts: Callable[[object], DynamicHost], kind: Kind, urn: Urn
):
    """With --target, an engine compares only some resources: the others hold theirs all the same."""
    sid, outputs = new_run().create(kind.declare("support"))
    run = with_facts(kind.facts((sid, "one")))

    run.delete(sid, outputs, urn=urn("two"))
    kept = kind.listing()
    run.delete(sid, outputs, urn=urn("one"))

    assert ({sid: "support"}, {}) == (kept, kind.listing())


def test_same_resource_compared_twice_is_one_owner(new_run: Callable[[], DynamicHost], kind: Kind, urn: Urn):
    """An engine may ask again: for a preview and an update, or for what depends on a replaced one."""
    declared = kind.declare("support")
    sid, outputs = new_run().create(declared)
    run = new_run()

    assert [SAME, SAME] == [run.diff(sid, outputs, declared, urn=urn("one")) for _ in range(2)]


# --- names that others hold ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("first", [0, 1])
@pytest.mark.parametrize("conflict", [{}, {"on_name_conflict": "adopt"}], ids=["error", "adopt"])
def test_swap_of_two_names_is_refused_in_the_preview(
    new_run: Callable[[], DynamicHost], kind: Kind, urn: Urn, first: int, conflict: Props
):
    """Each new one would be made before the other's old one goes; adopted, they would change owners."""
    made = new_run()
    things = [(name, *made.create(kind.declare(name), urn=urn(name))) for name in ("one", "two")]
    run = new_run()

    def swap() -> None:
        for own, others in ((things[first], things[1 - first]), (things[1 - first], things[first])):
            name, sid, outputs = own
            run.diff(sid, outputs, kind.declare(others[0], **conflict), urn=urn(name))

    with pytest.raises(HostError, match="HeldError" if conflict else "NameTakenError") as caught:
        swap()

    assert any(sid in str(caught.value) for _, sid, _ in things)
    assert {sid: name for name, sid, _ in things} == kind.listing()


def test_new_name_that_another_one_holds_is_refused_in_the_preview_with_a_way_on(
    new_run: Callable[[], DynamicHost], kind: Kind, urn: Urn
):
    """It tells who holds it, and what works; with `allow` the API does not mind."""
    made = new_run()
    sid, outputs = made.create(kind.declare("one"))
    other, held = made.create(kind.declare("two"))
    run = new_run()
    run.diff(other, held, kind.declare("two"), urn=urn("holder"))

    with pytest.raises(HostError) as caught:
        run.diff(sid, outputs, kind.declare("two"), urn=urn("one"))
    allowed = run.diff(sid, outputs, kind.declare("two", on_name_conflict="allow"), urn=urn("one"))

    line, hint = str(caught.value).rstrip().split("\n")
    assert line.endswith(
        f"[TC5001] cannot replace {kind.provider.kind} {sid}: its new friendly_name is there already: "
        f"{other} (held by holder)"
    )
    assert "give whatever has this one another name first (in a swap each a third one), run up" in hint
    assert Diff(changes=True, replaces=["friendly_name"]) == allowed


def test_new_name_that_nobody_holds_replaces(new_run: Callable[[], DynamicHost], kind: Kind, urn: Urn):
    """The listing is asked once; a free name is no trouble."""
    sid, outputs = new_run().create(kind.declare("one"))

    found = new_run().diff(sid, outputs, kind.declare("two"), urn=urn("one"))

    assert Diff(changes=True, replaces=["friendly_name"]) == found


# --- renamed by other hands ----------------------------------------------------------------------------------------


def test_name_changed_at_twilio_first_and_then_in_the_program_replaces_nothing(
    new_run: Callable[[], DynamicHost], emulator: Emulator, kind: Kind, urn: Urn
):
    """The Console renames, the API does not: the update records the name, changes nothing, and is the last one."""
    sid, outputs = new_run().create(kind.declare("old"))
    emulator.rename(sid, "new")
    emulator.clear_requests()
    declared, run = kind.declare("new"), new_run()

    first = run.diff(sid, outputs, declared, urn=urn("one"))
    healed = run.update(sid, outputs, declared)
    second = new_run().diff(sid, healed, declared, urn=urn("one"))

    assert [Diff(changes=True, replaces=[]), SAME] == [first, second]
    assert "new" == healed["friendly_name"]
    assert ["GET"] == sorted({route.partition(" ")[0] for route in emulator.counts()})
    assert {sid: "new"} == kind.listing()


def test_name_changed_again_before_the_update_is_an_error(
    new_run: Callable[[], DynamicHost], emulator: Emulator, kind: Kind
):
    """It must not be recorded: the state would say what is not so."""
    sid, outputs = new_run().create(kind.declare("old"))
    emulator.rename(sid, "newer")

    with pytest.raises(HostError, match=f"{sid}: it no longer has the declared friendly_name"):
        new_run().update(sid, outputs, kind.declare("new"))


def test_own_name_is_never_told_as_taken(new_run: Callable[[], DynamicHost], kind: Kind, urn: Urn):
    """As when a command replaces a thing that has not changed: no hint may cost the old one."""
    declared = kind.declare("support")
    sid, outputs = new_run().create(declared)
    run = new_run()
    run.diff(sid, outputs, declared, urn=urn("one"))

    with pytest.raises(HostError) as caught:
        run.create(declared, urn=urn("one"))

    assert (
        f"[TC5002] cannot replace {kind.provider.kind} {sid}: it bears the declared friendly_name itself\n"
        in str(caught.value)
    )
    assert "delete" not in str(caught.value)
    assert {sid: "support"} == kind.listing()


# --- what a killed run began ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "conflict", [{}, {"on_name_conflict": "error"}, {"on_name_conflict": "allow"}], ids=str
)
def test_create_that_a_killed_run_was_at_is_finished(
    new_run: Callable[[], DynamicHost],
    with_facts: Callable[[object], DynamicHost],
    kind: Kind,
    urn: Urn,
    conflict: Props,
):
    """The state says that it was at it, and the thing is new: it is what that run made."""
    sid, outputs = new_run().create(kind.declare("support"))
    run = with_facts(kind.facts(pending=["support"]))

    finished, again = run.create(kind.declare("support", **conflict), urn=urn("support"))

    assert (sid, outputs | conflict) == (finished, again)
    assert {sid: "support"} == kind.listing()


@pytest.mark.parametrize(
    "case", ["before that run", "another name", "another kind", "held", "two of the name", "another place"]
)
def test_create_without_evidence_is_an_error_that_tells_the_ways_on(
    new_run: Callable[[], DynamicHost],
    with_facts: Callable[[object], DynamicHost],
    kind: Kind,
    urn: Urn,
    case: str,
):
    """A stranger's thing of the name must not be taken for what the killed run made."""
    made = new_run()
    sid, _ = made.create(kind.declare("support"))
    facts = kind.facts(
        *([(sid, "holder")] if case == "held" else []),
        pending=["other" if case == "another name" else "support"],
        since=AFTER if case == "before that run" else BEFORE,
    )
    if case == "another kind":
        facts["pending"][0]["type"] = "pulumi-python:dynamic/twilio:Other"
    if case == "another place":
        facts["pending"][0]["service_sid"] = "IS" + "f" * 32
    if case == "two of the name":
        made.create(kind.declare("support", on_name_conflict="allow"))

    with pytest.raises(HostError) as caught:
        with_facts(facts).create(kind.declare("support"), urn=urn("support"))

    assert (
        f"NameTakenError: [TC5001] cannot create {kind.provider.kind}: its friendly_name is there already: {sid}"
        in str(caught.value)
    )
    if case != "held":
        assert "adopt one with import_sid, or the only one with on_name_conflict: adopt" in str(caught.value)
        assert "moved in the program, to another parent or logical name, keeps what it has" in str(
            caught.value
        )
    assert (2 if case == "two of the name" else 1) == len(kind.listing())


def test_moved_resource_is_told_of_aliases_and_may_adopt_what_it_had(
    new_run: Callable[[], DynamicHost], with_facts: Callable[[object], DynamicHost], kind: Kind, urn: Urn
):
    """Another parent makes another resource of it, of the same logical name, which finds its own thing there."""
    sid, _ = new_run().create(kind.declare("support"))
    moved = urn("support").replace("::pulumi-python", "::acme:Team$pulumi-python")
    facts = kind.facts((sid, "support"))

    with pytest.raises(
        HostError, match=r"\[TC5001\].*\(held by support\)\nhint: .*aliases=\[pulumi\.Alias\(parent="
    ):
        with_facts(facts).create(kind.declare("support"), urn=moved)
    adopted, _ = with_facts(facts).create(kind.declare("support", on_name_conflict="adopt"), urn=moved)

    assert sid == adopted
    assert 1 == len(kind.listing())


def test_creates_that_a_killed_run_was_at_are_each_finished_once(
    new_run: Callable[[], DynamicHost], with_facts: Callable[[object], DynamicHost], kind: Kind, urn: Urn
):
    """Two of one name that the API allows: each takes one, and a third is made."""
    allowed = kind.declare("support", on_name_conflict="allow")
    made = new_run()
    sids = {made.create(allowed)[0] for _ in range(2)}
    run = with_facts(kind.facts(pending=["support", "support"]))

    finished = [run.create(allowed, urn=urn(f"s{number}"))[0] for number in range(3)]

    assert sids == set(finished[:2])
    assert {*sids, finished[2]} == kind.listing().keys()


# --- what an earlier run has replaced and not deleted ---------------------------------------------------------------


def test_resource_comes_back_to_what_it_has_left_behind(
    new_run: Callable[[], DynamicHost], with_facts: Callable[[object], DynamicHost], kind: Kind, urn: Urn
):
    """Its former name is declared again: a new one could not be made beside it, and it may hold conversations."""
    sid, outputs = new_run().create(kind.declare("support"))
    run = with_facts(kind.facts((sid, "support"), left=[sid]))

    again = run.create(kind.declare("support"), urn=urn("support"))
    run.delete(sid, outputs, urn=urn("support"))

    assert (sid, outputs) == again
    assert {sid: "support"} == kind.listing()


@pytest.mark.parametrize("case", ["another's", "not left", "allow"])
def test_what_was_left_behind_is_nobody_else_s(
    new_run: Callable[[], DynamicHost],
    with_facts: Callable[[object], DynamicHost],
    kind: Kind,
    urn: Urn,
    case: str,
):
    """And what the resource has now is not left behind; who allows several of a name gets another one."""
    sid, _ = new_run().create(kind.declare("support"))
    holder = "other" if case == "another's" else "support"
    run = with_facts(kind.facts((sid, holder), left=[] if case == "not left" else [sid]))
    conflict = {"on_name_conflict": "allow"} if case == "allow" else {}

    if case == "allow":
        assert sid != run.create(kind.declare("support", **conflict), urn=urn("support"))[0]
    else:
        with pytest.raises(HostError, match=f"TC5001.*is there already: {sid}"):
            run.create(kind.declare("support"), urn=urn("support"))


# --- deletions whose answers say something else ---------------------------------------------------------------------


def test_create_after_a_delete_whose_answer_was_lost_makes_a_new_one(
    begin_run: BeginRun, emulator: Emulator, kind: Kind
):
    """A look found it gone: its name is free, as after a replacement that deletes first."""
    run = begin_run(retryCeilingSeconds="0")(kind.provider)
    sid, outputs = run.create(kind.declare("support"))
    emulator.fault(kind.deletion, "reset_after")
    run.delete(sid, outputs)

    again, _ = run.create(kind.declare("support"))

    assert {again: "support"} == kind.listing()


def test_create_after_a_delete_that_met_a_stray_404_makes_no_twin(
    new_run: Callable[[], DynamicHost], emulator: Emulator, kind: Kind
):
    """The API said that it is gone, and shows it: the run must not forget it."""
    run = new_run()
    sid, outputs = run.create(kind.declare("support"))
    emulator.fault(kind.deletion, "status", status=404)
    with pytest.raises(HostError, match="the API said that it is gone, and shows it"):
        run.delete(sid, outputs)

    with pytest.raises(HostError, match="its friendly_name is there already: "):
        run.create(kind.declare("support"))

    assert {sid: "support"} == kind.listing()


# --- names that come back otherwise --------------------------------------------------------------------------------


@pytest.mark.parametrize("way", ["upper", "drop_last", "nfkc"])
def test_name_that_the_api_keeps_otherwise_is_an_error_and_leaves_nothing(
    new_run: Callable[[], DynamicHost], emulator: Emulator, kind: Kind, way: str
):
    """Nothing is left that nobody manages, and the next run makes no twin of it, whatever it does."""
    emulator.alter(friendly_name=way)

    for _ in range(2):
        with pytest.raises(HostError) as caught:
            new_run().create(kind.declare("ﬁrst line"))

        assert (
            f"AlteredError: [TC4004] cannot create {kind.provider.kind}: the API keeps friendly_name (from character"
            in str(caught.value)
        )
        assert " otherwise than sent; it is deleted again\nhint: " in str(caught.value)
        assert "line" not in str(caught.value).lower()
    assert {} == kind.listing()


def test_name_that_the_api_keeps_otherwise_and_does_not_give_up_is_found_by_the_next_run(
    new_run: Callable[[], DynamicHost], emulator: Emulator, kind: Kind
):
    """Could it not be deleted, it is told by its SID, and again as a name that is taken: no run makes a second one."""
    emulator.alter(friendly_name="nfkc")
    emulator.fault(kind.deletion, "status", status=400)

    with pytest.raises(HostError) as caught:
        new_run().create(kind.declare("ﬁrst"))
    with pytest.raises(HostError, match="its friendly_name is there already: ") as later:
        new_run().create(kind.declare("ﬁrst"))

    [sid] = kind.listing()
    assert f"of {sid} otherwise than sent, and deleting it again failed: HTTP 400" in str(caught.value)
    assert f"\nhint: declare what {sid} has, and adopt it with import_sid" in str(caught.value)
    assert sid in str(later.value)


def test_undoing_that_the_api_took_without_a_word_is_done(
    begin_run: BeginRun, emulator: Emulator, kind: Kind
):
    """A look tells, as for any other deletion."""
    emulator.alter(friendly_name="nfkc")
    emulator.fault(kind.deletion, "reset_after")

    with pytest.raises(HostError, match="otherwise than sent; it is deleted again\n"):
        begin_run(retryCeilingSeconds="0")(kind.provider).create(kind.declare("ﬁrst"))

    assert {} == kind.listing()


def test_undoing_that_meets_a_stray_404_is_not_done(
    new_run: Callable[[], DynamicHost], emulator: Emulator, kind: Kind
):
    """Told as deleted, it would be left to nobody."""
    emulator.alter(friendly_name="nfkc")
    emulator.fault(kind.deletion, "status", status=404)

    with pytest.raises(
        HostError, match="deleting it again failed: the API said that it is gone, and shows it"
    ):
        new_run().create(kind.declare("ﬁrst"))

    assert ["first"] == [*kind.listing().values()]


def test_name_of_a_lost_answer_that_the_api_keeps_otherwise_is_found_and_told(
    new_run: Callable[[], DynamicHost], emulator: Emulator, kind: Kind
):
    """Looked for letter by letter, it would be made again and again. It may be a stranger's: it is not deleted."""
    emulator.alter(friendly_name="nfkc")
    route = "POST /v1/Services" if kind.noun == "service" else "POST /v1/Services/{ServiceSid}/Roles"
    emulator.fault(route, "reset_after")

    with pytest.raises(HostError, match="otherwise than sent\nhint: declare what") as caught:
        new_run().create(kind.declare("ﬁrst"))

    [sid] = kind.listing()
    assert sid in str(caught.value)


def test_name_declared_as_it_reads_is_the_same_name(
    new_run: Callable[[], DynamicHost], emulator: Emulator, kind: Kind, urn: Urn
):
    """A state may hold a name that check no longer takes: declared tidily, it must not cost the thing."""
    sid, outputs = new_run().create(kind.declare("tidy name"))
    emulator.rename(sid, "tidy  name ")
    refreshed = new_run()
    _, outputs, inputs = refreshed.read(sid, outputs=outputs)
    untidy = outputs | {"friendly_name": "tidy  name "}

    run = new_run()
    assert SAME == run.diff(sid, untidy, kind.declare("tidy name"), urn=urn("one"))
    assert [
        ": [TC4001] friendly_name must begin and end with a visible character: leave out the white space there"
    ] == (run.check(kind.declare("tidy  name ")))
    assert "tidy name" == inputs["friendly_name"]
    new_run().delete(sid, untidy, urn=urn("one"))
    assert {} == kind.listing()


# --- permissions, and what a service has one of --------------------------------------------------------------------


def test_adopt_takes_the_one_that_is_spelled_as_declared(
    new_run: Callable[[], DynamicHost], emulator: Emulator, kind: Kind
):
    """Of several that read the same, one may be it to the letter; else only a person can choose."""
    made = new_run()
    first, _ = made.create(kind.declare("support"))
    second, _ = made.create(kind.declare("support", on_name_conflict="allow"))
    emulator.rename(first, "support\u200b")
    adopt = kind.declare("support", on_name_conflict="adopt")

    chosen, _ = new_run().create(adopt)
    emulator.rename(second, " support")
    with pytest.raises(HostError, match=f"is there already: {first}, {second}"):
        new_run().create(adopt)

    assert second == chosen


def test_type_in_the_facts_is_the_one_that_is_registered(kind: Kind):
    """A pending create is recognised by it."""
    resource = kind.provider.__name__.removesuffix("Provider")
    place = "".join(f", {name}={value!r}" for name, value in kind.place.items())

    [registered] = register(f"import providers\nproviders.{resource}('one', friendly_name='one'{place})")

    assert registered["type"] == kind.facts(pending=["one"])["pending"][0]["type"]
    assert registered["type"] == kind.provider.resource_type


def test_permissions_that_the_api_drops_are_an_error_and_leave_no_role(
    begin_run: BeginRun, emulator: Emulator, service_sid: str
):
    """A role that permits less than declared would be updated in every run, and never be right."""
    emulator.alter(permissions="drop_last")
    before = emulator.state()["services"][0]["roles"]
    role = {
        "service_sid": service_sid,
        "friendly_name": "agent",
        "type": "conversation",
        "permissions": ["sendMessage", "leaveConversation"],
    }

    with pytest.raises(
        HostError, match=r"the API keeps permissions of RL\w+ otherwise than sent; it is deleted again"
    ):
        begin_run()(RoleProvider).create(role)

    assert before == emulator.state()["services"][0]["roles"]


@pytest.mark.parametrize("way", ["update", "adopt"])
def test_permissions_of_a_role_that_the_api_drops_are_put_back(
    begin_run: BeginRun, api: Api, emulator: Emulator, service_sid: str, way: str
):
    """The state still says what is so."""
    role = {
        "service_sid": service_sid,
        "friendly_name": "agent",
        "type": "conversation",
        "permissions": ["sendMessage"],
    }
    sid, outputs = begin_run()(RoleProvider).create(role)
    wanted = role | {"permissions": ["sendMessage", "leaveConversation", "sendMediaMessage"]}
    emulator.alter(permissions="drop_last")
    run = begin_run()(RoleProvider)

    calls: dict[str, Callable[[], object]] = {
        "update": lambda: run.update(sid, outputs, wanted),
        "adopt": lambda: run.create(wanted | {"on_name_conflict": "adopt"}),
    }

    with pytest.raises(HostError, match=f"set role {sid}: the API keeps otherwise than sent: permissions"):
        calls[way]()

    assert ["sendMessage"] == api.get(f"/v1/Services/{service_sid}/Roles/{sid}").json()["permissions"]


def part(name: str) -> str:
    """Make the URN of a configuration."""
    return f"urn:pulumi:tests::tests::pulumi-python:dynamic/twilio:ServiceConfiguration::{name}"


def test_part_that_is_compared_after_it_was_taken_over_is_an_error(begin_run: BeginRun, service_sid: str):
    """The other order of calls is one too: whoever comes second is told."""
    declared = {"service_sid": service_sid, "reachability_enabled": True}
    id_, outputs = begin_run()(ServiceConfigurationProvider).create(declared)
    run = begin_run()(ServiceConfigurationProvider)
    run.create(declared, urn=part("two"))

    with pytest.raises(
        HostError, match="another resource of this program manages it: two\nhint: a service has only one"
    ):
        run.diff(id_, outputs, declared, urn=part("one"))


def test_part_that_two_have_stays_with_the_one_that_is_left(
    begin_run: BeginRun, emulator: Emulator, service_sid: str
):
    """The one that is removed puts nothing back."""
    declared = {"service_sid": service_sid, "reachability_enabled": True}
    id_, outputs = begin_run()(ServiceConfigurationProvider).create(declared)
    run = begin_run()(ServiceConfigurationProvider)
    run.diff(id_, outputs, declared, urn=part("one"))

    run.delete(id_, outputs, urn=part("two"))

    assert emulator.state()["services"][0]["configuration"]["reachability_enabled"]


def test_create_answered_with_what_was_there_before_takes_what_was_made(
    host_process: HostProcess,
    serve: Callable[..., ScriptedServer],
    config: Callable[..., Props],
):
    """A cache that answers with another one's service must not make two resources hold it."""
    theirs = {"sid": "IS" + "1" * 32, "friendly_name": "theirs"}
    ours = {"sid": "IS" + "2" * 32, "friendly_name": "ours"}
    before = Answer.json({"services": [theirs], "meta": {"next_page_url": None}})
    after = Answer.json({"services": [theirs, ours], "meta": {"next_page_url": None}})
    server = serve(before, Answer.json(theirs, 201), after)
    run = DynamicHost(host_process, ConversationServiceProvider(), config(server.url))

    sid, _ = run.create({"friendly_name": "ours"})

    assert (ours["sid"], ["GET", "POST", "GET"]) == (sid, [each.method for each in server.asked])
