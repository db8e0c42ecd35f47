# ruff: noqa: E501 (data: one form a line)
"""What may be a postal address and is too doubtful to stop anything: a street's word and a number near each other.

Patterns run on folded text like those of `_address_forms`, and every repetition is bounded.
"""

from __future__ import annotations

import re

_BEGIN, _END = r"(?<![^\W_])(?<![.#]\d)", r"(?![^\W_])"
_GAP = r"[\s,._-]{1,3}"
_WORD = r"(?>[^\W\d_]{1,24}(?:'[^\W\d_]{0,10})?)"
_NUMBER = r"\d{1,4}\s?[a-h]?(?:\s?[-/]\s?\d{1,3}[a-h]?)?"
_STREET = (
    r"(?:street|avenue|ave|road|rd|lane|boulevard|blvd|crescent|terrace|highway|hwy|mews|parkway|esplanade|wharf|turnpike|freeway|"
    r"causeway|nagar|marg|colony|enclave|vihar|chowk|salai|calle|avenida|avda|plaza|paseo|camino|carrera|carretera|pasaje|rua|"
    r"travessa|estrada|alameda|via|viale|piazza|corso|vicolo|strada|rue|chemin|impasse|quai|allee|strasse|weg|platz|gasse|ulica|"
    r"aleja|ulice|namesti|utca|korut|caddesi|sokak|mahallesi|jalan|jln|straat|laan|plein|gracht|kade|singel|gatan|gata|vagen|"
    r"veien|vej|gade|katu|tie|heol|ffordd|stryd|sraid|bothar|улица|ул|проспект|переулок|площадь|шоссе|бульвар|набережная|вулиця|"
    r"οδοσ|λεωφοροσ|رحوب|שדרות|רחוב|شارع|طريق|خيابان|كوچه|ถนน|ซอย|duong|pho|barangay|brgy|poblacion|purok|kampung|kelurahan)"
)
_COMPOUND = (
    r"(?!(?:park|spiel|stell|sport|camping|arbeits|sitz|lager|rast|liege|lehr|bahn|fried|bau)(?:platz|platze|hof|damm|weg)[\s_-])"
    r"(?:[^\W\d_]{3,30}(?:strasse|stra(?:ß|s)e|str|weg|platz|allee|gasse|ufer|damm|straat|laan|plein|gracht|kade|singel|dijk|hof|haven|"
    r"gatan|vagen|veien|vegen|vej|gade|torget|katu|kuja|polku|utca))"
)
_HOUSE = r"(?:haus|casa|villa|quinta|finca|cortijo|residence|residencia|cottage|farmhouse|bungalow|lodge|rectory|vicarage|ty|chalet|edificio|condominio|immeuble|batiment|flat|apt|apartment|appartement|wohnung|depto|piso)"

FORMS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (rule, re.compile(pattern))
    for rule, pattern in (
        ("address-likely-street", rf"{_BEGIN}(?<!thanh\s){_STREET}{_GAP}(?:{_WORD}{_GAP}){{1,4}}(?:n[oºr°]?\.?\s?|#\s?)?{_NUMBER}{_END}"),
        ("address-likely-street", rf"{_BEGIN}{_NUMBER}{_GAP}(?:{_WORD}{_GAP}){{0,4}}{_STREET}{_GAP}{_WORD}"),
        ("address-likely-street", rf"{_BEGIN}{_NUMBER}{_GAP}(?:{_WORD}{_GAP}){{1,4}}{_STREET}{_END}"),
        ("address-likely-street", rf"{_BEGIN}(?:{_WORD}{_GAP}){{1,3}}{_STREET}{_GAP}{_NUMBER}{_END}"),
        ("address-likely-street", rf"{_BEGIN}{_COMPOUND}{_GAP}{_NUMBER}{_END}"),
        ("address-likely-house", rf"{_BEGIN}{_HOUSE}{_GAP}(?:{_WORD}{_GAP}){{0,3}}{_NUMBER}(?:,\s{_WORD}|,\s\d|{_END})"),
        ("address-likely-house", rf"{_BEGIN}(?:{_WORD}\s){{0,2}}{_HOUSE}(?:\s{_WORD}){{0,2}},\s(?:{_WORD}[\s-]?){{1,4}},\s{_WORD}"),
        ("address-likely-number", rf"{_BEGIN}(?:{_WORD}\s){{1,3}}\d{{1,4}}\s?[a-h]?,\s(?:\d{{4,6}}\s)?{_WORD}(?:\s{_WORD})?{_END}"),
        ("address-likely-number", rf"{_BEGIN}\d{{1,4}}[a-h]?,?\s(?:{_WORD}\s){{0,2}}{_WORD},\s{_WORD}(?:\s{_WORD})?{_END}"),
        ("address-likely-lane", rf"{_BEGIN}{_WORD}(?:\s{_WORD})?,\s(?:{_WORD}\s){{1,2}}(?:lane|road|street|rd|st|hill|green|close|drive|avenue|terrace|row|way),\s{_WORD}"),
        ("address-likely-number", rf"{_BEGIN}(?:{_WORD}\s){{0,2}}{_WORD}\s\d{{1,4}}\s?[a-h]?,\s\d\S{{0,3}}\s{_WORD},\s{_WORD}{_END}"),
        ("address-likely-street", rf"{_BEGIN}{_WORD}\s(?:u|g|pr|mnt|tn|pst|iela|gatve|gt|vn)\.?\s\d{{1,3}}(?:-\d{{1,3}})?{_END}"),
        ("address-likely-street", rf"{_BEGIN}[^\W\d_]{{4,20}}(?:vegur|gata|stigur|tun|gotu)\s\d{{1,3}}{_END}"),
        ("address-likely-street", rf"{_BEGIN}(?:{_WORD}\s){{1,2}}(?:gate|gata|markt|plads|plass|torg|tori|square)\s\d{{1,3}}(?:,\s{_WORD}){{1,2}}{_END}"),
        ("address-likely-box", rf"{_BEGIN}(?:stand|erf|plot|gp)\s\d{{2,5}},?\s{_WORD}"),
        ("address-likely-postcode", rf"{_BEGIN}(?:{_WORD}[\s,]{{1,2}}){{1,4}}(?:[a-z]{{1,2}}\d[a-z\d]?\s\d[a-z]{{2}}|[a-z]\d[a-z]\s\d[a-z]\d|\d{{4}}\s?[a-z]{{2}}){_END}"),
    )
)  # fmt: skip
"""Rule and pattern."""
