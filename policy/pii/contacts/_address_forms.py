# ruff: noqa: E501, RUF001, SIM905, F541 (data: one form a line, letters of many scripts)
"""The grammars of postal addresses, one per order of words; data and patterns, no decisions.

All patterns run on folded text (lower case, no diacritics) and take blanks, commas, hyphens and underscores between
words. Every repetition is bounded, so that each runs in linear time. Groups: `number` (house number), `name` (the
street's own words) and `street` (its type) let the caller weigh doubtful hits.
"""

from __future__ import annotations

import re

_SEP = r"[\s,._-]{1,3}"
_WORD = r"(?>[^\W\d_]{1,24}(?:'[^\W\d_]{0,10})?)"  # whole: trying its parts would take time squared and more
_ORDINAL = r"\d{1,3}(?:st|nd|rd|th)"
_NUMBER = r"(?P<number>\d{1,5}(?:\s?[a-h])?(?:\s?[-/]\s?\d{1,4}[a-h]?)?)"
_BEGIN, _END = r"(?<![^\W_])(?<![.#]\d)", r"(?![^\W_])"
_NUMBER_AFTER = (
    r"(?:"
    + _SEP
    + r"|\s?[#№]\s?)(?:(?:n|no|nr|num|numero|nro|civ)[.°º]{0,2}\s?|n?[º°]\s?|[#№]\s?)?(?P<number>\d{1,5}(?:\s?[a-h])?(?:[-/]\d{1,4})?)"
    + _END
)

WEAK_STREETS = frozenset(
    "way place park view drive court row hill rise walk green path loop plaza square close circle st dr pl ct run mount "
    "ter cross gate bend point ridge pass yard mill bridge station vale field fields garden gardens heights".split()
)
"""Street types that are everyday words or abbreviations of them."""

NO_STREET_NAMES = frozenset(
    "fast hour hours hr hrs day days way ways min mins minute minutes mile miles km seat seats bed step steps stop stops "
    "year years week weeks month months person people team teams blood food toy test tests hard disk usb tb gb mb door "
    "phase zone level bit percent off top best new version release build sprint for and the to from with in on at is "
    "our your my donation coat book clothing charity test-drive free item items user users node nodes lane car cars "
    "bus line lines shop shops store stores site sites floor floors dead express check inbox order orders case "
    "queue desk team support promo campaign reasons slack sms api email mail web chat whatsapp app apps phone http https rest "
    "grpc center centre telegram signal fax post webhook agent agents tier stage pipeline batch "
    "terminal pier dock halle hall gleis raum saal tor gebaude bau building pavillon stand kanal ticketnummer filiale markt".split()
)
"""Words that no street is named after, at least not in the singular place before its type."""

_EN_STREETS = (
    r"street|str|st|avenue|ave|road|rd|lane|ln|boulevard|blvd|bvd|drive|drv|dr|court|ct|crescent|cres|terrace|tce|ter|highway|"
    r"hwy|parade|pde|place|pl|square|sq|close|grove|gardens|garden|gdns|mews|way|walk|row|hill|rise|view|circle|cir|trail|"
    r"trl|parkway|pkwy|esplanade|quay|wharf|loop|alley|plaza|path|turnpike|pike|green|mount|park|vale|broadway|freeway|"
    r"circuit|cct|causeway|embankment|bypass|estate|nagar|marg|colony|enclave|vihar|chowk|layout|gali|salai|puram|"
    r"straat|cross|bend|ridge|run|fields|heights"
)
_DIRECTION = r"(?:(?:n|s|e|w|ne|nw|se|sw|north|south|east|west|old|great|upper|lower)" + _SEP + ")?"

