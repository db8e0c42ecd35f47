"""Phone numbers: valid ones of the regions asked for, and shapes that only a phone number has.

Validity is judged by `phonenumbers` (https://github.com/daviddrysdale/python-phonenumbers, a port of libphonenumber);
it is imported at the first text with enough digits, for it costs 30 ms. What it rejects may still be written as a phone
number, such as numbers kept for fiction: a second set of rules knows the shapes and the words beside them. SIDs,
UUIDs, dates, versions, tickets, build numbers and IP addresses are taken out first. At most 8 candidates of a
text are judged, so that no text is slow.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ..base import Finding, Kind, Tier

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ..normalise import Text

DEFAULT_REGIONS = (
    "US", "GB", "AU", "DE", "FR", "ES", "IT", "BR", "IN", "JP", "MX", "NG", "KE", "ZA", "PL", "NL", "SE", "CH", "IE",
    "CN", "KR", "TR", "PH", "ID", "EG", "PT",
)  # fmt: skip
"""Regions whose national form is recognised by default, as ISO 3166 codes; US covers the numbers of Canada."""

_UNSPACED_LETTERS = re.compile(
    r"[\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff]"
)
"""Letters of scripts that put no blank between a word and a number."""
_MIN_DIGITS, _MAX_DIGITS = 7, 15  # ITU-T E.164
_FULL_DIGITS = 9
"""Digits that a number has at least when another one follows it after a blank."""

# Runs of digits with the separators that phone numbers have; at most one level of brackets.
_CANDIDATE = re.compile(
    r"(?<![^\W_])\+{0,2}\(?\d(?:[\s().\-/_·]{0,3}\d){6,31}(?!(?!x\d|ext)[^\W_]|[-.]\d)", re.IGNORECASE
)

_NOT_PHONES = re.compile(
    r"""(?ix)
    (?<![^\W_])(?:
      [a-z]{2}[0-9a-f]{32}                                              # SID: two letters, 32 hex digits
    | [0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}      # UUID, RFC 9562
    | (?=[0-9a-f]*[a-f])[0-9a-f]{12,64}                                 # hash
    | (?:\d{1,3}\.){3}\d{1,3}(?:[:/]\d{1,5})?                           # IPv4
    | (?:19|20)\d\d[-_./\s]?(?:0[1-9]|1[0-2])[-_./\s]?(?:0[1-9]|[12]\d|3[01])        # date, year first, ISO 8601
      (?:[-_.\sT]?[0-2]\d[-_:.h]?[0-5]\d(?:[-_:.]?[0-5]\d)?z?)?                  # and time
    | (?:0?[1-9]|[12]\d|3[01])[-_./](?:0?[1-9]|1[0-2])[-_./](?:19|20)\d\d   # day first
    | (?:0?[1-9]|1[0-2])[-_./](?:0?[1-9]|[12]\d|3[01])[-_./](?:19|20)\d\d   # month first
    | (?:19|20)\d\d\s?[-/_]\s?(?:19|20)\d\d                              # span of years
    | (?<!\+)(?<!\d/)v?(?!(?:1\.)?\d{3}\.\d{3}\.\d{4}(?!\d))\d{1,4}(?:\.\d{1,5}){2,3}(?:[-+][\w.]{1,20})?   # version
    | (?:[01]\d|2[0-4])(?:00|15|30|45)\s?-\s?(?:[01]\d|2[0-4])(?:00|15|30|45)     # opening hours
    | \d{3}-\d{2}-\d{4}                                               # US social security number
    | 〒\s?\d{3}-?\d{4}                                              # Japanese postcode
    | 97[89][-\s]?\d{1,5}[-\s]?\d{1,7}[-\s]?\d{1,7}[-\s]?[\dx]          # ISBN-13
    | [a-z]{2}\d{2}\s?(?:[a-z0-9]{4}\s?){3,7}[a-z0-9]{1,4}              # IBAN
    )(?![^\W_])
    """
)
_BETWEEN_NUMBERS = re.compile(r"\s?/\s?|\s-\s|\s{1,3}")
_DOTTED_PAIRS = re.compile(r"(?<![\w.])0\d(?:\.\d\d){4}(?![\w.])")
"""Pairs as the French write them, which are no version and no IP address."""
_NUMBER_LABEL = re.compile(
    r"""(?ix)(?<![^\W_\d])(?:build|bld|ticket|tkt|case|order|invoice|inv|issue|bug|incident|inc|req|ref|reference|po|sku|sn|serial|id|
    account|acct|batch|lot|run|job|pipeline|release|rev|revision|commit|version|ver|v|port|epoch|timestamp|ts|chg|task|
    part|item|asset|contract|policy|claim|booking|pnr|iban|isbn|ean|upc|vin|mrn|npi|tracking|parcel|shipment|doc|
    user|customer|cust|member|device|meter|employee|emp|badge|card|loan|deal|key|token|nonce|trace|span|session|msg|message|
    thread|shard|partition|offset|record|row|entry|form|wo|so|rma|awb|ups|fedex|dhl|usps|imei|iccid|cve|rfc|iso|gtin|asin|
    expediente|exp|dossier|aktenzeichen|az|vorgang|akte|sprawa|pedido|factura|facture|fattura|rechnung|commande|bestellung|auftrag|
    订单|訂單|单号|單號|编号|編號|工单|工單|账号|帳號|流水|快递|注文|番号|会員|주문|번호|접수|송장|
    bp|posbus|apdo|lote|lot|rappel|protocolo|processo|siniestro|sinistre|schaden|box|postfach|postbus|boks|casilla|apartado|postal|campaign|budget|count|limit|quota|max|min|size|bytes|seq|no|nr|num|error|code|zip|tax|vat|ein|abn|siret|cnpj)
    [\s:#._-]{0,3}$"""
)
_UNSPACED = "電話|电话|手机|전화|熱線|热线|專線|专线|直通|ホットライン|핫라인|대표번호"
"""Labels in scripts that put no blank before them."""
_PHONE_LABEL = re.compile(
    rf"""(?ix)(?:^|[^\w]|_)(?:tel|telephone|telefon|telefone|telefono|teléfono|tél|fon|phone|ph|mobile|mob|mobil|móvil|movil|
    celular|cel|cell|handy|call|callback|dial|ring|sms|text|txt|whatsapp|wa|fax|viber|signal|telegram|natel|gsm|msisdn|
    tlf|tfn|hotline|line|phone\s?number|[^\W\d_]{{1,20}}(?:telefon|telefoon|telefonen|puhelin|hotline)|
    (?:ruf|[^\W\d_]{{0,20}}telefon|[^\W\d_]{{0,20}}telefoon|handy|mobil|mobiel)nummer|
    {_UNSPACED}|тел|телефон|هاتف|جوال|फोन|मोबाइल)
    (?:\s?(?:us|me|number|no|nr|num|on|at|office|home))?\s?[:#.=_@+-]{{0,2}}\s{{0,2}}$"""
)
_UNSPACED_LABEL = re.compile(rf"(?:{_UNSPACED})[\s:.]{{0,2}}$")
_SHAPES: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "phone-north-american",
        re.compile(r"^(?:\+?1[\s.\-_]{0,2})?(?:\(\d{3}\)[\s.\-_]?|\d{3}[\s.\-_])\d{3}[\s.\-_]\d{4}$"),
    ),
    ("phone-international", re.compile(r"^(?:\+|00(?=[1-9]\d)[1-9]\d)[\d\s().\-/_·]+$")),
    ("phone-area-code", re.compile(r"^\(0?\d{1,5}\)[\s.\-_/]?\d{2,5}(?:[\s.\-_]?\d{2,5}){1,3}$")),
    (
        "phone-trunk-groups",
        re.compile(r"^0\d{1,4}[\s.\-_/]\d{2,8}(?:[\s.\-_]\d{2,5}){1,4}$|^0\d{2,4}[\s/]\d{5,8}$"),
    ),
    ("phone-russian-trunk", re.compile(r"^8[\s-]?(?:\(\d{3,5}\)|\d{3,5})[\s-]?\d{1,3}[\s-]\d\d[\s-]\d\d$")),
    ("phone-pairs", re.compile(r"^0\d(?:[\s.\-]\d\d){4}$")),
)
_DIGIT_WORD = (
    r"(?:zero|oh|one|two|three|four|five|six|seven|eight|nine|(?:double|triple)[\s_.-]{1,2}(?:zero|oh|one|two|three|four|"
    r"five|six|seven|eight|nine))"
)
_SPELLED = re.compile(rf"(?i)(?<![^\W_])(?:{_DIGIT_WORD}[\s_.,-]{{1,2}}){{6,14}}{_DIGIT_WORD}(?![^\W_])")
_GLUED = re.compile(
    r"(?i)(?<![^\W_])(?:tel|call|ph|phone|mob|mobile|cell|sms|text|wa|whatsapp|fax)(\+?\d(?:[\s().\-]{0,2}\d){6,14})(?![^\W_])"
)
_FICTION = re.compile(r"(?<![^\W_])(?<!\d[-. ])555[-. ]01\d\d(?![^\W_]|[-.]\d)")  # kept for fiction by NANPA
_VANITY = re.compile(
    r"(?<![^\W_])1[-. ]8(?:00|33|44|55|66|77|88)[-. ](?=[A-Z0-9-]{0,9}[A-Z])[A-Z0-9]{3,7}(?:-[A-Z0-9]{2,7})?(?![^\W_])"
)
_SHORT_LOCAL = re.compile(r"(?<![^\W_])\d{3}[-. ]\d{4}(?![^\W_]|[-.]\d)")


