"""What the board says of environments that are not as one would wish: it is made all the same, and says so in words."""

from __future__ import annotations

import gzip
import json
import os
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from gitops.board.joining import board as joined
from gitops.board.model import Deviation, Drifted, Environment, Finding
from gitops.board.page import html
from gitops.events import Drift, Record, Violation
from gitops.report import Report
from tests.board.scene import STACKS, board
from tests.support.workspace import Workspace

MADE = Path(__file__).resolve().parents[1] / "states" / "made"
PERSON = "Priyanka Raghunathan"
TOKEN = "q8Zt4xW0sTok3n"
COMMIT = "89abcdef" * 5

Json = dict[str, Any]


@pytest.fixture
def clone(tmp_path: Path) -> Workspace:
    """A clone in which nothing has run; its folder has a blank in its name."""
    root = tmp_path / "a clone"
    root.mkdir()
    return Workspace(root, "embedded")


def parts(clone: Workspace, emulator: str = "1") -> dict[str, Environment]:
    """Gather the environments of a clone, and make the page of them, as the command does without --json."""
    folder = clone.root / "parts"
    shutil.rmtree(folder, ignore_errors=True)
    board(clone, "--json", "--out", str(folder), EMULATOR=emulator)
    found = {
        path.stem: Environment.from_json(path.read_text(encoding="utf-8"), path.name)
        for path in folder.iterdir()
    }
    (clone.root / "board.html").write_text(html(joined([*found.values()])), encoding="utf-8")
    return found


def page(clone: Workspace) -> str:
    """Return the page of the last run."""
    return (clone.root / "board.html").read_text(encoding="utf-8")


def put_state(clone: Workspace, stack: str, content: bytes | Json, ending: str = ".json") -> None:
    """Write a state of the rehearsals."""
    folder = clone.root / ".emulator/state/.pulumi/stacks/conversation-services"
    folder.mkdir(parents=True, exist_ok=True)
    data = content if isinstance(content, bytes) else json.dumps(content).encode()
    (folder / f"{stack}{ending}").write_bytes(data)


def made_state(engine: str = "embedded-0", kind: str = "plain") -> Json:
    """Return a state of dev that an engine has made."""
    document: Json = json.loads((MADE / engine / kind / "state.json").read_text(encoding="utf-8"))
    return document


def resources(document: Json) -> list[Json]:
    """Return the resources of a state."""
    found: list[Json] = document["checkpoint"]["latest"]["resources"]
    return found


def of_service(document: Json, name: str) -> Json:
    """Return a service's resource."""
    (found,) = (each for each in resources(document) if each["urn"].endswith(f":ConversationService::{name}"))
    return found


@pytest.mark.parametrize("engine", ["embedded-0", "pulumi-0"])
@pytest.mark.parametrize("kind", ["plain", "everything"])
def test_state_of_either_engine_holds_what_its_stack_file_declares(clone: Workspace, engine: str, kind: str):
    """Every setting there is, secrets and included files among them, is found in the state under its own name."""
    project = Path(__file__).resolve().parents[1] / "states" / "projects" / kind / "stacks"
    shutil.rmtree(clone.root / "stacks" / "dev", ignore_errors=True)
    shutil.copytree(project, clone.root / "stacks", dirs_exist_ok=True)
    shutil.copy(MADE / engine / kind / "Pulumi.dev.yaml", clone.root / "stacks" / "Pulumi.dev.yaml")
    put_state(clone, "dev", made_state(engine, kind))

    dev = parts(clone)["dev"]

    assert ("deployed", ()) == (dev.condition, dev.problems)
    # The program of these projects declares two services by itself.
    declared = {cell.name: cell for cell in dev.cells if cell.name not in ("direct", "elsewhere")}
    assert {} == {
        name: (cell.status, cell.deviations) for name, cell in declared.items() if cell.status != "same"
    }
    assert all(cell.sid.startswith("IS") for cell in dev.cells)
    assert "support" in declared


