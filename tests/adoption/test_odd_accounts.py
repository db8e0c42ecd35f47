"""Accounts that nobody tidied up: what is written of them can be brought up, and what is not is told."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from gitops.adoption.account import MOST_FAILURES, AccountReader
from gitops.adoption.adopt import Adoption, Wish, adopt, settings_of
from gitops.adoption.telling import lines, table
from gitops.exits import GitopsError
from gitops.stack_file import StackFile
from plain_yaml import load_text
from program import read_stack
from providers._api.config import NUMBERS
from tests.adoption.accounts import client_of, mixed, services_of
from tests.support.emulator import Emulator
from tools.config_size import handed_over
from tools.engines import EMBEDDED
from tools.local_emulator import ACCOUNT_SID
from tools.stack import PreparedStack

pytestmark = pytest.mark.timeout(300)

EMPTY = "config:\n  conversation-services:services: {}\n"


def prepared(emulator: Emulator, folder: Path, **environment: str) -> PreparedStack:
    """Prepare dev: its account is the emulator's, its state nowhere yet."""
    config = folder / "provider.yaml"
    config.write_text("config: {}\n")
    given = {
        "TWILIO_ACCOUNT_SID": ACCOUNT_SID,
        "TWILIO_AUTH_TOKEN": "emulator",
        "TWILIO_BASE_URL": emulator.url,
        "PULUMI_BACKEND_URL": f"file://{folder}",
        "ENGINE": "embedded",
        **environment,
    }
    return PreparedStack("dev", EMBEDDED, given, {}, config)


def adopted(
    emulator: Emulator, folder: Path, text: str = EMPTY, wish: Wish | None = None, *, passphrase: bool = True
) -> tuple[Adoption, dict[str, str]]:
    """Adopt an account into a stack file of this text; return what came of it, and the texts by file."""
    environment = {"PULUMI_CONFIG_PASSPHRASE": "correct horse"} if passphrase else {}
    stack = prepared(emulator, folder, **environment)
    target = StackFile.made("dev", folder / "stacks" / "Pulumi.dev.yaml", text, load_text(text))
    made = adopt(stack, target, wish or Wish(), stack.environment)
    return made, {file.name: file.text for file in made.adopted.files}


def services_in(texts: dict[str, str]) -> dict[str, Any]:
    """Return the services of the stack file, which the program must take as they stand."""
    config = load_text(texts["stacks/Pulumi.dev.yaml"])["config"]
    plain = {key: handed_over(_opened(value)) for key, value in config.items()}
    read_stack(plain, "stacks/Pulumi.dev.yaml")
    found: dict[str, Any] = config["conversation-services:services"]
    return found


def _opened(value: Any) -> Any:
    if isinstance(value, dict):
        return (
            "https://hooks.example.com/?t=1"
            if value.keys() == {"secure"}
            else {k: _opened(v) for k, v in value.items()}
        )
    return value


ODD = [
    pytest.param("acme-support", "acme-support", "acme-support", id="plain"),
    pytest.param("ACME Support (Köln)", "acme-support-koln", "ACME Support (Köln)", id="accent"),
    pytest.param("Cafe\u0301 bot", "cafe-bot", "Caf\u00e9 bot", id="not composed"),
    pytest.param("bell\u0007\tname", "bell-name", "bell name", id="control characters"),
    pytest.param("  two   blanks ", "two-blanks", "two blanks", id="blanks"),
    pytest.param("zero\u200bwidth desk", "zero-width-desk", "zerowidth desk", id="invisible"),
    pytest.param("24 hours", "service-24-hours", "24 hours", id="digit first"),
    pytest.param("x" * 256, "x" * 60, "x" * 256, id="256 letters"),
    pytest.param("\U0001f680\U0001f389", "service-{sid}", "\U0001f680\U0001f389", id="emoji only"),
    pytest.param("поддержка", "service-{sid}", "поддержка", id="no latin letter"),
    pytest.param("   ", "service-{sid}", "unnamed-{sid8}", id="blank"),
    pytest.param("Maria Schmidt", "service-{sid}", "Maria Schmidt", id="a person's"),
]