_ROMANCE_FIRST = (  # type, name, number: Spanish, Portuguese, Italian, Romanian, Polish, Indonesian, Russian, Hebrew…
    r"calle|c/|cl|avenida|avda|av|plaza|pza|plza|paseo|camino|carrera|cra|carretera|ctra|ronda|travesia|calzada|callejon|"
    r"jiron|pasaje|psje|diagonal|transversal|glorieta|rambla|po\sde|paseig de|passeig de|borgo|fondamenta|localita|loc|rione|al|rod|gran via|carrer|avinguda|rua|r\.|travessa|trav|alameda|praca|pca|estrada|rodovia|beco|"
    r"ladeira|largo|via|viale|v\.le|piazza|p\.zza|piazzale|corso|vicolo|strada|contrada|lungotevere|lungarno|salita|"
    r"bulevardul|calea|soseaua|aleea|ulica|ul|aleja|aleje|plac|osiedle|os|jalan|jln|jl|gang|gg|"
    r"chaussee|sos|trg|rr|rruga|triq|jr|cesta|улица|ул|бул|вулиця|вул|проспект|просп|пр-т|пр|переулок|пер|провулок|площадь|пл|шоссе|бульвар|б-р|набережная|наб|"
    r"οδοσ|λεωφοροσ|λεωφ|רחוב|שדרות|شارع|خيابان|كوچه|حي|ถนน|ซอย|duong|pho|rue|avenue|boulevard|bd|chemin|allee|impasse|quai"
)
_FRENCH = (
    r"rue|r|avenue|av|boulevard|bd|blvd|place|pl|chemin|allee|allees|impasse|quai|route|cours|square|passage|faubourg|sentier|"
    r"ruelle|venelle|esplanade|montee|residence|hameau|lotissement|jalan|jln|duong|pho"
)
_GERMANIC = (
    r"(?:[^\W\d_]{2,30}(?:strasse|stra(?:ß|s)e|str|weg|platz|allee|gasse|ring|damm|ufer|steig|chaussee|markt|graben|stieg|pfad|wall|"
    r"kamp|straat|laan|plein|gracht|kade|singel|dijk|dreef|steeg|plantsoen|gatan|gata|gaten|vagen|veien|vegen|vej|gade|"
    r"torget|torvet|torg|plads|pladsen|plassen|straede|stræde|vejen|gaden|alleen|svinget|bakken|toften|vaenget|backen|stigen|granden|"
    r"katu|kuja|polku|puistikko|kaari|raitti|steenweg|laantje|hof)|[^\W\d_]{5,30}(?:tie|gate))"
)
_GERMAN_STOP = (
    r"(?!(?:arbeits|park|spiel|stell|lager|schlaf|sitz|lehr|golf|sport|tennis|camping|rast|liege|messe|super|bau|floh|"
    r"weihnachts|wochen|fisch|arbeits|aktien|finanz|telekom|bahn|monitor|hamme|boxing|wrestling|key|spring|st|b|moni)"
    r"(?:platz|markt|ring)[\s,_-])(?!(?:navigate|investigate|delegate|aggregate|mitigate|propagate|litigate|irrigate|"
    r"necktie|bowtie|seagate|colgate|watergate|moongate|floodgate|tailgate|hallway|conjugate|surrogate|interrogate)[\s,_-])"
)
_GERMAN_ARTICLE = r"(?:am|an\sder|an\sden|im|in\sder|in\sden|auf\sdem|auf\sder|unter\sden|zum|zur|bei\sder|hinter\sder|vor\sdem)"
_TRAILING = (  # name, type, number: Czech, Hungarian, Turkish, German written apart
    r"iela|gatve|prospektas|mnt|maantee|puiestee|tanav|cesta|kalea|etorbidea|hiribidea|ulice|trida|namesti|namestie|nabrezi|utca|korut|setany|caddesi|cad|cd|sokak|sokagi|sok|bulvari|strasse|stra(?:ß|s)e|str|"
    r"allee|platz|weg|gasse|ring|ufer|damm|mahallesi|проспект|улица|ул|вулиця|переулок|пер|площадь|шоссе|бульвар|набережная"
)
_UNIT = r"(?:apt|apartment|appt|flat|unit|suite|ste|room|rm|villa|shop|office|floor|tower|block|blk|bldg|d[oú]pto|piso)"
_BUILDING = (
    r"(?:court|house|towers?|building|mansions?|heights|gardens|apartments?|apts|residency|residences?|villas?|lodge|"
    r"estate|complex|society|hall|terrace|plaza|point|place|park|view|enclave|chambers|arcade)"
)
_HOUSE = r"(?:cottage|farmhouse|farm|lodge|barn|manor|croft|grange|vicarage|rectory|bungalow|house|mill|villa|chalet)"
_INDIAN_AREA = (
    r"(?:road|rd|marg|nagar|colony|sector|layout|cross|main|street|st|enclave|vihar|chowk|society|apartments?|phase|block|bagh|"
    r"ganj|puram|gali|lane|extension|extn|stage|peth|pet|wadi|garden|residency|estate|avenue|scheme|way|close|drive|crescent)"
)
_UK_AREA = (
    r"ab|al|b|ba|bb|bd|bh|bl|bn|br|bs|bt|ca|cb|cf|ch|cm|co|cr|ct|cv|cw|da|dd|de|dg|dh|dl|dn|dt|dy|e|ec|eh|en|ex|fk|fy|g|gl|gu|ha|hd|hg|hp|"
    r"hr|hs|hu|hx|ig|im|ip|iv|je|ka|kt|kw|ky|l|la|ld|le|ll|ln|ls|lu|m|me|mk|ml|n|ne|ng|nn|np|nr|nw|ol|ox|pa|pe|ph|pl|po|pr|rg|rh|rm|s|sa|"
    r"se|sg|sk|sl|sm|sn|so|sp|sr|ss|st|sw|sy|ta|td|tf|tn|tq|tr|ts|tw|ub|w|wa|wc|wd|wf|wn|wr|ws|wv|yo|ze"
)
_BOX = (
    r"(?:p\.?\s?o\.?[\s_-]{0,2}box|post(?:al)?[\s_-](?:office[\s_-])?box|gpo[\s_-]box|locked[\s_-]bag|private[\s_-]bag|p\.?\s?m\.?\s?b\.?|"
    r"po[\s_-]bag|private[\s_-]bag[\s_-]x|postfach|boite[\s_-]postale|b\.\s?p\.|bp|case[\s_-]postale|apartado(?:[\s_-](?:postal|de[\s_-]correos|aereo))?|apdo|"
    r"casilla(?:[\s_-](?:postal|de[\s_-]correo))?|caixa[\s_-]postal|casella[\s_-]postale|postbus|postboks|postbox|pob|postilokero|"
    r"posbus|posboks|bosca[\s_-]poist|skrytka[\s_-]pocztowa|skr[\s_-]poczt|p\.?\s?f\.|postafiok|c\.\s?p\.|cx\.?\s?postal|а/я|абонентский[\s_-]ящик|私書箱|"
    r"邮政信箱|信箱|사서함|ص\s?\.\s?ب|صندوق[\s_-]بريد|ת\s?\.?\s?ד|ταχ\w{0,8}[\s_-]θυρ\w{0,4}|posta[\s_-]kutusu|p\.?k\.|hom[\s_-]thu)"
)


