"""A move from Terraform: SIDs and names come from its state, all else from the account."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from gitops.adoption.adopt import Wish
from gitops.adoption.telling import moved
from gitops.adoption.terraform import read_terraform
from gitops.exits import GitopsError
from tests.adoption.accounts import client_of, services_of
from tests.adoption.test_adopting import begin, stack_file, writes
from tests.adoption.test_odd_accounts import adopted, services_in
from tests.gitops.test_guides import played
from tests.support.workspace import Workspace

DOCS = Path(__file__).resolve().parents[2] / "docs"
GONE = "IS" + "9" * 32


def resource(
    kind: str, name: str, *instances: dict[str, Any], module: str = "", **more: Any
) -> dict[str, Any]:
    """Return a resource of a state."""
    made = [each if "attributes" in each else {"attributes": each} for each in instances]
    return {
        "mode": "managed",
        "type": kind,
        "name": name,
        "instances": made,
        **({"module": module} if module else {}),
        **more,
    }


def write(path: Path, *resources: dict[str, Any]) -> Path:
    """Write a state; return its path."""
    path.write_text(json.dumps({"version": 4, "resources": [*resources]}), encoding="utf-8")
    return path


def test_names_are_terraforms_and_values_are_the_accounts(emulator, tmp_path):
    """Modules, keys, both providers' types; what is stale or secret in the state is not copied."""
    services = services_of(emulator.url)
    sids = [services.create(friendly_name=f"acme-{number}").sid for number in range(5)]
    role = services(sids[0]).roles.create(
        friendly_name="agent", type="conversation", permission=["sendMessage"]
    )
    address = client_of(emulator.url).address_configurations.create(type="sms", address="+15550100")
    keyed = [{"index_key": key, "attributes": {"sid": sid}} for key, sid in (("de", sids[2]), (0, sids[3]))]
    path = write(
        tmp_path / "terraform.tfstate",
        resource(
            "twilio_conversations_service", "support", {"sid": sids[0], "friendly_name": "stale s3cr3t"}
        ),
        resource("twilio_conversations_service", "this", {"sid": sids[1]}, module="module.billing"),
        resource("twilio_conversations_services_v1", "region", *keyed),
        resource("twilio_conversations_role", "agent", {"sid": role.sid, "service_sid": sids[0]}),
        resource("twilio_conversations_service_configuration", "c", {"id": sids[0], "service_sid": sids[0]}),
        resource("twilio_conversations_role", "lost", {"sid": "RL" + "1" * 32, "service_sid": sids[4]}),
        resource("twilio_conversations_address_configuration_default", "hotline", {"sid": address.sid}),
        resource("twilio_conversations_service", "gone", {"sid": GONE}),
        resource(
            "twilio_conversations_webhook",
            "w",
            {"id": "AC1", "post_webhook_url": "https://s3cr3t.example.com"},
        ),
        resource("twilio_conversations_conversation", "c", {"sid": "CH1"}),
        resource("twilio_messaging_service", "m", {"sid": "MG1"}),
        resource("twilio_conversations_service", "looked_up", {"sid": sids[4]}, mode="data"),
        resource("twilio_conversations_service", "old", {"deposed": "1", "attributes": {"sid": sids[4]}}),
    )
    state = read_terraform(path)

    made, texts = adopted(emulator, tmp_path, wish=Wish(state=state))
    told = [*moved(made, state)]

    found = {settings["importSid"]: name for name, settings in services_in(texts).items()}
    assert dict(zip(sids, ("support", "billing", "region-de", "region-0"), strict=False)) == found
    assert ["hotline"] == [each.name for each in made.entries if each.section == "addresses"]
    assert "s3cr3t" not in "".join(texts.values()) + "\n".join(told)
    assert "took: twilio_conversations_role.agent as services.support.roles.agent" in told
    assert 'took: twilio_conversations_services_v1.region["de"] as services.region-de' in told
    assert "  terraform state rm 'twilio_conversations_services_v1.region[\"de\"]'" in told
    left = {line.split(": ")[1] for line in told if line.startswith("not taken: ")}
    assert {
        "twilio_conversations_service.gone",
        "twilio_conversations_role.lost",
        "twilio_conversations_webhook.w",
        "twilio_conversations_conversation.c",
    } == left


BAD: list[tuple[str, str]] = [
    ("s3cr3t", "is no JSON"),
    ("[]", "is no state of Terraform's format 4"),
    ('{"version": 3, "modules": []}', "is no state of Terraform's format 4"),
    ("[" * 100_000, "is no JSON"),
]


@pytest.mark.parametrize(("text", "said"), BAD)
def test_file_that_is_no_state_is_one_error(tmp_path, text, said):
    """It repeats nothing of what stands in it."""
    path = tmp_path / "x.tfstate"
    path.write_text(text)

    with pytest.raises(GitopsError, match=re.escape(said)) as told:
        read_terraform(path)

    assert "s3cr3t" not in str(told.value)


def test_state_of_another_account_is_an_error(emulator, tmp_path):
    """It would look as if everything were gone."""
    services_of(emulator.url).create(friendly_name="acme")
    path = write(tmp_path / "x.tfstate", resource("twilio_conversations_service", "gone", {"sid": GONE}))

    with pytest.raises(GitopsError, match="this account has nothing of what that state manages"):
        adopted(emulator, tmp_path, wish=Wish(state=read_terraform(path)))


@pytest.mark.timeout(600)
def test_move_from_terraform_goes_as_its_page_says(workspace: Workspace):
    """Its commands, one after the other, and nothing is written at Twilio."""
    url = begin(workspace)
    sid = services_of(url).create(friendly_name="acme-support").sid
    write(
        workspace.root / "terraform.tfstate",
        resource("twilio_conversations_service", "support", {"sid": sid}),
    )
    page = (DOCS / "from-terraform.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^ *```bash\n(.*?)^ *```", page, re.MULTILINE | re.DOTALL)
    workspace.emulator.clear_requests()

    seen = [
        *played(workspace, [line.strip() for block in blocks for line in block.splitlines()], EMULATOR="1")
    ]

    assert [0, 0, 0] == [code for code, _ in seen], seen
    assert "  terraform state rm twilio_conversations_service.support" in seen[0][1]
    assert f"importSid: {sid}" in stack_file(workspace)
    assert ["support"] == [*workspace.outputs(EMULATOR="1")]
    assert [] == writes(workspace)