@pytest.mark.parametrize(("name", "logical", "friendly"), ODD)
def test_odd_name_is_declared_so_that_it_can_be_taken_over(emulator, tmp_path, name, logical, friendly):
    """Whatever the Console let through has an entry, which the program takes."""
    sid = services_of(emulator.url).create(friendly_name=name).sid
    ends = {"sid": sid[-6:].lower(), "sid8": sid[-8:].lower()}

    _, texts = adopted(emulator, tmp_path)

    expected = {logical.format(**ends): {"friendlyName": friendly.format(**ends), "importSid": sid}}
    assert expected == services_in(texts)


def test_service_without_a_name_gets_one_in_the_stack_file_alone(emulator, tmp_path):
    """The API may hold one; a stack file cannot."""
    sid = services_of(emulator.url).create(friendly_name="to go").sid
    emulator.rename(sid, "")

    made, texts = adopted(emulator, tmp_path)

    assert [f"unnamed-{sid[-8:].lower()}"] == [each["friendlyName"] for each in services_in(texts).values()]
    assert ["friendlyName: it has none at Twilio, and is declared with this one"] == made.entries[0].notes


def test_names_that_read_alike_get_logical_names_that_differ_in_every_run(emulator, tmp_path):
    """A logical name that moved to another service would be a deletion."""
    services = services_of(emulator.url)
    sids = [services.create(friendly_name=name).sid for name in ("acme desk", "acme/desk", "acme_desk")]

    first = services_in(adopted(emulator, tmp_path)[1])
    second = services_in(adopted(emulator, tmp_path)[1])
    alone = services_in(adopted(emulator, tmp_path, wish=Wish(sids=(sids[1],)))[1])

    named = {settings["importSid"]: name for name, settings in first.items()}
    assert first == second
    assert {*sids} == {*named}
    assert [named[sids[1]]] == [*alone]
    assert 1 == sum(name == "acme-desk" for name in named.values())


def test_of_two_services_with_one_name_one_is_adopted_and_the_other_told(emulator, tmp_path):
    """The policies allow one of a name: with both, the next `up` would be refused as a whole."""
    services = services_of(emulator.url)
    sids = sorted(services.create(friendly_name=name).sid for name in ("acme desk", "Acme Desk"))

    made, texts = adopted(emulator, tmp_path)
    chosen = services_in(adopted(emulator, tmp_path, wish=Wish(sids=(made.left[0].sid,)))[1])

    taken = [each["importSid"] for each in services_in(texts).values()]
    assert sids == sorted([*taken, made.left[0].sid])
    assert "choose this one by --service" in made.left[0].reason
    assert [made.left[0].sid] == [each["importSid"] for each in chosen.values()]


def test_person_is_masked_wherever_something_is_printed(emulator, tmp_path):
    """A pipeline's log may be public; the command that lets the name pass names the service by its key."""
    sid = services_of(emulator.url).create(friendly_name="Maria Schmidt").sid

    made, _ = adopted(emulator, tmp_path)
    told = [table(made), *lines(made, "dev", {"ENGINE": "embedded"})]

    allow = f"make allow STACK=dev SERVICE=service-{sid[-6:].lower()} INPUT=friendlyName REASON='…' OWNER='…'"
    assert not re.search("maria|schmidt", "\n".join(told), re.IGNORECASE)
    assert any(allow in line for line in told)


def test_what_the_file_says_already_stays_letter_by_letter(emulator, tmp_path):
    """Comments, order, quotes and odd indentation are the team's; only lines are added."""
    text = (
        "# head\r\nconfig:\r\n    conversation-services:services:\r\n        # ours\r\n"
        "        desk: {friendlyName: 'acme-desk'} # quoted\r\n    twilio:region: ie1\r\n# tail\r\n"
    )
    services = services_of(emulator.url)
    there, new = (services.create(friendly_name=name).sid for name in ("acme-desk", "acme-new"))

    made, texts = adopted(emulator, tmp_path, text)

    (written,) = texts.values()
    assert text == "".join(
        line for line in written.splitlines(keepends=True) if "acme-new" not in line and new not in line
    )
    assert [there] == [each.sid for each in made.left]


