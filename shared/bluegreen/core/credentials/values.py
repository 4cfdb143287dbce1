"""How far a value reaches that stands behind the name of a secret."""

import re

# Of a group `(?>(?:…)*)`, never `(?:…)*+`: before Python 3.11.5 the latter may end a match too early (CPython 106052),
# and what it leaves over would be shown.
MARK = "\ue000"  # stands for what is hidden while the rules are applied: one character that is no part of any syntax
QUOTE = r"(?:\\{0,7}[\"'`]|&(?:quot|apos|\#34|\#39|\#x27);|%22|%27)"

_NOTHING = re.compile(
    rf"(?P<empty>{QUOTE})(?P=empty)(?![\w\"'])"
    r"|<[\w -]{1,32}>(?!\w)|(?:null|none|nil|true|false|undefined|\*+|\[BLUEGREEN_\w+\])(?![^\s,;)}\]\"'`&.<])",
    re.IGNORECASE,
)
# How a sentence goes on after a colon: `Secret: not found`, `token: Extra inputs are not permitted`.
_SENTENCE = re.compile(
    r"\(?(?:[a-z:…]+ is wanted|authorization: |(?:bearer )?…"
    r"|(?:not|missing|invalid|required|expired|revoked|unknown|forbidden|denied|wrong|unauthorized)(?![\w=+/-])"
    r"|(?:is|are|was|were|has|have|holds?|still|an?|the|no|must|should|cannot|could|does|may|will|would|values?|field|inputs?"
    r"|extra|string|expected|unexpected|failed|unable|this|that|it|there|you|only|too|use|please|at|in|for|of) "
    r"(?=[a-z]))",
    re.IGNORECASE,
)
_LINES = re.compile(
    r"(?:![\w!-]{1,32}[ \t]*+)?(?:[|>][-+\d]{0,2})?[ \t]*+\r?\n(?:[ \t]*+\r?\n){0,8}(?P<indent>[ \t]++|- )(?!at |\n)"
)  # of YAML
_ELEMENT = re.compile(r"(?:<!\[CDATA\[)?[^<]*+(?=</|\]\]>)|[^\s<]++\Z")
_IN_BRACKETS = re.compile(r"\"(?>(?:[^\"\\]|\\.)*)\"|'(?>(?:[^'\\\n]|\\.)*)'|[\[{(]|[\]})]", re.DOTALL)
_QUOTED = re.compile(  # a string that a limit has cut reaches to the end of the text
    r"[bur$@]{0,2}(?P<quote>(?P<slashes>\\{1,7})?(?:\"{1,3}|'{1,3}|`)|&(?:quot|apos|\#34|\#39|\#x27);|%22|%27)"
    r"(?P<inside>(?>(?:(?!(?P=quote))(?:(?(slashes)\\++[^\\]?|\\[\s\S]?)|[^\\]))*))(?P=quote)?",
    re.IGNORECASE,
)
_JOINED = re.compile(r"\w|[\"']\w")
_WORD_ENDS = (
    r"[\"'`)\]},;.:!?]{1,8}+(?=\s|\\[nrt]|\Z)|\\{0,7}[\"'`][,;:)}\]>&]"
    r"|[&;](?:[\w.%\[\]-]{1,64}=|[a-z]{2,6};|\#)|</|%2[26]|>\s"
)
WORD = rf"(?>(?:(?!{_WORD_ENDS})\S)+)"
_WORD = re.compile(WORD, re.IGNORECASE)
_LINE = re.compile(
    rf"{WORD}(?>(?:[ \t]{{1,8}}(?![\w.-]{{1,64}}[\"']?[=:]|#|[|/&,;]{{1,2}}[ \t])[^\s\"'}}]++)*)", re.IGNORECASE
)
_COOKIES = re.compile(r"(?>(?:(?!\\[rn])[^\r\n\"'`])+)")
_FIELD = r"[\w-]{1,32}=(?:\"[^\"\n]*\"?|[^\s,\"']++)"
_SCHEME_AND_MORE = re.compile(
    rf"(?:[a-z][\w-]{{0,30}}[ \t]+(?=[^\s,]))?(?:{_FIELD}|{WORD})(?>(?:[ ]*,[ ]*{_FIELD})*)", re.IGNORECASE
)
_NEXT = re.compile(rf",[ \t]*(?!{QUOTE}?[\w.-]{{1,64}}{QUOTE}?\s*[=:])(?=[^\s,])", re.IGNORECASE)


def reach(text: str, at: int, kind: str, name: str, whole_line: bool) -> tuple[int, int]:
    """From where to where the value at a place reaches; an empty stretch when there is none."""
    if _NOTHING.match(text, at) or (kind in ("colon", "space") and _SENTENCE.match(text, at)):
        return at, at
    if kind == "element":
        found = _ELEMENT.match(text, at)
        return at, found.end() if found else at
    if kind == "colon" and (lines := _lines(text, at)):
        return at, lines
    if text[at : at + 1] in ("[", "{") or (kind == "equals" and text[at : at + 1] == "("):
        return at, _closed(text, at)
    quoted = _QUOTED.match(text, at)
    if quoted and not _JOINED.match(text, quoted.end()) and not name.endswith("s"):
        return quoted.span("inside")
    return at, _pieces(text, at, _unquoted(kind, name, whole_line), name.endswith("s"))


def _unquoted(kind: str, name: str, whole_line: bool) -> re.Pattern[str]:
    if kind == "colon" and name.endswith(("cookie", "cookies")):
        return _COOKIES
    if name.endswith("authorization"):
        return _SCHEME_AND_MORE
    return _LINE if whole_line else _WORD


def _pieces(text: str, at: int, unquoted: re.Pattern[str], several: bool) -> int:
    """`"a"b` is one value, and a plural's value may go on behind a comma."""
    end = at
    while piece := _QUOTED.match(text, at) or unquoted.match(text, at):
        at = end = piece.end()
        if "quote" in piece.groupdict() and _JOINED.match(text, at):
            continue
        following = _NEXT.match(text, at) if several else None
        if not following:
            break
        at = following.end()
    return end


def _lines(text: str, at: int) -> int:
    """Behind the lines that are indented more than the name's, or that are items of its list; 0 when there are none."""
    lines = _LINES.match(text, at)
    if not lines:
        return 0
    before, indent = text[text.rfind("\n", 0, at) + 1 : at], lines["indent"]
    if not (before[:1].isalpha() if indent == "- " else len(indent) > len(before) - len(before.lstrip(" \t"))):
        return 0
    end = lines.end()
    while (following := text.find("\n", end)) >= 0 and text.startswith((indent, "\n"), following + 1):
        end = following + 1
    return following if following >= 0 else len(text)


def _closed(text: str, at: int) -> int:
    """Behind the bracket that closes the one at a place; the end of the text where a limit has cut it."""
    depth = 0
    for part in _IN_BRACKETS.finditer(text, at):
        depth += {"[": 1, "{": 1, "(": 1, "]": -1, "}": -1, ")": -1}.get(part[0], 0)
        if depth == 0:
            return part.end()
    return len(text)