def _form(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


FORMS: tuple[tuple[str, re.Pattern[str], float], ...] = (
    ("address-box", _form(rf"{_BEGIN}{_BOX}{{1}}(?:[\s,.:#_-]{{0,3}}(?:no|nr|num|n[º°])?[\s,.:#_-]{{0,3}})\d{{1,7}}{_END}"), 0.95),
    (
        "address-number-street",
        _form(
            rf"{_BEGIN}{_NUMBER}{_SEP}{_DIRECTION}(?P<name>(?:(?:{_WORD}|{_ORDINAL}){_SEP}){{1,4}}?)(?P<street>{_EN_STREETS}){_END}"
        ),
        0.9,
    ),
    (
        "address-number-ordinal",
        _form(rf"{_BEGIN}{_NUMBER}{_SEP}{_DIRECTION}{_ORDINAL}{_SEP}(?:street|st|avenue|ave|road|rd|main|cross|floor)\.?{_END}"),
        0.9,
    ),
    (
        "address-number-type-name",
        _form(
            rf"{_BEGIN}(?P<number>\d{{1,4}})(?:{_SEP}(?:bis|ter|quater|[a-c]))?{_SEP}(?:{_FRENCH})\.?{_SEP}"
            rf"(?P<name>{_WORD}(?:{_SEP}{_WORD}){{0,5}}){_END}"
        ),
        0.9,
    ),
    (
        "address-type-name-number",
        _form(rf"{_BEGIN}(?<!thanh\s)(?:{_ROMANCE_FIRST})[\s._-]{{1,3}}(?P<name>{_WORD}(?:{_SEP}{_WORD}){{0,5}}?){_NUMBER_AFTER}"),
        0.9,
    ),
    (
        "address-cyrillic-house",
        _form(
            rf"{_BEGIN}(?:{_ROMANCE_FIRST})[\s._-]{{1,3}}(?:{_WORD}{_SEP}){{1,4}}?(?:д|дом|буд|будинок|корп|кв|no|nr|nomor|kav|blok|"
            rf"پلاك|رقم)[\s.:№-]{{1,3}}\d{{1,5}}"
        ),
        0.95,
    ),
    (
        "address-colombian",
        _form(rf"{_BEGIN}(?:calle|cll|cl|carrera|cra|kr|transversal|diagonal|avenida|av)[\s.-]{{1,2}}\d{{1,3}}[a-z]?\s?(?:sur|norte|bis)?\s?(?:#|no\.?|n[º°])\s?\d{{1,3}}[a-z]?\s?-\s?\d{{1,3}}{_END}"),
        0.95,
    ),
    ("address-germanic", _form(rf"{_BEGIN}{_GERMAN_STOP}(?P<compound>{_GERMANIC})\.?[\s,_-]{{1,2}}\d{{1,4}}\s?[a-h]?{_END}"), 0.9),
    (
        "address-german-article",
        _form(rf"{_BEGIN}{_GERMAN_ARTICLE}[\s_-](?:alt|neu|hoh|klein|gross|ober|unter)?(?:en|em|er)?[\s_-]?(?!(?:jahr|jan|feb|marz|mai|april|juni|juli|august|sept|okt|nov|dez|monat|montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag|woche|tag|uhr|kw|sprint|quartal|test|team|raum|gate|gleis|terminal|stock|etage)[^\s_-]{{0,4}}[\s_-])[^\W\d_]{{3,24}}\.?[\s,_-]{{1,2}}\d{{1,3}}\s?[a-h]?{_END}"),
        0.7,
    ),
    (
        "address-name-type-number",
        _form(
            rf"{_BEGIN}(?P<name>{_WORD}(?:[\s-]{_WORD}){{0,2}})[\s-](?:{_TRAILING})\.?[\s,_-]{{1,2}}(?:no[:.]?\s?|c\.\s?)?\d{{1,4}}\s?[a-h]?{_END}"
        ),
        0.85,
    ),
    ("address-hungarian-ut", _form(rf"{_BEGIN}[^\W\d_]{{4,20}}[\s-](?:ut|ter)[\s]\d{{1,3}}\.{_END}"), 0.7),
    (
        "address-hungarian",
        _form(rf"{_BEGIN}(?:{_WORD}[\s-]){{1,3}}(?P<accented>ut|utja|ter|tere|fasor|koz)[\s,]{{1,2}}\d{{1,4}}(?:/[a-z])?{_END}"),
        0.8,
    ),
    ("address-turkish-no", _form(rf"(?:sokak|sok|sk|cadde|cad|cd|mah|bulvar|blv)[^\W\d_]{{0,4}}\.?[\s,]{{0,2}}no\s?[:.]?\s?\d{{1,4}}"), 0.9),
    (
        "address-indian",
        _form(
            rf"{_BEGIN}(?:h\.?\s?no|house(?:{_SEP}no)?|flat(?:{_SEP}no)?|plot(?:{_SEP}no)?|door(?:{_SEP}no)?|d\.?\s?no|qtr(?:{_SEP}no)?|shop{_SEP}no|stand|erf|lot|no)"
            rf"[\s.:#_-]{{1,3}}[a-z]?-?\d{{1,5}}(?:[-/]\d{{1,4}}){{0,3}}[a-z]?{_SEP}(?:[^\W_]{{1,20}}{_SEP}){{0,4}}?{_INDIAN_AREA}{_END}"
        ),
        0.9,
    ),
    (
        "address-indian-plot",
        _form(rf"{_BEGIN}(?:#\s?)?(?:[a-z]{{1,2}}[-/]?\d{{1,4}}(?:[-/]\d{{1,4}})?|#\s?\d{{1,4}}){_SEP}(?:(?:{_WORD}|{_ORDINAL}){_SEP}){{1,3}}?(?:nagar|vihar|enclave|colony|layout|marg|puram|chowk|bagh|kunj|kailash|extension|cross|main|phase){_END}"),
        0.85,
    ),
    (
        "address-number-word",
        _form(rf"{_BEGIN}(?P<number>one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty)[\s](?P<name>(?:{_WORD}[\s]){{1,3}}?)(?P<street>street|avenue|road|way|drive|plaza|place|square|lane|boulevard|court|parade|quay){_END}"),
        0.7,
    ),
    ("address-peruvian-lot", _form(rf"{_BEGIN}(?:mz|manzana){_SEP}[a-z\d]{{1,3}}{_SEP}(?:lt|lote){_SEP}\d{{1,3}}{_END}"), 0.9),
    ("address-brazilian-block", _form(rf"{_BEGIN}(?:quadra|qd|sqn|sqs|shin|shis){_SEP}\d{{1,4}}{_SEP}(?:lote|lt|bloco|bl|casa|conjunto|conj){_SEP}[a-z\d]{{1,4}}{_END}"), 0.9),
    (
        "address-unit-building",
        _form(rf"{_BEGIN}{_UNIT}[\s.:#_-]{{1,3}}(?:\d{{1,5}}[a-h]?|[a-h]\d{{0,4}}){_SEP}(?:{_WORD}{_SEP}){{1,3}}?{_BUILDING}{_END}"),
        0.8,
    ),
    (
        "address-named-house",
        _form(
            rf"{_BEGIN}(?:{_WORD}[\s_-]){{1,3}}?{_HOUSE}[\s,_-]{{1,2}}(?:{_WORD}[\s_-]){{1,3}}?"
            rf"(?:lane|road|street|rd|ln|avenue|drive|hill|green|close|crescent|terrace|gardens|mews){_END}"
        ),
        0.8,
    ),
    (
        "address-named-house",
        _form(
            rf"{_BEGIN}the[\s](?:{_WORD}[\s]?){{1,2}},\s?(?:{_WORD}[\s]){{1,2}}?(?:lane|road|street|rd|ln|avenue|drive|hill|green|close|crescent|terrace|gardens|mews){_END}"
        ),
        0.75,
    ),
    ("address-known-street", _form(rf"{_BEGIN}\d{{1,5}}[a-d]?(?:-\d{{1,4}})?{_SEP}(?:the[\s])?(?:broadway|piccadilly|strand|cheapside|whitehall|haymarket|embarcadero|bowery|graben){_END}"), 0.85),
    ("address-indian-sector", _form(rf"{_BEGIN}[a-z]{{1,2}}[-/]?\d{{1,4}}[a-z]?,[\s](?:sector|pocket)[\s-]{{1,2}}[a-z\d]{{1,4}}{_END}"), 0.8),
    ("address-numbered-street", _form(rf"{_BEGIN}(?:calle|carrera|avenida)[\s]\d{{1,3}}[a-z]?,?[\s](?:no?\.?|#)[\s]?\d{{1,4}}{_END}"), 0.85),
    (
        "address-named-house-village",
        _form(
            rf"{_BEGIN}(?:the[\s])?(?:old[\s](?:rectory|vicarage|mill|schoolhouse|post\soffice|forge|bakery|barn|dairy|chapel|manse)|"
            rf"{_WORD}[\s](?:cottage|farmhouse|croft)),\s{_WORD}(?:[\s-]{_WORD}){{0,3}}{_END}"
        ),
        0.75,
    ),
    (
        "address-street-postcode",
        _form(
            rf"{_BEGIN}(?:{_WORD}{_SEP}){{1,3}}?(?:{_EN_STREETS}){_SEP}(?:{_WORD}{_SEP}){{0,3}}?[a-z]{{1,2}}\d[a-z\d]?[\s-]?\d[a-z]{{2}}{_END}"
        ),
        0.85,
    ),
    ("address-grid", _form(rf"{_BEGIN}\d{{1,5}}{_SEP}(?:[nsew]|north|south|east|west)\.?{_SEP}\d{{1,5}}{_SEP}(?:[nsew]|north|south|east|west){_END}"), 0.8),
    (
        "address-rural-route",
        _form(rf"{_BEGIN}(?:\d{{1,5}}{_SEP}(?:county|state|cr|sr|farm){_SEP}(?:road|rd|route|rte|hwy|highway){_SEP}\d{{1,4}}|rr{_SEP}\d{{1,3}}{_SEP}box{_SEP}\d{{1,4}}|blk{_SEP}\d{{1,3}}{_SEP}lot{_SEP}\d{{1,3}})"),
        0.9,
    ),
    ("address-japanese", _form(r"〒\s?\d{3}-?\d{4}|[一二三四五六七八九十\d]{1,3}丁目|\d{1,5}番地|\d{1,4}番\d{1,4}号|[市区町村][^\W\d_]{1,8}\d{1,4}(?:-\d{1,4}){1,2}"), 0.95),
    (
        "address-japanese-latin",
        _form(
            rf"{_BEGIN}\d{{1,4}}-(?:\d{{1,4}}-)?\d{{1,4}}[\s,-]{{1,2}}{_WORD}[\s,-]{{1,2}}(?:{_WORD}[\s,-]{{1,2}}){{0,3}}?(?:ku|cho|machi|shi|ken|gun|to|fu){_END}"
            rf"|{_BEGIN}{_WORD}-(?:ku|cho|machi|shi)[\s,]{{1,2}}(?:{_WORD}[\s,-]{{1,2}})?\d{{1,4}}-\d{{1,4}}(?:-\d{{1,4}})?{_END}"
            rf"|\d{{1,2}}[\s-]?chome{_END}"
            rf"|{_BEGIN}(?:shibuya|shinjuku|minato|chiyoda|ginza|roppongi|akasaka|aoyama|minami-aoyama|ebisu|ueno|marunouchi|otemachi|umeda|namba|nishi-shinjuku)"
            rf"[\s,]{{1,2}}\d{{1,2}}-\d{{1,2}}(?:-\d{{1,3}})?{_END}"
            rf"|{_BEGIN}\d{{1,2}}-\d{{1,2}}-\d{{1,3}}[\s,-]{{1,2}}(?:{_WORD}[\s,-]{{1,2}}){{0,2}}?(?:tokyo|osaka|kyoto|nagoya|yokohama|kobe|sapporo|fukuoka|"
            rf"shibuya|shinjuku|minato|chiyoda|aoyama|ginza|roppongi|akasaka|ebisu|ueno|asakusa|meguro|setagaya|shinagawa|marunouchi|otemachi|umeda|namba){_END}"
        ),
        0.9,
    ),
    ("address-chinese", _form(r"[一-鿿]{1,8}(?:路|街|大道|巷|弄|胡同|里|村)\s?(?:[一二三四五六七八九十]段)?\s?[甲乙丙丁]?[\d一二三四五六七八九十百]{1,6}\s?(?:号|號|弄|巷)"), 0.95),
    ("address-korean-branch", _form(r"[가-힣]{1,10}(?:로|대로)\s?\d{1,4}(?:번|가)?길\s?\d{1,4}(?:-\d{1,4})?(?![\d가-힣])"), 0.9),
    ("address-korean", _form(r"[가-힣]{1,10}(?:로|길|대로)\s?\d{1,4}(?:-\d{1,4})?(?:번길\s?\d{1,4})?(?:번지|호)?(?![\d가-힣])|[가-힣]{2,6}동\s?\d{1,4}-\d{1,4}|\d{1,4}동\s?\d{1,4}호"), 0.9),
    ("address-thai", _form(r"\d{1,4}(?:/\d{1,4})?\s?(?:หมู่|ถนน|ซอย|ถ\.|ซ\.)|บ้านเลขที่\s?\d{1,4}"), 0.9),
    (
        "address-number-postcode",
        _form(
            rf"{_BEGIN}(?P<name>{_WORD}(?:[\s.-]{{1,2}}{_WORD}){{0,3}})[\s]{_NUMBER},?(?:[\s](?:[a-z\d]{{1,3}}\.?[\s,]{{1,2}}){{0,2}})?[\s]?"
            rf"(?:\d{{3}}[\s]\d{{2}}|\d{{2}}-\d{{3}}|\d{{4}}-\d{{3}}|\d{{4}}[\s][a-z]{{2}}|\d{{5}}|(?:[a-z]{{1,2}}-)?\d{{4,5}}|"
            rf"[a-z]{{1,2}}\d[a-z\d]?[\s]\d[a-z]{{2}})[\s](?P<city>{_WORD}){_END}"
        ),
        0.8,
    ),
    (
        "address-celtic",
        _form(
            rf"{_BEGIN}(?:\d{{1,4}}[a-h]?,?\s)(?:sraid|bothar|ascaill|ceide|cearnog|lana|heol|ffordd|stryd|lon|rhodfa)\s{_WORD}"
            rf"|{_BEGIN}{_WORD}(?:\s{_WORD}){{0,2}},\s(?:heol|ffordd|stryd|lon|rhodfa)\s{_WORD}(?:,|\s{_WORD})"
        ),
        0.85,
    ),
    (
        "address-czech",
        _form(rf"{_BEGIN}(?P<name>{_WORD}(?:\s{_WORD}){{0,2}})\s(?!24/7)\d{{2,4}}/\d{{1,3}}[a-c]?,\s(?P<city>{_WORD}){_END}"),
        0.8,
    ),
    (
        "address-uk-postcode",
        _form(
            rf"{_BEGIN}(?:{_WORD}(?:[\s-]{_WORD}){{0,3}},\s){{1,3}}{_WORD}(?:[\s-]{_WORD}){{0,3}},?\s(?:{_UK_AREA})\d[a-z\d]?\s\d[a-z]{{2}}{_END}"
        ),
        0.85,
    ),
    (
        "address-romanian",
        _form(rf"{_BEGIN}(?:str|bd|bdul|b-dul|sos|al|intr|spl)\.?[\s](?:{_WORD}[\s.]{{1,2}}){{1,4}}?,?[\s]?nr\.?[\s]?\d{{1,4}}{_END}"),
        0.9,
    ),
    ("address-arabic", _form(r"\d{1,5}\s?،?\s?(?:شارع|طريق|خيابان)\s[^\W\d_]{2,}"), 0.85),
    ("address-vietnamese", _form(rf"{_BEGIN}(?:so[\s])?\d{{1,4}}(?:/\d{{1,4}}){{0,3}}[a-z]?[\s,]{{1,2}}(?:duong|pho|ngo|hem|ngach)[\s]{_WORD}"), 0.9),
    ("address-arabic", _form(r"(?:عماره|مبني|بنايه|منزل|فيلا)\s(?:رقم\s)?\d{1,5}\s?،?\s(?:شارع|طريق|حي)"), 0.9),
    (
        "address-floor",
        _form(
            rf"{_BEGIN}(?P<name>{_WORD}(?:[\s.-]{{1,2}}{_WORD}){{0,2}})[\s.]{{1,2}}{_NUMBER}[,.]{{0,2}}\s"
            rf"(?:\d{{1,2}}(?:οσ|ος|os|o|η)?\s(?:οροφοσ|ορ|orofos)|(?:i|ii|iii|iv|v|vi|vii|viii|ix|x)(?:/|\.\s?em)\.?\s?\d{{1,3}}|fszt|foldszint|lgh\s\d{{3,4}}|"
            rf"\d{{1,2}}\.?\s(?:tv|th|mf)|m\.\s?\d{{1,3}}|bte\.?\s\d{{1,3}}|apto\.?\s\d{{1,4}}|\d{{1,2}}[oº]\s(?:izq|izda|dcha|dto|esq|[a-d])|кв\.?\s\d{{1,4}}){_END}"
        ),
        0.85,
    ),
    ("address-hungarian", _form(rf"{_BEGIN}(?P<name>{_WORD}(?:[\s-]{_WORD}){{0,2}})\su\.\s?\d{{1,3}}(?:/[a-z])?{_END}"), 0.85),
    ("address-french-place", _form(rf"{_BEGIN}lieu[\s-]?dit\s(?:{_WORD}[\s'-]){{0,3}}?{_WORD}(?:,?\s\d{{1,5}}){_END}"), 0.9),
    ("address-vietnamese", _form(rf"{_BEGIN}so\s(?:nha\s)?\d{{1,4}}[a-z]?,?\s(?:ngo|ngach|hem|duong|pho|to)\s(?:\d{{1,4}}|{_WORD})"), 0.9),
    ("address-chinese", _form(r"[一-鿿]{2,8}道\s?\d{1,5}\s?(?:号|號)"), 0.9),
    ("address-indian", _form(rf"{_BEGIN}(?:h|d)\.?\s?no[\s.:#-]{{1,3}}\d{{1,3}}(?:-\d{{1,4}}){{1,4}}(?:/[a-z\d]{{1,3}})?{_END}"), 0.85),
    ("address-cyrillic-city", _form(rf"{_BEGIN}(?:г|гр|м)\.\s?{_WORD},\s{_WORD}(?:\s{_WORD}){{0,2}},?\s\d{{1,4}}{_END}"), 0.9),
    ("address-rural-route", _form(rf"{_BEGIN}rd\s\d{{1,2}},?\s{_WORD}(?:\s{_WORD})?\s\d{{4}}{_END}"), 0.8),
    ("address-indic", _form(r"(?:मकान|घर|बंगला|फ्लैट|प्लॉट|வீட்டு|வீடு|বাড়ি|বাসা|ఇంటి|फ़्लैट)\s?(?:नंबर|नं|संख्या|எண்|নং|নম্বর|నం|क्रमांक)?[\s.:#-]{0,3}\d{1,5}"), 0.85),
)  # fmt: skip
"""Rule, pattern and confidence, the most telling first."""
