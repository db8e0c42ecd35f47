"""People in names, and what looks like them: what stops, what advises, what passes whatever stands around it."""

from __future__ import annotations

from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policy.pii import detect
from policy.pii.lexicon import lexicon

Verdict = Literal["stop", "advise", ""]


def verdict(text: str) -> Verdict:
    """What the persons found in a text are good for."""
    tiers = {finding.tier for finding in detect(text) if finding.kind == "person"}
    return "stop" if "stop" in tiers else "advise" if tiers else ""


STOPPED = {
    "full_name_possessive": "Jane Roe's billing",
    "initial_and_surname": "jnovak",
    "initial_and_surname_uat": "jnovak-uat",
    "initial_and_surname_and_channel": "jnovak-chat",
    "initial_and_surname_and_product": "jnovak-verify",
    "initial_and_surname_behind_vendor": "twilio-jnovak",
    "first_last_before_channel": "petra.novak.whatsapp",
    "snake_case_before_channel": "petra_novak_sms",
    "capitals": "PETRA NOVAK",
    "capitals_and_channel": "PETRA NOVAK CHAT",
    "camel_case_and_product": "PetraNovakFlex",
    "in_brackets": "Onboarding (Petra Novak)",
    "two_given_names_south_asia": "Rahul Vijay",
    "possessive": "Maria's sandbox",
    "possessive_of_a_word": "Bob's sandbox",
    "possessive_of_another_word": "Grace's inbox",
    "possessive_of_a_diminutive": "Debbie's test queue",
    "sandbox_of": "sandbox of Maria",
    "desk_of": "desk of Bob",
    "title": "Dr. Harriet Pemberton",
    "title_and_surname": "Mrs Featherstone intake",
    "korean_honorific": "김민준님",
    "korean_particle": "김민준의 알림",
    "korean_and_channel": "박지현 상담",
    "ethiopic": "አበበ ከበደ",
    "ethiopic_long": "ትዕግስት ወልደማርያም",
    "rare_japanese_surname": "長谷部健太様",
}

FOUND = {
    "first_name_in_a_team": "Linda in payroll",
    "names_that_are_words_too": "Bill Gates queue",
    "korean_given_name_of_two": "Kim Min-seo line",
    "initials_and_surname": "M K Thistlewood",
    "lithuanian_genitive": "Rūtos Kazlauskienės eilė",
    "greek_genitive": "Ουρά Γιάννη Παπαδόπουλου",
    "turkish_possessive": "Mehmet'in kuyruğu",
    "vietnamese_user_name": "tranvanquyet_dev",
    "first_and_last_joined": "johnsmith",
    "commonest_full_name": "John Smith",
    "name_of_the_unnamed": "Jane Doe",
    "name_of_one_list": "avigdor_mizrachi_dev",
    "first_dot_last": "behnam.rostamian",
    "titled_surname_before_words": "Nurse Abernathy night shift chat",
    "surname_and_initial": "novakj-dev",
    "initial_and_polish_surname": "mkowalczyk-uat",
    "initial_and_indian_surname": "psrivastava-verify",
    "surname_that_is_a_word": "Megan Fox",
    "surname_that_is_a_landscape": "James Hill",
    "two_given_names_west_africa": "Kwame Kofi",
    "surname_that_is_a_quality": "Laura Bright",
    "user_name_of_a_common_word": "jsmith",
    "user_name_of_a_colour": "jbrown-dev",
    "two_initials": "rjblackwood-test",
    "owner_in_a_department": "Ruby from payroll",
    "little_known_names": "whitcombe_jane_dev",
    "kana": "こばやし ゆうき",
}

HIDDEN = {
    "user_name_behind_a_brand": "netflix-jsmith",
    "full_name_behind_a_brand": "netflix-maria-garcia",
    "full_name_behind_an_unlisted_word": "zorbix-priyanka-patel",
    "full_name_between_brands": "netflix maria garcia github",
    "trade_word_between_the_parts": "priyanka-orders-raghunathan",
    "trade_words_between_the_parts": "Priyanka billing desk Raghunathan",
    "behind_two_surnames": "baker-mckenzie-desk-priyanka-raghunathan",
    "behind_a_set_phrase": "wells-fargo-priyanka-raghunathan",
}

PASSED = {
    "unlisted_word": "hyprland-prod",
    "coined_word": "acme-dev",
    "joined_word": "myapp-prod",
    "trade_word": "chatbot-dev",
    "library_and_digit": "libc6",
    "coined_word_and_digit": "volcarona7",
    "tools": "ssh-key",
    "tools_and_environment": "helm-chart-prod",
    "common_ending": "shopman-prod",
    "common_ending_in_son": "gitson-uat",
    "scope_and_package": "@acme/mailer",
    "package_path": "babel/plugin-transform",
    "town": "charlotte-prod",
    "town_snake_case": "valencia_uat",
    "town_and_number": "florence-01",
    "region": "krasnodar-test",
    "region_of_two_words": "tamil-nadu-dev",
    "district_russian": "raion-dev",
    "district_polish": "powiat-prod",
    "district_indonesian": "kecamatan-uat",
    "letter_behind_a_word": "Plan B Support",
    "letter_between_words": "La-Z-Boy OTP",
    "vitamin": "Vitamin C chat",
    "two_surnames": "Baker McKenzie intake",
    "camel_case_brand": "NiceHashBot",
    "acronym": "gateway for SAP",
    "acronym_of_a_protocol": "client for AMQP",
    "client_for_product": "client for Postgres",
    "plugin_for_product": "plugin for Jest",
    "phrase_han": "新年快乐 群",
    "phrase_han_welcome": "欢迎光临",
    "phrase_kana": "よろしくお願いします",
    "phrase_hebrew": "שבת שלום",
    "lone_first_name": "Maria",
    "lone_first_name_and_environment": "maria-prod",
    "lone_first_name_and_channel": "Grace Support",
    "lone_surname": "okafor-hub",
    "town_in_an_environment": "Sydney in test",
    "two_tools": "xopen-pipfile-prod",
}


