# ruff: noqa: E501, RUF001 (tables of words of many languages)
"""E-mail addresses, plain and spelled out ("desk at example dot net"); no look-up of domains.

The plain form is the common part of RFC 5322 (https://www.rfc-editor.org/rfc/rfc5322#section-3.4.1): a dot-atom, an at
sign, a domain that ends in letters. Linear: each pattern is anchored at its at sign and bounded. Measured with
`make eval-pii`; the figures stand in docs/policy.md.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ..base import Finding, Kind, Tier

if TYPE_CHECKING:
    from ..normalise import Text

_LOCAL = r"[\w.+%'-]{1,64}"
_LABELS = r"(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.){1,5}"
_PLAIN = re.compile(rf"(?<![\w.+%-]){_LOCAL}\s?@\s?{_LABELS}[^\W\d_]{{2,24}}(?![\w@])")
_ENCODED = re.compile(rf"(?<![\w.+%-])[\w.+'-]{{1,64}}%40{_LABELS}[^\W\d_]{{2,24}}(?![\w@])", re.IGNORECASE)
"""With the at sign as in a URL (https://www.rfc-editor.org/rfc/rfc3986#section-2.1)."""

# "at" and "dot" as people spell them in some twenty-five languages.
_AT_WORD = (
    r"at|arroba|chiocciola|arobase|ät|klammeraffe|malpa|małpa|собака|песик|равлик|кльомба|apenstaartje|snabel-?a|krøllalfa|krollalfa|"
    r"zavináč|zavinac|kukac|arond|coadă de maimuță|coada de maimuta|sobaka|ravlyk|afna|majmun|мајмун|маймунско а|arrova|"
    r"a bildua|ag|et|ett|ätt|艾特|小老鼠|圈a|एैट|এট|at-sign|kujunduslik|miukumauku|ät-merkki|eta|παπάκι|papaki|"
    r"שטרודל|a còng|a móc|a cong|アットマーク|アット|골뱅이|एट|ऐट|অ্যাট|แอท|آت|ات"
)
_DOT_WORD = (
    r"dot|tochka|krapka|tocka|tacka|taskas|pika|puntu|ponc|nukta|点儿|punkt|punto|point|ponto|kropka|точка|крапка|punt|punct|tečka|tecka|bodka|tačka|točka|pont|piste|nokta|titik|chấm|cham|prikk|"
    r"punktum|taškas|punkts|τελεία|teleia|נקודה|ドット|点|점|닷|डॉट|ডট|จุด|نقطة|نقطه"
)
_BRACKETED_AT = r"[\s_.-]{0,2}[(\[{<]\s?(?:" + _AT_WORD + r"|@|a)\s?[)\]}>][\s_.-]{0,2}"
_SPACED_AT = r"(?:\s?[\s_.-])(?:" + _AT_WORD + r")[\s_.-]\s?"
_SPELLED_DOT = (
    r"(?:[\s_-]{0,2}[(\[{<]\s?(?:"
    + _DOT_WORD
    + r"|\.)\s?[)\]}>][\s_-]{0,2}|\s?[\s_-](?:"
    + _DOT_WORD
    + r")[\s_-]\s?)"
)
_ENDING = (
    r"(?:[a-z]{2}|com|net|org|edu|gov|info|biz|dev|app|test|example|invalid|mail|cloud|online|site|shop|tech|email|name|xyz|рф|"
    r"club|store|world|team|agency|health|care|bank|cat|eus|gal|scot|cymru|wales|укр|бг|срб|мкд|бел|ком|كوم|مصر|कॉम|भारत|コム|公司|中国)"
)
_SIGNS = "\u0900-\u0dff"
"""Letters of India with their vowel signs, which are no letters to a pattern."""
_LOCAL_WORD = rf"[\w+%{_SIGNS}]{{1,40}}(?:(?:[.-]|{_SPELLED_DOT})[\w+%{_SIGNS}]{{1,40}}){{0,3}}"
_SLUG_WORD = rf"(?:[^\W_]|[{_SIGNS}]){{1,40}}"

_SPACED = re.compile(
    rf"(?<![\w.+%-]){_LOCAL}\s{{0,2}}@\s{{0,2}}[^\W_][\w-]{{0,62}}(?:\s{{0,2}}\.\s{{0,2}}[^\W_][\w-]{{0,62}}){{0,3}}\s{{0,2}}\.\s{{0,2}}{_ENDING}(?![\w@])",
    re.IGNORECASE,
)
_BRACKETED = re.compile(
    rf"(?<!\w){_LOCAL_WORD}{_BRACKETED_AT}[\w-]{{1,63}}(?:(?:\.|{_SPELLED_DOT})[\w-]{{1,63}}){{0,4}}",
    re.IGNORECASE,
)
_SPELLED = re.compile(
    rf"(?<![^\W_])(?:{_LOCAL_WORD}|{_SLUG_WORD}){_SPACED_AT}"
    rf"{_SLUG_WORD}(?:-{_SLUG_WORD}){{0,2}}(?:(?:\.|{_SPELLED_DOT}){_SLUG_WORD}){{0,2}}{_SPELLED_DOT}{_ENDING}(?![^\W_])",
    re.IGNORECASE,
)
# An at word with a plain dot is an address only where the ending is common: "sale at example.net".
_HALF = re.compile(
    rf"(?<![^\W_]){_LOCAL_WORD}{_SPACED_AT}{_SLUG_WORD}(?:[.-]{_SLUG_WORD}){{0,2}}\."
    r"(?:com|net|org|edu|gov|mail|info|biz|co\.uk|de|fr|es|it|nl|pl|ru|br|in|jp|ca|au|ie|ng|za|ke|mx|ch|at|se|no|dk|fi|"
    r"kr|tw|cn|hk|sg|ph|id|th|vn|tr|gr|ro|hu|cz|sk|hr|rs|si|bg|ua|il|ae|sa|eg|ar|cl|pe|pt|be|lt|lv|ee)"
    r"(?![^\W_])",
    re.IGNORECASE,
)
_CAMEL = re.compile(r"(?<![^\W_])[\w.-]{1,40}?[a-z0-9]AT[a-z0-9][\w-]{0,40}?[a-z0-9]DOT[a-z]{2,12}(?![^\W_])")
_SLUG_AT = re.compile(
    rf"(?<![^\W_]){_SLUG_WORD}(?:[._-]{_SLUG_WORD}){{0,2}}[_-]at[_-]{_SLUG_WORD}(?:-{_SLUG_WORD}){{0,2}}[_.-]"
    r"(?:com|net|org|edu|io|dev|co[._-]uk|co[._-]in|com[._-]br|com[._-]au|de|fr|es|it|nl|pl|eu|ca|us)(?![^\W_])",
    re.IGNORECASE,
)
_MAILBOX_HOSTS = (
    r"gmail|googlemail|hotmail|outlook|yahoo|ymail|icloud|protonmail|aol|gmx|yandex|fastmail|tutanota|rediffmail|naver|qq|"
    r"libero|orange|wanadoo|laposte|seznam|wp|mailru|mail"
)
_SLUGGED = re.compile(
    rf"(?<![^\W_]){_SLUG_WORD}(?:[._-]{_SLUG_WORD}){{0,2}}[._-](?:at[._-])?(?:{_MAILBOX_HOSTS})[._-]"
    r"(?:com|net|org|de|fr|it|es|ru|co[._-]uk|co[._-]in|cz|pl)(?![^\W_])",
    re.IGNORECASE,
)

_REMOTE_USER = re.compile(r"(?i)(?:^|[\s/])(?:git|hg|ssh|svn)\s?@")
"""Addresses of repositories and machines, not of people."""
_FILE_ENDING = re.compile(r"(?i)\.(?:png|jpe?g|svg|json|ya?ml|js|ts|py|sh|md|txt)$")
"""`icon@2x.png` and its like."""


class EmailRecognizer:
    """Find e-mail addresses."""

    kind: Kind = "email"

    _RULES: tuple[tuple[str, re.Pattern[str], Tier, float], ...] = (
        ("email-plain", _PLAIN, "stop", 1.0),
        ("email-encoded", _ENCODED, "stop", 0.95),
        ("email-spaced", _SPACED, "stop", 0.95),
        ("email-bracketed-at", _BRACKETED, "stop", 0.95),
        ("email-spelled", _SPELLED, "stop", 0.9),
        ("email-at-word", _HALF, "stop", 0.8),
        ("email-camel-case", _CAMEL, "stop", 0.8),
        ("email-slug", _SLUG_AT, "stop", 0.75),
        ("email-mailbox-host", _SLUGGED, "stop", 0.8),
    )

    def find(self, text: Text) -> list[Finding]:
        """Answer with the e-mail addresses in `text`."""
        found: list[Finding] = []
        if not _may_hold(text.norm):
            return found
        for rule, pattern, tier, confidence in self._RULES:
            for match in pattern.finditer(text.norm):
                if _is_machine(text.norm, match):
                    continue
                start, end = text.span(match.start(), match.end())
                found.append(Finding(self.kind, tier, rule, start, end, confidence))
        return found


_TRIGGER = re.compile(
    rf"(?i)@|%40|[(\[{{<]a[)\]}}>]|[a-z0-9]AT[a-z0-9]|(?<![^\W_])(?:{_AT_WORD}|{_MAILBOX_HOSTS})(?![^\W_])"
)


def _may_hold(norm: str) -> bool:
    return _TRIGGER.search(norm) is not None


def _is_machine(norm: str, match: re.Match[str]) -> bool:
    return bool(
        _REMOTE_USER.search(norm, max(0, match.start() - 1), match.end())
        or _FILE_ENDING.search(match.group())
    )
