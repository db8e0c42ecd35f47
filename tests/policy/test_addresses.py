# ruff: noqa: RUF001 (letters of many scripts are what is tested)
"""Postal addresses: hits and misses."""

from __future__ import annotations

import pytest

from policy.pii.contacts.addresses import AddressRecognizer
from policy.pii.normalise import read


def found(text: str) -> list[str]:
    """Rules of the findings, each once."""
    return sorted({f.rule for f in AddressRecognizer().find(read(text))})


HITS = {
    "gr_floor": "Ermou 87, 2os orofos, Volos",
    "gr_floor_greek": "Σταδίου 14, 4ος όροφος",
    "hu_abbreviated": "Bajza u. 12. II/4",
    "fr_place": "lieu-dit Le Bourg, 46200 Souillac",
    "vn_alley": "Số 18 ngõ 102 Láng",
    "hk_road": "香港九龍彌敦道688號",
    "in_house_number": "H.No 4-7-112, Habsiguda",
    "in_bungalow": "बंगला नं 12",
    "ar_building": "مبنى 7 شارع 15",
    "bg": "бул. Витоша 15",
    "ru_city": "г. Казань, Баумана 58",
    "hr_square": "Trg slobode 3",
    "lv": "Brīvības iela 55",
    "ro_road": "Șos. Mihai Bravu 42",
    "tr_abbreviated": "Bağdat Cd. 212/4",
    "mt": "Triq ir-Repubblika 45",
    "za_bag": "Private Bag X12",
    "nz_rural": "RD 2 Hamilton 3282",
    "uk_house_on_a_lane": "Larkfield, Back Lane, Ilkley",
    "us_street": "742 Evergreen Terrace",
    "us_ordinal": "350 W 42nd St",
    "us_slug": "12-oak-street-uat",
    "us_camel": "12OakStreetDesk",
    "us_rural": "RR 2 Box 118",
    "uk_flat": "Flat 3, 18 Mossley Road",
    "uk_house": "Rose Cottage, Mill Lane",
    "uk_village": "The Old Rectory, Little Wickham",
    "uk_named": "The Willows, Station Road",
    "uk_known_street": "8-10 Broadway, London",
    "uk_postcode": "Elm Road, Bath BA1 2QQ",
    "ca_direction": "77 Bloor St W",
    "au_unit": "Unit 5/88 Harbour Esplanade",
    "weak_type_capitalised": "42 Wallaby Way",
    "de_compound": "Lindenstraße 14",
    "de_abbreviated": "Hauptstr. 5a",
    "de_article": "Unter den Linden 77",
    "fr": "14 bis avenue Foch",
    "es": "Calle Mayor, 5",
    "co": "Carrera 7 # 71-21",
    "es_ordinal_sign": "Calle 8 nº 15",
    "it": "Via Roma 12",
    "it_number_word": "via Dante Alighieri n. 7",
    "hu_ut": "Váci út 45",
    "hu_long": "Petőfi Sándor út 12",
    "br": "Rua das Flores, 123",
    "nl": "Kerkstraat 12",
    "pl": "ul. Długa 5",
    "se": "Storgatan 5",
    "fi": "Mannerheimintie 12",
    "tr": "Atatürk Cad. No: 12",
    "ru": "ул. Ленина, д. 5",
    "ru_type_last": "Невский проспект, 28",
    "at": "Mariahilfer Straße 88/12",
    "gr": "Οδός Ερμού 15",
    "ar": "شارع الملك فهد 25",
    "he": "רחוב הרצל 10",
    "in_plot": "Plot 23, Sector 17",
    "in_house": "H.No. 12-3-45, Banjara Hills Road",
    "in_sector": "C-12, Sector 18, Noida",
    "in_nagar": "42 Gandhi Nagar",
    "id": "Jl. Sudirman No. 45",
    "vn": "12 Đường Lê Lợi",
    "jp": "東京都渋谷区神南1-2-3",
    "jp_postcode": "〒150-0041",
    "jp_district_first": "Shibuya 2-21-1",
    "jp_latin": "2-11-3 Meguro, Meguro-ku",
    "cn": "建国路88号",
    "kr": "세종대로 110",
    "box": "P.O. Box 4417",
    "box_slug": "po-box-99-returns",
    "box_german": "Postfach 10 20 30",
    "box_french": "BP 127",
    "box_afrikaans": "Posbus 312, Paarl",
    "danish_definite": "Egevejen 14",
    "czech_slash": "Nad Alejí 512/8, Brno",
    "number_postcode_city": "Pod Lipami 12, 130 00 Praha",
    "british_house_and_postcode": "Bryn Glas, Heol Isaf, Machynlleth SY20 8AA",
    "irish": "14 Sráid na Siopaí",
    "romanian_abbreviated": "Str. Lalelelor nr. 8",
    "basque": "Artekale kalea 12",
    "cn_prefixed": "中山路乙12号",
    "kr_branch": "양화로12길 8",
    "jp_three_words": "1-4-7 Midori Honmachi, Koganei-shi",
}

MISSES = {
    "vn_city": "Thành phố Hồ Chí Minh kho 2",
    "utah": "Ogden UT 12",
    "slug_with_ut": "clinic-ut-12",
    "street_alone": "Oak Street market",
    "city_alone": "Lima hub",
    "ordinal_avenue": "5th Avenue store",
    "two_way": "2 way street forum",
    "food_drive": "2025 food drive",
    "day_drive": "365 day drive",
    "route": "Route 66 diner",
    "pier": "Pier 39 tours",
    "inbox": "inbox 12",
    "dropbox": "dropbox 365",
    "suite": "Suite 400 tenants",
    "parking": "Parkplatz 4",
    "sprint": "sprint 42 review",
    "navigate": "navigate 12",
    "engineering": "engineering-01",
    "everyday_ring": "neighbouring 7",
    "via_channel": "via Slack 3",
    "german_week": "zur Woche 32",
    "steps": "step 1, phase 2",
    "always_open": "Hotline 24/7, Berlin",
    "terminal_and_code": "Terminal 3, 60549 Frankfurt",
    "sprint_and_year": "Sprint 12, 2024 Planning",
    "place_alone": "Place de la Concorde",
    "empty": "",
}


@pytest.mark.parametrize("text", HITS.values(), ids=HITS.keys())
def test_address_is_found(text: str) -> None:
    """Addresses are found in the order and words of their country."""
    assert found(text)


LIKELY = {
    "small_words": "Pasaje Los Quillayes 2218",
    "compound": "Oude Gracht 15",
    "number_first": "221 b upper station colony lane",
    "house_and_place": "Haus Edelweiss 83, Ischgl",
    "number_and_town": "Rosenhain 12, 3100 Steyr",
    "postcode": "Bell Inn, Nether Wallop SO20 8EU",
}


@pytest.mark.parametrize("text", LIKELY.values(), ids=LIKELY.keys())
def test_likely_address_is_told(text: str) -> None:
    """A street's word and a number beside each other are worth a look, whatever the country."""
    assert found(text)


@pytest.mark.parametrize("text", MISSES.values(), ids=MISSES.keys())
def test_address_lookalike_is_passed(text: str) -> None:
    """A street, a city or a number alone is no address."""
    assert [] == found(text)