@pytest.mark.parametrize("text", STOPPED.values(), ids=STOPPED.keys())
def test_person_stops(text: str) -> None:
    """What names a person for nearly certain stops an update, in whichever form a team writes it."""
    assert "stop" == verdict(text)


@pytest.mark.parametrize("text", FOUND.values(), ids=FOUND.keys())
def test_likely_person_is_found(text: str) -> None:
    """What may name a person is told at least."""
    assert "" != verdict(text)


@pytest.mark.parametrize("text", HIDDEN.values(), ids=HIDDEN.keys())
def test_person_behind_other_words_is_found(text: str) -> None:
    """A customer's name in front of a person, or a word of the trade between the parts, makes the person no other."""
    assert "" != verdict(text)


@pytest.mark.parametrize("text", PASSED.values(), ids=PASSED.keys())
def test_name_of_the_trade_passes(text: str) -> None:
    """A team that is stopped for its product's name switches the policy off."""
    assert "" == verdict(text)


CORES = (*STOPPED.values(), *FOUND.values(), *PASSED.values())
LATIN_CORES = tuple(text for text in CORES if text.isascii() and "'" not in text)
TRADE = tuple(sorted(word for word in lexicon().trade if word.isascii()))


@settings(deadline=None, max_examples=300)
@given(
    st.sampled_from(LATIN_CORES),
    st.sampled_from(TRADE),
    st.sampled_from(TRADE),
    st.sampled_from(["-", " ", "_", "."]),
)
def test_word_of_the_trade_does_not_decide(text: str, one: str, other: str, sign: str) -> None:
    """An environment, a channel, a product or a team, before or behind, this one or another: no difference."""
    written = (
        f"{text}{sign}{one}",
        f"{text}{sign}{other}",
        f"{one}{sign}{text}",
        f"{one}{sign}{text}{sign}{other}",
    )

    assert {verdict(text)} == {verdict(each) for each in written}


@settings(deadline=None, max_examples=100)
@given(
    st.sampled_from(CORES),
    st.integers(0, 9999),
    st.sampled_from(["eu-west-1", "us-east-2", "v2", "ap-southeast-1"]),
)
def test_number_or_region_does_not_decide(text: str, number: int, region: str) -> None:
    """A number, a version or a region beside a name is none of it."""
    assert {verdict(text)} == {
        verdict(f"{text} {number}"),
        verdict(f"{text}-{region}"),
        verdict(f"{region} {text}"),
    }


@settings(deadline=None, max_examples=300)
@given(st.from_regex(r"[a-z]{3,12}", fullmatch=True), st.sampled_from(TRADE))
def test_lone_unlisted_word_never_stops(word: str, trade: str) -> None:
    """A word that no list has is a product until something says otherwise."""
    mask = lexicon().mask(word)

    assert mask[:2] != "00" or verdict(f"{word}-{trade}") != "stop" or _is_user_name(word)


def _is_user_name(word: str) -> bool:
    """Tell whether a word ends or begins like a well-known surname, with an initial before or behind it."""
    parts = (word[1:], word[2:], word[:-1])
    return any(lexicon().mask(part)[1] != "0" for part in parts)


@settings(deadline=None, max_examples=200)
@given(
    st.sampled_from(
        ["Maria", "Grace", "Bob", "Jenkins", "Okafor", "Kowalczyk", "Rahul", "Hunter", "Chelsea", "Paris"]
    ),
    st.sampled_from(TRADE),
)
def test_lone_listed_name_passes(name: str, trade: str) -> None:
    """A first name or surname alone is a code name, a town or a shop more often than a person."""
    assert {""} == {verdict(name), verdict(f"{name} {trade}"), verdict(f"{name.lower()}-{trade}")}


WHOLE = (
    "jsmith", "jnovak", "psrivastava", "maria-garcia", "petra_novak", "Rahul Vijay", "Priyanka Raghunathan",
    "kwame.mensah", "JaneWhitcombe", "ingrid haugland",
)  # fmt: skip
STRANGERS = (
    "netflix",
    "zorbix",
    "hyprland",
    "acme",
    "kubernetes",
    "qwiklab",
    "Baker McKenzie",
    "wells-fargo",
)


@settings(deadline=None, max_examples=200)
@given(
    st.sampled_from(WHOLE),
    st.sampled_from(STRANGERS),
    st.sampled_from(TRADE),
    st.sampled_from(["-", " ", "_"]),
)
def test_stranger_beside_a_person_hides_no_one(name: str, stranger: str, trade: str, sign: str) -> None:
    """What no list has, or lists have as a brand, says nothing of the name behind it, nor does what stands between."""
    written = (
        f"{stranger}{sign}{name}",
        f"{stranger}{sign}{trade}{sign}{name}",
        f"{name}{sign}{trade}{sign}{stranger}",
    )

    assert "" not in {verdict(each) for each in written}


@settings(deadline=None, max_examples=100)
@given(
    st.sampled_from(
        [("maria", "garcia"), ("petra", "novak"), ("priyanka", "raghunathan"), ("kwame", "mensah")]
    ),
    st.sampled_from(TRADE),
    st.sampled_from(["-", " ", "_"]),
)
def test_word_of_the_trade_between_the_parts_hides_no_one(
    name: tuple[str, str], trade: str, sign: str
) -> None:
    """A team writes `maria-orders-garcia` as well as `orders-maria-garcia`."""
    given_name, surname = name

    assert "" != verdict(f"{given_name}{sign}{trade}{sign}{surname}")
