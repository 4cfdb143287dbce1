"""What the HTML standard says of elements, as tables: what shows nothing, what stands apart, what ends what.

ROOTS       every page has one of each, written or not
ROWS        of a table: words between these and the cells are shown before the table
PARTS       a part of a table → what it stands in; what is open inside of that, it ends
APART       words stand apart from those around: blocks, unless their style says otherwise, and boxes in a line
NEVER       shows nothing, whatever its style; GONE: nothing, unless its style says otherwise
REPLACED    shows something else than its content
INPUTS      the type of an input that is a button → its name when it has none
WALLS       tag → the kinds of end tags that look no further up for their element
IMPLIED     whose end tags `</form>` stands for
CROSSING    may end in the middle of what stands in them: `<b><p></b></p>`
ENDS        a start tag → the open elements that it ends, and how far up it looks for them
ENDS_INNERMOST  a start tag → what it ends when that is the innermost

https://html.spec.whatwg.org/multipage/rendering.html and, for what ends what, …/parsing.html#tree-construction.
"""


def words(line: str) -> frozenset[str]:
    return frozenset(line.split())


ROOTS = {"html", "head", "body"}
VOID = words("area base basefont bgsound br col embed frame hr image img input link meta param source track wbr")
HEADINGS = words("h1 h2 h3 h4 h5 h6")
_BLOCKS = HEADINGS | words(
    "address article aside blockquote center dd details dialog dir div dl dt fieldset figcaption figure footer form "
    "header hgroup hr li listing main menu nav ol p plaintext pre search section summary table ul xmp"
)
ROWS = words("table tbody tfoot thead tr")
_TABLE, _BODY = words("table template"), words("table template tbody tfoot thead")
PARTS = {
    **dict.fromkeys(("caption", "colgroup", "tbody", "tfoot", "thead"), _TABLE),
    **dict.fromkeys(("td", "th"), _BODY | {"tr"}),
    "col": _TABLE | {"colgroup"},
    "tr": _BODY,
}
AROUND_TABLES = words("caption td template th")

_BOXES = words("br button canvas embed iframe img input meter object progress select svg textarea video")
APART = words("foreignobject legend optgroup option text") | _BLOCKS | _BOXES | {*PARTS}
NEVER = words("noembed noframes noscript template")
GONE = words("area audio base datalist link meta param rp script source style track")
GONE_IN_SVG = words(
    "annotation annotation-xml clippath defs desc marker mask metadata pattern script style symbol title"
)
REPLACED = words("audio canvas iframe meter object progress video")
INPUTS = {"button": "", "image": "Submit", "reset": "Reset", "submit": "Submit"}

HTML_IN_SVG = words("annotation-xml desc foreignobject mi mn mo ms mtext title")
_SCOPES = {f"svg {tag}" for tag in HTML_IN_SVG} | words("applet caption marquee object select table td template th")
_SPECIAL = (_SCOPES | _BLOCKS | {*PARTS} | words("button iframe script style textarea title")) - {"dialog"}
SCOPE, BUTTON, LIST, TABLE, ITEM, SPECIAL, PAGE = range(7)
_WALLS = {
    SCOPE: _SCOPES,
    BUTTON: _SCOPES | {"button"},
    LIST: _SCOPES | {"menu", "ol", "ul"},
    TABLE: _TABLE,
    ITEM: _SPECIAL - {"address", "div", "p"},
    SPECIAL: _SPECIAL,
}
WALLS = {tag: tuple(kind for kind, tags in _WALLS.items() if tag in tags) for tag in _SPECIAL}
IMPLIED = words("dd dt li optgroup option p rb rp rt rtc")
CROSSING = words("a b big code em font i nobr s small strike strong tt u")
END_TAGS = {
    **dict.fromkeys(_BLOCKS | CROSSING | {"applet", "button", "marquee", "object", "select"}, SCOPE),
    **dict.fromkeys({*PARTS, "table"}, TABLE),
    "p": BUTTON,
    "li": LIST,
    "template": PAGE,
}

_P = ("p", BUTTON)
ENDS = {
    **dict.fromkeys(_BLOCKS, (_P,)),
    **dict.fromkeys(("dd", "dt"), (("dd", ITEM), ("dt", ITEM), _P)),
    **{tag: ((tag, SCOPE),) for tag in ("a", "button", "nobr", "select")},
    "li": (("li", ITEM), _P),
}
ENDS_INNERMOST = {
    **dict.fromkeys(HEADINGS, HEADINGS),
    **dict.fromkeys(("rb", "rp", "rt", "rtc"), words("rb rp rt")),
    "option": words("option"),
    "optgroup": words("option optgroup"),
}
NEVER_IN_SVG = HEADINGS | words(
    "b big blockquote body br center code dd div dl dt em embed head hr i img li listing menu meta nobr ol p pre ruby "
    "s small span strong strike sub sup table tt u ul var"
)
