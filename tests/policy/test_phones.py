# ruff: noqa: RUF001 (letters of many scripts are what is tested)
"""Phone numbers: hits and misses."""

from __future__ import annotations

import pytest

from policy.pii.contacts.phones import PhoneRecognizer
from policy.pii.normalise import read


def found(text: str, regions: tuple[str, ...] | None = None) -> list[tuple[str, str]]:
    """Rule and text of each finding."""
    recognizer = PhoneRecognizer(regions) if regions else PhoneRecognizer()
    return [(f.rule, text[f.start : f.end]) for f in recognizer.find(read(text))]


HITS = {
    "international": ("desk +44 20 7946 0018", ("phone-valid", "+44 20 7946 0018")),
    "international_fiction": ("+44 7700 900461", ("phone-international", "+44 7700 900461")),
    "dotted": ("212.555.0147", ("phone-valid", "212.555.0147")),
    "slug": ("support-4155550134", ("phone-valid", "4155550134")),
    "north_american": ("(212) 555-0188 line", ("phone-valid", "(212) 555-0188")),
    "bare_national": ("4155550134", ("phone-valid", "4155550134")),
    "french_pairs": ("06 12 34 56 78", ("phone-valid", "06 12 34 56 78")),
    "french_dots": ("06.39.98.74.60", ("phone-valid", "06.39.98.74.60")),
    "belgian_dots": ("0470/12.84.35", ("phone-valid", "0470/12.84.35")),
    "compound_label": ("Vakttelefon 915 04 372", ("phone-label", "915 04 372")),
    "german_label": ("Rufnummer 4417 2390", ("phone-label", "4417 2390")),
    "unspaced_label": ("查詢熱線 2881 4407", ("phone-label", "2881 4407")),
    "german_slash": ("089/12345678", ("phone-valid", "089/12345678")),
    "indian_pairs": ("98765 43210", ("phone-valid", "98765 43210")),
    "labelled_short": ("ph: 555-0199", ("phone-label", "555-0199")),
    "labelled_slug": ("sms_14155550102", ("phone-label", "14155550102")),
    "behind_a_house_number": ("Av. Central 2104 (11) 3274-8806", ("phone-valid", "(11) 3274-8806")),
    "extension_behind_han": ("受付 03-5447-2186 内線12", ("phone-valid", "03-5447-2186")),
    "russian_trunk": ("8 (912) 345-67-89", ("phone-russian-trunk", "8 (912) 345-67-89")),
    "vanity": ("1-800-FLOWERS promo", ("phone-vanity", "1-800-FLOWERS")),
    "fiction_alone": ("555-0142 hotline", ("phone-fiction", "555-0142")),
    "glued_label": ("tel4155550188", ("phone-label", "4155550188")),
    "arabic_digits": ("٠٥٠ ١٢٣ ٤٥٦٧", ("phone-valid", "٠٥٠ ١٢٣ ٤٥٦٧")),
    "spelled": (
        "call four one five five five five zero one",
        ("phone-spelled", "four one five five five five zero one"),
    ),
    "glued_to_han": ("王小明13812345678", ("phone-valid", "13812345678")),
    "country_code_glued_to_han": ("客服+8613812345678", ("phone-valid", "+8613812345678")),
    "glued_to_hangul": ("김민준010-1234-5678", ("phone-valid", "010-1234-5678")),
}

MISSES = {
    "opening_hours": "Hours 0900-1730 Mon-Fri",
    "date": "20250314",
    "date_and_time": "2025-03-14 09:30",
    "day_first": "14.03.2025",
    "ip_address": "10.20.30.40 healthcheck",
    "version": "release 2024.11.3",
    "uuid": "3f2b8c1e-9d4a-4f6b-8a2c-1d3e5f7a9b0c",
    "sid": "IS00000000001234567890123456789012",
    "build": "build 4155550173",
    "stock_code": "SKU 8812-3345-11",
    "grouped_code": "lot 12-3456-789",
    "social_security": "123-45-6789",
    "epoch": "export-1718035200",
    "user_number": "user 9876543210",
    "postcode": "〒150-0041",
    "ticket": "INC0045512 bridge",
    "order": "order #48213991",
    "iban": "DE89 3704 0044 0532 0130 00",
    "years": "2024-2025 season",
    "placeholder": "000-000-0000",
    "counted": "1234567890 load test",
    "box": "P.O. Box 20145-00200",
    "order_number_in_german": "Bestellnummer 12345678",
    "file_number": "Expediente 2023/004417",
    "hours": "24/7 hotline",
    "short": "911",
    "order_number_in_chinese": "订单13812345678",
    "order_number_in_korean": "주문 010-1234-5678",
}


@pytest.mark.parametrize(("text", "expected"), HITS.values(), ids=HITS.keys())
def test_phone_number_is_found(text: str, expected: tuple[str, str]) -> None:
    """Valid numbers and the shapes of fictional ones are found, with their whole span."""
    assert [expected] == found(text)


@pytest.mark.parametrize("text", MISSES.values(), ids=MISSES.keys())
def test_phone_lookalike_is_passed(text: str) -> None:
    """Digits that mean something else are no phone number."""
    assert [] == found(text)


TWO = {
    "after_e164": ("+14155550134 4155550135", ["+14155550134", "4155550135"]),
    "after_grouped_e164": ("+1 415 555 0134 415 555 0135", ["+1 415 555 0134", "415 555 0135"]),
    "slash": ("0171 3920845 / 0171 3920846", ["0171 3920845", "0171 3920846"]),
    "comma": ("+44 161 496 0123, 0161 496 0124", ["+44 161 496 0123", "0161 496 0124"]),
    "blank": ("98765 43210 98765 43211", ["98765 43210", "98765 43211"]),
}


@pytest.mark.parametrize(("text", "expected"), TWO.values(), ids=TWO.keys())
def test_two_phone_numbers_are_both_found(text: str, expected: list[str]) -> None:
    """A second number must not hide the first, nor the first the second."""
    assert expected == [number for _, number in found(text)]


def test_phone_of_unconfigured_region_is_passed() -> None:
    """A national number counts only for the regions asked for."""
    text = "98765 43210"

    assert ([("phone-valid", text)], []) == (found(text, ("IN",)), found(text, ("IS",)))
