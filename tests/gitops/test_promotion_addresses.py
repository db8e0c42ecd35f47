"""Addresses of the account in a promotion: each environment's numbers are its own, and nobody reads them."""

from __future__ import annotations

from textwrap import dedent

from plain_yaml import load_text
from tests.gitops.test_promote import promoted

ADDRESSES = """\
    config:
      conversation-services:addresses:
        hotline:
          type: sms
          address: "+15550100"
          friendlyName: acme-hotline-dev
          autoCreation: {enabled: true, type: default, service: desk-dev}
        night: {type: sms, address: "+15550101"}
      conversation-services:services:
        desk-dev: {friendlyName: acme-desk-dev}
"""


def test_promotion_of_an_address_brings_what_it_leads_to_and_no_number():
    """The numbers of an environment are its own; a service is led to by its name there."""
    done = promoted(
        ADDRESSES,
        """\
        config:
          conversation-services:addresses:
            hotline: # printed on every bill
              address: {secure: v1:stage}
              protect: true
          conversation-services:services:
            desk-stage: {friendlyName: acme-desk-stage}
        """,
    )

    expected = """\
        config:
          conversation-services:addresses:
            hotline: # printed on every bill
              type: sms
              address: {secure: v1:stage}
              protect: true
              friendlyName: acme-hotline-stage
              autoCreation: {enabled: true, type: default, service: desk-stage}
          conversation-services:services:
            desk-stage: {friendlyName: acme-desk-stage}
        """
    assert dedent(expected) == done.text
    (note,) = done.notes
    assert "config set --secret --path 'conversation-services:addresses.night.address' --stack stage" in note
    assert "+1555" not in f"{done.text} {done.diff} {note}"


def test_promotion_shows_no_number_that_stands_beside_a_change():
    """A number may be a person's."""
    done = promoted(ADDRESSES, ADDRESSES.replace("dev", "stage").replace("enabled: true", "enabled: false"))

    assert 'address: "[not shown]"' in done.diff
    assert 'address: "+15550100"' in done.text


def test_pruned_service_takes_its_secrets_along_and_stays_while_an_address_leads_to_it():
    """The target must preview afterwards: neither may name a service that is not there."""
    target = """\
        config:
          conversation-services:addresses: {hotline: {type: sms, address: "1", autoCreation: {service: desk}}}
          conversation-services:secrets:
            trial: {webhook: {preWebhookUrl: {secure: v1:stage}}}
            support: {webhook: {preWebhookUrl: {secure: v1:stage}}}
          conversation-services:services:
            desk: {friendlyName: d}
            trial: {friendlyName: t}
            support: {friendlyName: s}
        """

    done = promoted(
        "config: {'conversation-services:services': {support: {friendlyName: s}}}", target, prune=True
    )

    config = load_text(done.text)["config"]
    assert ["desk", "support"] == [*config["conversation-services:services"]]
    assert ["support"] == [*config["conversation-services:secrets"]]
    assert (("trial",), ("desk",)) == (done.removed, done.left)
    assert any("desk stays: the address hotline leads messages to it" in note for note in done.notes)