def test_what_is_not_deployed_is_told_setting_by_setting(clone: Workspace):
    """Switches and words as they are; of texts and URLs that they differ."""
    put_state(clone, "dev", made_state())

    def change(services: Json) -> None:
        support = services["support"]
        support["configuration"].update(reachabilityEnabled=False, defaultConversationRole="agent")
        support["roles"]["customer"]["permissions"].append("editOwnMessage")
        support["roles"]["guest"] = {"type": "conversation", "permissions": ["sendMessage"]}
        support["webhook"]["postWebhookUrl"] = f"https://hooks.dev.acme.example/?token={TOKEN}"
        support["webhook"]["filters"].reverse()
        del support["notifications"]["newMessage"]["sound"]
        support["protect"] = True
        services["appointments"]["friendlyName"] = "acme-meetings-dev"
        del services["delivery-updates"]
        services["returns"] = {"friendlyName": "acme-returns-dev"}
        services["taken"] = {"friendlyName": "acme-taken-dev", "importSid": f"IS{'7' * 32}"}

    clone.edit(change)
    dev = parts(clone)["dev"]

    cells = {cell.name: cell for cell in dev.cells}
    assert {
        "support": "change",
        "appointments": "replace",
        "returns": "create",
        "taken": "adopt",
        "delivery-updates": "delete",
    } == {name: cell.status for name, cell in cells.items()}
    assert {
        Deviation(setting="roles.guest", declared="declared", held=""),
        Deviation(
            setting="roles.customer.permissions",
            declared="editOwnMessage, leaveConversation, sendMediaMessage, sendMessage",
            held="leaveConversation, sendMediaMessage, sendMessage",
        ),
        Deviation(setting="configuration.reachabilityEnabled", declared="false", held="true"),
        Deviation(setting="configuration.defaultConversationRole", declared="agent", held="customer"),
        Deviation(setting="webhook.postWebhookUrl", declared="[not shown]", held="[not shown]"),
        Deviation(setting="notifications.newMessage.sound", declared="", held="[not shown]"),
        Deviation(setting="protect", declared="true", held="false"),
    } == {*cells["support"].deviations}
    assert "to be set" == cells["support"].protection
    assert TOKEN not in page(clone)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        pytest.param("config: [", "stacks/Pulumi.dev.yaml", id="no YAML"),
        pytest.param(
            "config:\n  conversation-services:services: [a]\n", "must be a map from logical name", id="a list"
        ),
        pytest.param(
            "config:\n  conversation-services:include: [dev/*.yaml]\n", "names no file", id="nothing included"
        ),
        pytest.param("42\n", "stacks/Pulumi.dev.yaml", id="a number"),
        pytest.param(
            "config:\n  conversation-services:services:\n    a: 1\n", "must be a map", id="no settings"
        ),
    ],
)
def test_stack_file_that_cannot_be_read_is_told_in_its_column(clone: Workspace, text: str, told: str):
    """What the state holds is shown all the same, and the other environments as ever."""
    put_state(clone, "dev", made_state())
    (clone.root / "stacks" / "Pulumi.dev.yaml").write_text(text, encoding="utf-8")

    found = parts(clone)

    assert told in "".join(found["dev"].problems)
    assert {"held"} == {cell.status for cell in found["dev"].cells}
    assert not found["dev"].declares
    assert ((), {"create"}) == (found["stage"].problems, {cell.status for cell in found["stage"].cells})


@pytest.mark.parametrize(
    ("content", "ending"),
    [
        pytest.param(b'{"version": 3, "checkp', ".json", id="torn"),
        pytest.param(b"[]", ".json", id="a list"),
        pytest.param(b"", ".json", id="empty"),
        pytest.param(b"\x1f\x8bnonsense", ".json.gz", id="not compressed after all"),
        pytest.param(
            {"checkpoint": {"latest": {"resources": [{"urn": 1}]}}}, ".json", id="resources without a type"
        ),
        pytest.param(
            {"checkpoint": {"latest": {"resources": {"a": 1}}}}, ".json", id="resources that are a map"
        ),
        pytest.param(
            {"checkpoint": {"latest": {"pending_operations": [1]}}}, ".json", id="strange operations"
        ),
        pytest.param(b"[" * 100_000, ".json", id="too deep"),
    ],
)
def test_state_that_cannot_be_read_is_told_in_its_column(
    clone: Workspace, content: bytes | Json, ending: str
):
    """What is declared is shown all the same; that nothing were deployed is not said."""
    put_state(clone, "dev", content, ending)

    found = parts(clone)

    assert "unreadable" == found["dev"].condition
    assert "the state of dev" in "".join(found["dev"].problems)
    assert {"declared"} == {cell.status for cell in found["dev"].cells}
    assert "never deployed" == found["stage"].condition
    assert "The state can't be read" in page(clone)