@pytest.mark.parametrize("by", ["sid", "name"])
def test_service_that_the_file_has_is_not_written_twice(emulator, tmp_path, by):
    """Adopted again, nothing is found; the SID counts, whatever the name has become."""
    sid = services_of(emulator.url).create(friendly_name="acme-desk").sid
    own = f"importSid: {sid}" if by == "sid" else "protect: true"
    name = "renamed-since" if by == "sid" else "acme-desk"
    text = f"config:\n  conversation-services:services:\n    desk: {{friendlyName: {name}, {own}}}\n"

    made, texts = adopted(emulator, tmp_path, text)

    assert ([], {}) == (made.entries, texts)
    assert [sid] == [each.sid for each in made.left]


def test_role_of_twilios_own_is_wired_where_the_configuration_is_somebodys(emulator, tmp_path):
    """Left alone it is no one's business; beside a default role of one's own, all three are told."""
    services = services_of(emulator.url)
    services.create(friendly_name="as made")
    sid = services.create(friendly_name="changed").sid
    role = services(sid).roles.create(friendly_name="agent", type="conversation", permission=["sendMessage"])
    services(sid).configuration().update(default_conversation_creator_role_sid=role.sid)

    _, texts = adopted(emulator, tmp_path)

    found = services_in(texts)
    roles = {each.friendly_name: each.sid for each in services(sid).roles.list()}
    assert {"friendlyName", "importSid"} == {*found["as-made"]}
    assert {
        "defaultConversationCreatorRole": "agent",
        "defaultConversationRole": "channel user",
        "defaultChatServiceRole": "service user",
    } == found["changed"]["configuration"]
    assert {name: roles[name] for name in ("agent", "channel user", "service user")} == {
        name: each["importSid"] for name, each in found["changed"]["roles"].items()
    }


def test_secret_of_a_webhook_is_encrypted_or_its_place_marked_and_never_printed(emulator, tmp_path):
    """Without a passphrase the setting is left alone, and the command that sets it stands above the service."""
    services = services_of(emulator.url)
    sid = services.create(friendly_name="desk").sid
    services(sid).configuration.webhooks().update(post_webhook_url="https://hooks.example.com/?key=s3cr3t")

    sealed, texts = adopted(emulator, tmp_path)
    unsealed, marked = adopted(emulator, tmp_path, passphrase=False)
    told = [*lines(sealed, "dev", {"ENGINE": "embedded"}), *lines(unsealed, "dev", {"ENGINE": "embedded"})]

    place = "conversation-services:services.desk.webhook.postWebhookUrl"
    (text,), (without,) = texts.values(), marked.values()
    assert services_in(texts)["desk"]["webhook"]["postWebhookUrl"]["secure"].startswith("v1:")
    assert "encryptionsalt" in load_text(text)
    assert (
        f"    # fill in: services.desk.webhook.postWebhookUrl, with: pulumi config set --secret --path '{place}'"
        in without
    )
    assert "webhook" not in services_in(marked)["desk"]
    assert any(line.startswith("fill in: services.desk.webhook.postWebhookUrl") for line in told)
    assert "s3cr3t" not in text + without + "\n".join(told) + table(sealed)


def test_large_account_goes_into_files_that_the_stack_includes(emulator, tmp_path):
    """The Pulumi CLI cannot hand over more than 128 KiB; its secrets stay in the stack file, and a second run adds."""
    stacks = tmp_path / "stacks"
    (stacks / "dev").mkdir(parents=True)
    services = services_of(emulator.url)
    long = "News of your order: " + "very good ones " * 40
    for number in range(250):
        made = services.create(friendly_name=f"acme-desk-{number:03}")
        services(made.sid).configuration.notifications().update(
            new_message_enabled=True, new_message_template=long
        )
    services(made.sid).configuration.webhooks().update(
        post_webhook_url="https://hooks.example.com/?key=s3cr3t"
    )

    _, texts = adopted(emulator, tmp_path)
    for name, text in texts.items():
        (tmp_path / name).write_text(text)
    services.create(friendly_name="acme-late")
    _, later = adopted(emulator, tmp_path, texts["stacks/Pulumi.dev.yaml"])

    config = load_text(texts["stacks/Pulumi.dev.yaml"])["config"]
    assert {"stacks/Pulumi.dev.yaml", "stacks/dev/adopted.yaml"} == {*texts}
    assert ["dev/adopted.yaml"] == config["conversation-services:include"]
    assert ["acme-desk-249"] == [*config["conversation-services:secrets"]]
    assert 250 == len(load_text(texts["stacks/dev/adopted.yaml"]))
    assert ["stacks/dev/adopted.yaml"] == [*later]
    assert later["stacks/dev/adopted.yaml"].startswith(texts["stacks/dev/adopted.yaml"])