_GROUPINGS = frozenset(
    {
        (3, 3, 4),
        (3, 3, 3),
        (3, 4, 4),
        (2, 4, 4),
        (4, 3, 3),
        (5, 5),
        (3, 2, 2, 2),
        (3, 3, 2, 2),
        (2, 3, 2, 2),
        (2, 5, 4),
        (4, 6),
        (5, 6),
        (3, 7),
    }
)
"""How people group national numbers, whatever the country's official way."""


def _is_grouped_alike(written: str, national: str) -> bool:
    """Tell a number that is grouped as one from a code such as 12-3456-789, which some country would take."""
    groups = tuple(len(group) for group in re.findall(r"\d+", written))
    if groups and groups[0] == 1 and written[0] == "1":
        groups = groups[1:]
    official = tuple(len(group) for group in re.findall(r"\d+", national.lstrip("(").removeprefix("0")))
    return len(groups) == 1 or groups == official or groups in _GROUPINGS


def _is_placeholder(candidate: str) -> bool:
    """Tell what somebody typed to have a number: 000-000-0000, 1234567890."""
    digits = "".join(filter(str.isdigit, candidate))
    return len(set(digits)) == 1 or digits in ("0123456789", "1234567890", "123456789", "12345678", "1234567")


def _readings(norm: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the stretches of a run of digits that may be a number each.

    Two that a slash parts are two, and so are two behind one another that are too many digits for one.
    """
    for gap in _BETWEEN_NUMBERS.finditer(norm, start, end):
        left, right = _digits(norm[start : gap.start()]), _digits(norm[gap.end() : end])
        is_sure = gap.group() != " " and left >= _MIN_DIGITS
        if right >= _MIN_DIGITS and (is_sure or (left >= _FULL_DIGITS and left + right > _MAX_DIGITS)):
            yield start, gap.start()
            yield from _readings(norm, gap.end(), end)
            return
        if _is_house_number(norm[start : gap.start()]) and right > _MIN_DIGITS and norm[gap.end()] in "(+":
            yield gap.end(), end
            return
    yield start, end


def _is_house_number(text: str) -> bool:
    """Tell a number before a phone's in brackets that is no trunk prefix and no code of a country or an area."""
    return text.isdigit() and 3 <= len(text) <= 5 and text[0] != "0"


def _digits(text: str) -> int:
    return sum(map(str.isdigit, text))


class PhoneRecognizer:
    """Find phone numbers.

    Args:
        regions: ISO 3166 codes of the regions whose national numbers are recognised.
    """

    kind: Kind = "phone"

    def __init__(self, regions: Sequence[str] = DEFAULT_REGIONS) -> None:
        self._regions = tuple(regions)

    def find(self, text: Text) -> list[Finding]:
        """Answer with the phone numbers in `text`."""
        norm = text.norm
        found = [
            self._finding(text, m.start(), m.end(), rule, "stop", 0.9)
            for rule, pattern in (("phone-spelled", _SPELLED), ("phone-vanity", _VANITY))
            for m in pattern.finditer(norm)
        ]
        if _digits(norm) < _MIN_DIGITS:
            return found
        spaced = _DOTTED_PAIRS.sub(lambda m: m.group().replace(".", " "), norm)
        masked = _NOT_PHONES.sub(lambda m: "x" * len(m.group()), spaced)
        apart = _UNSPACED_LETTERS.sub("|", masked)
        for match in _CANDIDATE.finditer(apart):
            for start, end in _readings(apart, *match.span()):
                judged = self._judge(masked, start, masked[start:end])
                if judged is not None:
                    found.append(self._finding(text, start, end, *judged))
        glued = _GLUED.finditer(masked)
        found += [
            self._finding(text, match.start(1), match.end(1), "phone-label", "stop", 0.9) for match in glued
        ]
        return found or list(self._short(text, masked))

    def _short(self, text: Text, masked: str) -> Iterator[Finding]:
        """Yield local numbers of seven digits that a word beside them, or fiction, gives away."""
        for match in _SHORT_LOCAL.finditer(masked):
            if _PHONE_LABEL.search(masked, 0, match.start()):
                yield self._finding(text, match.start(), match.end(), "phone-label", "stop", 0.9)
            elif _FICTION.match(masked, match.start()):
                yield self._finding(text, match.start(), match.end(), "phone-fiction", "stop", 0.8)

    def _finding(self, text: Text, start: int, end: int, rule: str, tier: Tier, confidence: float) -> Finding:
        raw_start, raw_end = text.span(start, end)
        return Finding(self.kind, tier, rule, raw_start, raw_end, confidence)

    def _judge(self, norm: str, start: int, candidate: str) -> tuple[str, Tier, float] | None:
        digits = _digits(candidate)
        if not _MIN_DIGITS <= digits <= _MAX_DIGITS + 2 or _is_placeholder(candidate):
            return None
        before = norm[max(0, start - 24) : start]
        if _PHONE_LABEL.search(before) or _UNSPACED_LABEL.search(before):
            return "phone-label", "stop", 0.95
        if _NUMBER_LABEL.search(before) and not candidate.startswith("+"):
            return None
        if self._is_valid(candidate):
            return "phone-valid", "stop", 1.0
        for rule, shape in _SHAPES:
            if shape.match(candidate):
                return rule, "stop", 0.8
        return None

    def _is_valid(self, candidate: str) -> bool:
        from phonenumbers import (
            NumberParseException,
            PhoneNumberFormat,
            format_number,
            is_valid_number,
            parse,
        )

        plain = (
            candidate.replace("_", " ").replace("·", " ").lstrip("+")
            if candidate.startswith("++")
            else candidate
        )
        plain = plain.replace("_", "-")
        digits = "".join(filter(str.isdigit, plain))
        grouped = len(digits) != len(plain)
        for region in self._plausible_regions(plain, digits, grouped=grouped):
            try:
                number = parse(plain, region)
            except NumberParseException:
                continue
            if is_valid_number(number) and (
                plain[0] in "+(0"
                or _is_grouped_alike(plain, format_number(number, PhoneNumberFormat.NATIONAL))
            ):
                return True
        return False

    def _plausible_regions(self, plain: str, digits: str, *, grouped: bool) -> Iterator[str]:
        """Yield regions to try; bare digits must look national, or any build number would be a phone somewhere."""
        if plain.startswith("+"):
            yield "ZZ"
            return
        if not grouped and not (digits.startswith("0") or len(digits) >= 10):
            return
        for region in self._regions:
            if (
                grouped
                or digits.startswith("0")
                or region in {"US", "IN", "BR", "MX", "NG", "ES", "IT", "CN"}
            ):
                yield region