def test_compressed_state_is_read(clone: Workspace):
    """As the Pulumi CLI writes it where PULUMI_SELF_MANAGED_STATE_GZIP is set."""
    put_state(clone, "dev", gzip.compress(json.dumps(made_state()).encode()), ".json.gz")

    assert {"same"} == {cell.status for cell in parts(clone)["dev"].cells}


def _empty(clone: Workspace) -> None:
    for stack in STACKS:
        (clone.root / "stacks" / f"Pulumi.{stack}.yaml").write_text("config: {}\n", encoding="utf-8")


def _no_stacks(clone: Workspace) -> None:
    for stack in STACKS:
        (clone.root / "stacks" / f"Pulumi.{stack}.yaml").unlink()
    (clone.root / "stacks" / "order.yaml").write_text("[]\n", encoding="utf-8")


def _no_order(clone: Workspace) -> None:
    (clone.root / "stacks" / "order.yaml").unlink()


@pytest.mark.parametrize(
    ("change", "told"),
    [
        pytest.param(_empty, "No service is declared or deployed in any environment.", id="an empty account"),
        pytest.param(_no_stacks, "There is no environment yet", id="no environment"),
        pytest.param(_no_order, "the environments stand in the order of their names", id="no order"),
    ],
)
def test_project_that_has_just_begun_is_told_in_words(
    clone: Workspace, change: Callable[[Workspace], None], told: str
):
    """The board of nothing is a board."""
    change(clone)

    board(clone)

    assert told in page(clone)


def test_environment_whose_stack_file_is_gone_is_shown_as_long_as_its_state_holds_something(clone: Workspace):
    """Nobody would look after those services any more."""
    put_state(clone, "dev", made_state())
    (clone.root / "stacks" / "Pulumi.dev.yaml").unlink()

    dev = parts(clone)["dev"]

    assert ("file gone", {"held"}) == (dev.condition, {cell.status for cell in dev.cells})
    assert "The stack file is gone" in page(clone)


def test_names_that_a_policy_objects_to_are_masked_wherever_they_stand(clone: Workspace):
    """Of services, logical names, roles; and in errors about them."""
    state = made_state()
    of_service(state, "support")["inputs"]["friendly_name"] = "Zoe Roe"
    put_state(clone, "dev", state)

    def change(services: Json) -> None:
        services["Priyanka-Raghunathan"] = {"friendlyName": f"{PERSON}'s desk"}
        services["appointments"]["roles"][PERSON] = {"type": "conversation", "permissions": ["sendMessage"]}
        services["appointments"]["configuration"]["defaultConversationCreatorRole"] = PERSON
        services["delivery-updates"]["notifications"]["newMessage"]["template"] = f"{PERSON} has news"

    clone.edit(change)
    dev = parts(clone)["dev"]
    shown = page(clone) + dev.to_json()

    cells = {cell.name: cell for cell in dev.cells}
    assert [] == [each for each in ("Priyanka", "Raghunathan", "Zoe") if each in shown]
    assert {"support", "appointments", "delivery-updates", "********************"} == {*cells}
    assert [("friendlyName", "[not shown]")] == [
        (each.setting, each.held) for each in cells["support"].deviations
    ]
    assert "notifications.newMessage.template" in cells["delivery-updates"].findings[0].message
    assert Finding(
        policy="no-personal-data", is_mandatory=True, message="friendlyName holds a person's name"
    ) in (cells["********************"].findings)
    assert "the name of a role holds a person's name" in {
        each.message for each in cells["appointments"].findings
    }


