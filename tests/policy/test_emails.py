# ruff: noqa: RUF001 (letters of many scripts are what is tested)
"""E-mail addresses: hits and misses."""

from __future__ import annotations

import pytest

from policy.pii.contacts.emails import EmailRecognizer
from policy.pii.normalise import read


def found(text: str) -> list[tuple[str, str]]:
    """Rule and text of each finding."""
    return [(f.rule, text[f.start : f.end]) for f in EmailRecognizer().find(read(text))]


HITS = {
    "plain": ("write to jo.doe@mail.example.com now", ("email-plain", "jo.doe@mail.example.com")),
    "tagged": ("billing+eu@shop.example.org", ("email-plain", "billing+eu@shop.example.org")),
    "full_width_sign": ("jo＠example.com", ("email-plain", "jo＠example.com")),
    "blanks_around_sign": ("jo @ example.com", ("email-plain", "jo @ example.com")),
    "other_letters": ("пётр@пример.рф", ("email-plain", "пётр@пример.рф")),
    "zero_width_blank": ("jo@exam\u200bple.com", ("email-plain", "jo@exam\u200bple.com")),
    "spelled": ("desk at example dot net", ("email-spelled", "desk at example dot net")),
    "spelled_slug": ("jo-doe-at-example-dot-com", None),
    "bracketed": ("jo.doe [at] example [dot] com", ("email-bracketed-at", "jo.doe [at] example [dot] com")),
    "round_brackets": ("jo(at)example.com", ("email-bracketed-at", "jo(at)example.com")),
    "at_word_plain_dot": ("jo.doe at example.com", ("email-at-word", "jo.doe at example.com")),
    "spanish": ("citas arroba ejemplo punto com", ("email-spelled", "citas arroba ejemplo punto com")),
    "blanks_everywhere": ("first.aid @ example . com", ("email-spaced", "first.aid @ example . com")),
    "czech": ("kontakt (zavináč) example.com", ("email-bracketed-at", "kontakt (zavináč) example.com")),
    "japanese": (
        "desk アットマーク example ドット com",
        ("email-spelled", "desk アットマーク example ドット com"),
    ),
    "camel_case": ("janeATmailDOTcom", ("email-camel-case", "janeATmailDOTcom")),
    "slug_without_dot": ("jane_at_mail_com", ("email-slug", "jane_at_mail_com")),
    "letter_in_brackets": ("jane.roe(a)mail.com", ("email-bracketed-at", "jane.roe(a)mail.com")),
    "percent_encoded": ("open jane%40example.com", ("email-encoded", "jane%40example.com")),
    "one_letter_spelled": ("x at y dot com", ("email-spelled", "x at y dot com")),
    "turkish": ("destek et ornek nokta com", ("email-spelled", "destek et ornek nokta com")),
    "russian_in_latin_letters": (
        "help sobaka primer tochka ru",
        ("email-spelled", "help sobaka primer tochka ru"),
    ),
    "slovenian": ("info afna primer pika si", ("email-spelled", "info afna primer pika si")),
    "hindi": ("सहायता एट उदाहरण डॉट कॉम", ("email-spelled", "सहायता एट उदाहरण डॉट कॉम")),
    "arabic": ("دعم آت مثال نقطة كوم", ("email-spelled", "دعم آت مثال نقطة كوم")),
    "hyphens_around_words": ("desk -at- example -dot- org", ("email-spelled", "desk -at- example -dot- org")),
    "korean_word_and_host": ("help 골뱅이 example.co.kr", ("email-at-word", "help 골뱅이 example.co.kr")),
    "mailbox_host_slug": ("jo-doe-gmail-com", ("email-mailbox-host", "jo-doe-gmail-com")),
}

MISSES = {
    "mention": "@here notifications",
    "repository": "git@code.example.com:team/app",
    "version_tag": "app@1.2.3",
    "retina_image": "logo@2x.png",
    "at_without_dot": "sale at the mall",
    "dot_without_at": "example dot com launch",
    "no_ending": "looking at site dot plan",
    "host_alone": "jane@localhost",
    "price": "3 @ 20 each",
    "percent_and_number": "save %40 today",
    "latin_and": "Cie et point de vente",
    "empty": "",
}


@pytest.mark.parametrize(("text", "expected"), HITS.values(), ids=HITS.keys())
def test_email_address_is_found(text: str, expected: tuple[str, str] | None) -> None:
    """Addresses are found however they are spelled, with their whole span."""
    answer = found(text)

    if expected is None:
        assert answer
    else:
        assert expected in answer


@pytest.mark.parametrize("text", MISSES.values(), ids=MISSES.keys())
def test_email_lookalike_is_passed(text: str) -> None:
    """An at sign or the word alone is no address."""
    assert [] == found(text)
