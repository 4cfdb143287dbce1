"""Which names tell that what stands behind them is a secret, and what may stand between the two."""

import re
from functools import lru_cache

from bluegreen.core.credentials.values import MARK, QUOTE, WORD, reach

_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
# All three are looked for in a name's words: `db password`. What has no `\b` before it may be the end of a longer word.
_SECRET = re.compile(
    r"(?:pass ?words?|passwd|pwd|pass ?phrases?|pass ?codes?|secrets?|tokens?|credentials?|cookies?|authorization"
    r"|sess(?:ion)?id|(?:api|access|private|secret|auth|account|master|signing|encryption|shared)keys?)\b"
    r"|\b(?:keys?|creds?|signature|dsn|jwt|psk|otp|mnemonic|bearer|session id)\b|\b(?:pass|pw|sig|auth|sid)\Z"
)
_OTHER = re.compile(
    r" (?:file|path|type|name|count|ttl|length|expiry|expires|policy|url|uri|stdin)\Z"
    r"|\A(?:primary|foreign|public|sort|cache|partition|unique|idempotency|max|total|authorized) \w+\Z"
)
_ALSO_ORDINARY = frozenset(("key", "keys", "pass", "pw", "sig", "auth", "sid"))

_STEM = r"(?=[\w.-]*?(?:pass|pwd|pw|secret|token|key|cred|auth|sig|cookie|dsn|jwt|sess|sid|psk|otp|bearer|mnemonic))"
_NAME = rf"(?<![\w.-])(?=[\w.-]){_STEM}(?P<name>[\w.-]*\w)"
_START = re.compile(_NAME, re.IGNORECASE)
_LINE_BEGINS = frozenset(("", "-", "export"))
_TWO_WORDS = ("api ", "access ", "private ", "secret ", "signing ", "account ", "master ", "encryption ", "license ")
_SEPARATOR = re.compile(
    rf"(?>(?:{QUOTE}|\]|%5D|\[\w{{0,32}}\]){{0,3}})(?:"
    r"(?P<equals>\s{0,64}(?:={1,3}>?|:=|\?=|\+=|->|:[ \t]*[a-z]\w{0,20}[ \t]*=(?=[ \t]*[\"']))|%(?:25)?3D)"
    r"|(?P<colon>[^\S\r\n]*+(?:[:\uff1a](?![/:]/?)|%(?:25)?3A))|(?P<comma>,)"
    r"|(?P<element>(?:\s[^<>]{0,200})?(?<!/)>)|(?P<space>(?=[ \t])))"
    rf"[^\S\r\n]*+(?:\s{{1,64}}(?={QUOTE}|[\[{{]))?(?:string\(\d{{1,5}}\) (?=\"))?",  # PHP's var_dump tells a length
    re.IGNORECASE,
)
_FIELD = rf"{QUOTE}?\w{{1,32}}{QUOTE}?\s{{0,8}}[:=]\s{{0,8}}{QUOTE}?[\w.-]{{0,64}}{QUOTE}?"
_PAIR = re.compile(  # `key: DB_PASSWORD`, and its value beside it
    rf"(?<![\w.-])\w{{0,16}}?(?:key|name|id|variable){QUOTE}?\s{{0,8}}[:=]\s{{0,8}}{QUOTE}?{_NAME}{QUOTE}?"
    rf"(?:(?:[,\s]{{1,64}}{_FIELD}){{0,4}}?[,\s]{{1,64}}{QUOTE}?\w{{0,16}}?value{QUOTE}?\s{{0,8}}(?:(?P<colon>:)|(?P<equals>=))"
    rf"[ \t]*+(?:\s{{1,64}}(?={QUOTE}))?|(?P<element>[^<>]{{0,200}}>))",
    re.IGNORECASE,
)
_PAIR_REVERSED = re.compile(
    rf"(?P<start>(?<![\w.-])\w{{0,16}}?value{QUOTE}?\s{{0,8}}[:=]\s{{0,8}})"
    r"(?:\"[^\"\n]{1,300}\"|'[^'\n]{1,300}'|[^\s\"',;}]{1,300})"
    rf"(?P<beside>[,\s]{{1,64}}{QUOTE}?\w{{0,16}}?(?:key|name){QUOTE}?\s{{0,8}}[:=]\s{{0,8}}{QUOTE}?{_NAME})",
    re.IGNORECASE,
)
_COMMAND = re.compile(
    r"(?=[lmsrcwipj-])"
    r"(?P<start>\b(?:login|mysql\w*|mariadb\w*|sshpass|mongo\w*)\b[^\n|;]{0,100}?[ \t]-p(?:[ \t]{1,8}|=)?"
    r"|\bredis-cli\b[^\n|;]{0,100}?[ \t](?:-a|--pass)[ \t]{1,8}|-pass(?:in|out)?[ \t]{1,8}pass:"
    r"|\b(?:curl|wget)\b[^\n|;]{0,100}?[ \t](?:-u|--user|--proxy-user)(?:[ \t]{1,8}|=)?[\"']?[^\s:\"'-][^\s:\"']{0,64}:"
    r"|\bjdbc:oracle:\w{1,8}:[^\s/@]{1,64}/"
    r"|\bmachine[ \t]{1,8}[^|;\n]{0,100}?[ \t]password[ \t]{1,8}"
    r"|\b(?:identified by|password)[ \t]{1,8}(?=['\"]))"
    rf"(?![ \t-])(?:\"[^\"\n]{{1,300}}\"?|'[^'\n]{{1,300}}'?|{WORD})",
    re.IGNORECASE,
)
_IN_ENVIRONMENT = re.compile(  # in small letters `env` is a word of sentences, too: `set env API_KEY before …`
    r"(?:\b(?:ENV|ARG|setenv) [\w.-]+|(?:\b(?i:setenv|setx|\w{2,8}_param)|(?m:^)[ \t]*(?i:env)) [A-Z][A-Z\d_]*)\Z"
)
_RANDOM = re.compile(r"[\"']?(?=\S{0,64}?\d)(?=\S{0,64}?[a-z])[^\s\"']{6}")
_QUOTES = frozenset("\"'`")