def test_service_that_cannot_be_read_stands_in_no_ones_way(emulator, tmp_path):
    """What was read whole is written, the rest is told, and the next run begins with it."""
    sids = mixed(emulator.url, 3)
    route = "GET /v1/Services/{ServiceSid}/Configuration/Webhooks"
    emulator.fault(route, "status", status=403, times=1)

    made, texts = adopted(emulator, tmp_path)
    (text,) = texts.values()
    again, _ = adopted(emulator, tmp_path, text)

    assert (2, 1) == (len(services_in(texts)), len(made.unread))
    assert {*sids} == {each.sid for each in (*made.entries, *again.entries)}
    assert [made.unread[0].sid] == [each.sid for each in again.entries]


def test_api_that_is_not_well_is_asked_no_longer(emulator, tmp_path):
    """A thousand services, each with its minutes of patience, would be a day."""
    mixed(emulator.url, 40)
    emulator.fault("GET /v1/Services/{ServiceSid}/Configuration", "status", status=403, times=1000)
    emulator.clear_requests()

    made, _ = adopted(emulator, tmp_path)

    asked = emulator.counts()["GET /v1/Services/{ServiceSid}/Configuration"]
    assert 40 == len(made.unread)
    assert MOST_FAILURES <= asked < MOST_FAILURES + NUMBERS["maxConcurrency"].default
    assert "not read any more" == made.unread[-1].reason


def test_several_requests_are_in_flight_and_progress_is_told(emulator, tmp_path):
    """Of a large account somebody who waits must see that it goes on."""
    mixed(emulator.url, 24)
    emulator.latency(0.15)
    emulator.clear_requests()
    told: list[str] = []

    reader = AccountReader(settings_of(prepared(emulator, tmp_path)), told.append, silent_seconds=0.2)
    account = reader.listed()
    reader.read(account, account.services)

    assert 24 == len(account.found)
    assert 4 < emulator.in_flight_max() <= 16
    assert all(re.fullmatch(r"read \d+ of 24 services", line) for line in told)
    assert told


@pytest.mark.parametrize(
    ("wish", "said"),
    [
        (Wish(sids=("IS" + "0" * 32,)), "this account has no service IS0000"),
        (Wish(patterns=("acme-*",)), "no service of this account has such a name"),
    ],
)
def test_wish_that_nothing_answers_is_an_error(emulator, tmp_path, wish, said):
    """Another account's credentials look like an empty account."""
    services_of(emulator.url).create(friendly_name="other")

    with pytest.raises(GitopsError, match=said):
        adopted(emulator, tmp_path, wish=wish)


def test_addresses_come_along_with_the_services_that_they_lead_to(emulator, tmp_path):
    """Of an account that several stacks share, only what belongs to what was chosen."""
    services, configurations = services_of(emulator.url), client_of(emulator.url).address_configurations
    ours, theirs = (services.create(friendly_name=name).sid for name in ("acme-ours", "theirs"))
    for number, sid in enumerate((ours, theirs)):
        configurations.create(
            type="sms",
            address=f"+1555010{number}",
            friendly_name=f"line {number}",
            auto_creation_enabled=True,
            auto_creation_conversation_service_sid=sid,
        )

    made, texts = adopted(emulator, tmp_path, wish=Wish(patterns=("acme-*",)))

    (found,) = texts.values()
    addresses = load_text(found)["config"]["conversation-services:addresses"]
    assert ["services", "addresses"] == [each.section for each in made.entries]
    assert ["line-0"] == [*addresses]
    assert {"enabled": True, "service": "acme-ours"} == addresses["line-0"]["autoCreation"]
    assert "+1555" not in found