def test_error_that_names_a_person_is_not_repeated(clone: Workspace):
    """A stack file that cannot be read has no names that could be looked at beforehand."""
    text = f"config:\n  conversation-services:services:\n    {PERSON}: 1\n"
    (clone.root / "stacks" / "Pulumi.dev.yaml").write_text(text, encoding="utf-8")

    dev = parts(clone)["dev"]

    assert dev.problems
    assert PERSON not in page(clone) + dev.to_json()


def test_no_name_is_shown_where_the_policy_cannot_be_asked(clone: Workspace):
    """What nobody has looked at may be anything."""
    put_state(clone, "dev", made_state())
    (clone.root / "policy" / "allow-list.yaml").write_text("entries: 1\n", encoding="utf-8")

    dev = parts(clone)["dev"]

    assert "the policy on names cannot be asked" in "".join(dev.problems)
    assert "acme-support-dev" not in page(clone)
    assert {"[not shown]"} == {cell.friendly_name for cell in dev.cells}


def test_history_is_told_for_what_can_be_read_of_it(clone: Workspace):
    """The newest run first; messages and authors stay where they are."""
    put_state(clone, "dev", made_state())
    folder = clone.root / ".emulator/state/.pulumi/history/conversation-services/dev"
    folder.mkdir(parents=True)
    made = datetime(2026, 11, 26, 18, 11, 0, tzinfo=UTC).timestamp()
    of_the_cli = {
        "kind": "update",
        "startTime": made,
        "endTime": made + 10,
        "message": f"{PERSON} was here",
        "result": "succeeded",
        "environment": {"git.head": COMMIT, "git.author": PERSON, "git.dirty": "true"},
        "resourceChanges": {"create": 17, "same": 1, "update": 0},
    }
    records: dict[int, object] = {
        100: of_the_cli,
        200: {
            "kind": PERSON,
            "startTime": "never",
            "result": 1,
            "environment": [],
            "resourceChanges": {"create": PERSON},
        },
        300: [],
        1000: {"kind": "refresh", "startTime": made + 200, "endTime": made + 201, "result": "failed"},
    }
    for number, record in records.items():
        (folder / f"dev-{number}.history.json").write_text(json.dumps(record), encoding="utf-8")
    (folder / "dev-1001.history.json").write_text("{", encoding="utf-8")

    dev = parts(clone)["dev"]

    assert [("refresh", False), ("run", False), ("update", True)] == [
        (each.kind, each.succeeded) for each in dev.updates
    ]
    last = dev.last_deployment
    assert last is not None
    assert (COMMIT, True, {"create": 17}) == (last.commit, last.is_dirty, last.changes)
    assert {COMMIT} == {cell.commit for cell in dev.cells}
    assert "Priyanka" not in page(clone) + dev.to_json()


def report(clone: Workspace, name: str, number: int, **changes: Any) -> None:
    """Leave a report on dev, of the emulator; a higher number is a newer one."""
    path = clone.root / "reports" / f"{name}.json"
    path.parent.mkdir(exist_ok=True)
    record = changes.pop("record", Record(succeeded=True))
    given = {"kind": "drift", "stack": "dev", "api": "emulator", "commit": "", "record": record, **changes}
    path.write_text(Report(**given).to_json(), encoding="utf-8")
    os.utime(path, (number, number))