def named(text: str) -> str:
    """The text without values whose name, or whose place in a command, tells that they are secret."""
    text = _PAIR_REVERSED.sub(
        lambda found: f"{found['start']}{MARK}{found['beside']}" if _telling(found["name"]) else found[0], text
    )
    return _COMMAND.sub(rf"\g<start>{MARK}", _without_values(_without_values(text, _PAIR), _START))


def _without_values(text: str, start: re.Pattern[str]) -> str:
    told, done, at = [], 0, 0
    while found := start.search(text, at):
        begins, ends = _value(text, found) if _telling(found["name"]) else (0, 0)
        if begins < ends:
            told += [text[done:begins], MARK]
            done = ends
        at = max(found.end("name"), ends)
    return "".join([*told, text[done:]])


@lru_cache(maxsize=256)
def _telling(name: str) -> str:
    """The words of a name that tells of a secret, else "": `dbPassword` and `DB_PASSWORD2` are both `db password`."""
    words = " ".join(_WORDS.findall(name)).lower()
    return words if _SECRET.search(words) and not _OTHER.search(words) else ""


def _value(text: str, found: re.Match[str]) -> tuple[int, int]:
    separator = found if found.re is _PAIR else _SEPARATOR.match(text, found.end())
    kind = (separator.lastgroup if separator else None) or ""
    before = text[max(found.start("name") - 24, 0) : found.start("name")]
    if not separator or not _separates(before, found, kind) or before.lower().endswith("unexpected "):
        return 0, 0
    at, words = separator.end(), _telling(found["name"])
    if kind == "colon" and found.re is _START and words in _ALSO_ORDINARY:
        quoted = text[at : at + 1] in _QUOTES and words not in ("key", "keys")
        if not (quoted or _RANDOM.match(text, at) or before.lower().endswith(_TWO_WORDS)) or found["name"] == "PASS":
            return 0, 0
    first = (
        found.re is _PAIR
        or before.rpartition("\n")[2].strip(" \t") in _LINE_BEGINS
        or words.endswith(("phrase", "mnemonic"))
    )
    return reach(text, at, kind, words, first and (kind == "colon" or text[at - 1].isspace()))


def _separates(before: str, found: re.Match[str], kind: str) -> bool:
    """A comma, `>` and a space do so only in a tuple, an element and a command."""
    match kind:
        case "comma":
            return before.endswith(('("', "('", '["', "['", "b'"))
        case "element":
            return found.re is _PAIR or before.endswith(("<", ":"))
        case "space":
            return found["name"].startswith("-") or _IN_ENVIRONMENT.search(f"{before}{found[0]}") is not None
    return bool(kind)