def test_newest_reports_tell_of_drift_and_of_policies(clone: Workspace):
    """What pipelines have found; names of persons are masked also where no policy was asked."""
    put_state(clone, "dev", made_state())
    clone.edit(lambda services: services["support"]["roles"].update({PERSON: {"type": "conversation"}}))
    old = Drift(kind="gone", name="appointments", type="x:ConversationService", sid="")
    drift = (
        Drift(
            kind="changed",
            name="support",
            type="x:ServiceNotification",
            sid="",
            properties=("new_message.sound",),
        ),
        Drift(kind="gone", name=f"support/{PERSON}", type="x:Role", sid=""),
        Drift(kind="gone", name="hotline", type="x:AddressConfiguration", sid=""),
    )
    objection = Violation(
        policy="https-webhooks",
        enforcement="mandatory",
        resource="support",
        message="must be https\nhint: mend it",
    )
    mended = Violation(
        policy="no-personal-data", enforcement="mandatory", resource="appointments", message="holds a name"
    )
    report(clone, "older", 100, record=Record(drift=(old,), succeeded=True))
    report(clone, "newer", 200, record=Record(drift=drift, succeeded=True))
    report(
        clone, "preview", 150, kind="preview", record=Record(violations=(objection, mended), succeeded=False)
    )
    report(clone, "true", 300, api="twilio", record=Record(drift=(old,), succeeded=True))
    report(clone, "other", 300, stack="stage", record=Record(drift=(old,), succeeded=True))
    (clone.root / "reports" / "dev.outputs.json").write_text("{}", encoding="utf-8")
    (clone.root / "reports" / "none.json").write_text("[]", encoding="utf-8")

    dev = parts(clone)["dev"]
    board(clone)

    cells = {cell.name: cell for cell in dev.cells}
    assert (
        Drifted(kind="changed", thing="its notifications", settings=("newMessage.sound",)),
        Drifted(kind="gone", thing="the role ******** ***********"),
    ) == cells["support"].drift
    assert ((), ()) == (cells["appointments"].drift, cells["appointments"].findings)
    assert ("the address of [not shown]",) == tuple(each.thing for each in dev.drift)
    assert ("a drift report", "1970-01-01T00:03:20Z") == (dev.look and (dev.look.source, dev.look.at))
    assert [("https-webhooks", "must be https")] == [
        (each.policy, each.message) for each in cells["support"].findings if each.policy != "no-personal-data"
    ]
    assert "Priyanka" not in page(clone)
    assert "none.json: is no report of gitops" in page(clone)


def test_console_is_linked_in_the_region_of_the_environment(clone: Workspace):
    """A service of Ireland is not found in the Console of the United States; the emulator has none."""
    state = clone.root / "state/.pulumi/stacks/conversation-services/stage.json"
    state.parent.mkdir(parents=True)
    state.write_text(json.dumps(made_state()).replace("-dev", "-stage"), encoding="utf-8")
    clone.edit_config(lambda config: config.update({"twilio:region": "ie1"}), "stage")
    put_state(clone, "dev", made_state())

    found = parts(clone, emulator="")

    assert {""} == {cell.console for cell in found["dev"].cells}
    assert ("twilio", "emulator") == (found["stage"].api, found["dev"].api)
    for cell in found["stage"].cells:
        assert cell.console.startswith("https://console.twilio.com/ie1/")
        assert cell.sid in cell.console


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--json", "--serve"], "--json and --serve do not go together"),
        (["--parts", "nowhere"], "there is no folder nowhere"),
        (["--stack", "prodd"], "there is no environment prodd\nhint: known: dev, stage, prod"),
        (["--serve", "--port", "70000"], "--port: must be a number"),
        (["--out", "README.md/board.html"], "cannot write README.md/board.html"),
        (["--stack", "../x"], "--stack"),
    ],
)
def test_wrong_words_are_one_error(clone: Workspace, arguments: list[str], told: str):
    """What, where, and what to do."""
    done = board(clone, *arguments, code=1)

    assert told in done.stderr
    assert "Traceback" not in done.stderr


def test_parts_make_the_board_that_was_gathered_elsewhere(clone: Workspace):
    """Each environment's state is read where its credentials are; a part that is none is told, and the rest shown."""
    put_state(clone, "dev", made_state())
    before = parts(clone)
    (clone.root / "parts" / "prod.json").write_text('{"version": 1, "name": 2}', encoding="utf-8")
    (clone.root / "parts" / "stage.json").write_text('{"version": 2}', encoding="utf-8")

    board(clone, "--parts", "parts", "--out", "site/index.html")
    made = (clone.root / "site" / "index.html").read_text(encoding="utf-8")

    assert all(cell.sid in made for cell in before["dev"].cells)
    assert "prod.json: is no part of a board" in made
    assert "stage.json: is a part of a board of version 2, not 1" in made
    assert "nothing is known of prod: there is no part on it" in made
