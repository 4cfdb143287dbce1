"""Credentials that are not ours, known by their shape: the log of a deployment, a page or an error may show anything.

Applied where a text is kept or told, never where it is compared: findings, errors, notices, reasons and log lines. A
credential is known in one of two ways: by what it looks like itself (here), or by the name before it (`named`).
Where it is unclear how far it reaches, more is hidden rather than less. Colours of a terminal are taken out first.

What is hidden once stays as it is when it is hidden again, so that a stored text reads back the same: the rules are
applied until nothing changes, and what does not come to rest is hidden as a whole. Every rule takes time in proportion
to the text: what a pattern repeats is possessive, or has a limit, or cannot begin again inside of what it has passed.
"""

import re
from functools import lru_cache

from bluegreen.core.credentials.named import named
from bluegreen.core.credentials.values import MARK

HIDDEN = "[hidden]"
_PASSES = 8
_REMEMBERED = 128  # texts: a record's sentences are read again with each of its versions

_COLOURS = re.compile(r"(?:\x1b|\\(?:u001b|x1b|033|e))\[[\d;]{0,16}[mK]", re.IGNORECASE)

_EDGE = r"-{4,5} ?%s [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)? ?-{4,5}"
_KEY_BLOCK = rf"{_EDGE % 'BEGIN'}(?:[\s\S]*?{_EDGE % 'END'}|[\s\S]*)"
# A limit may cut a key's log: its first lines are missing, or its last, or both.
_KEY_LINE = (
    r"(?<![\w+/=.-])(?=[A-Za-z0-9+/]{60})(?=[^\sA-Z]{0,76}[A-Z])(?=[^\sa-z]{0,76}[a-z])(?=[^\s\d]{0,76}\d)"
    r"[A-Za-z0-9+/]{60,76}={0,2}(?![\w+/=.-])"
)
_KEY_END = re.compile(
    r"(?<![\w+/=.:,-])"
    r"(?>(?:(?:[A-Za-z0-9+/=]{8,80}|[\dT:.,Z+-]{8,40}|[a-z][\w-]{0,40}(?= \d{4}-\d))(?:\s|\\[nr]){1,4})+)"
    rf"(?P<end>{_EDGE % 'END'})?"
)
_TOKENS = (
    r"eyJ[\w-]{8,}(?:\.[\w-]*){0,4}",  # a JWT, or what a limit has left of it
    r"bgt_[\w-]{12,}",  # of our own page
    r"(?:A3T[A-Z0-9]|AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{12,}",
    r"(?:gh[pousr]|github_pat|dckr_(?:pat|oat)|shp(?:at|ca|pa|ss)|do[oprf]_v1|lin_api|pscale_(?:tkn|pw|oauth))_\w{12,}",
    r"(?:hf|npm|nfp|gsk|r8|sbp|figd|ntn|rnd|glc|glsa|sntry[su]|rubygems|FlyV1 fm[12])_[A-Za-z0-9+/=-]{16,}",
    # Of words alone, a table's name or a page's may begin so, too.
    r"(?:CCIPAT|bkua|sgp(?:_local)?)_[A-Za-z0-9]{16}\w*|sb_secret_(?=[\w-]{0,40}?[A-Z])[\w-]{16,}|ops_eyJ[\w-]{8,}",
    r"(?:nvapi|tskey-[a-z]{3,10})-(?=[\w-]{0,40}?[A-Z\d])[\w-]{16,}",
    r"gl(?:pat|dt|rt|rtr|cbt|ptt|ft|imt|agent|soat|oas|ffct)-[\w.-]{12,}",
    r"[spr]k_(?:live|test)_\w{8,}|whsec_[\w+/=]{12,}|sq0(?:atp|csp)-[\w-]{12,}",
    r"sk-(?:proj|ant|svcacct|admin|or|lf)-[\w-]{12,}|sk-[A-Za-z0-9]{20,}|(?:xai|pplx)-\w{20,}",
    r"SG\.[\w-]{6,}\.[\w-]{6,}|key-[0-9a-f]{32}|SK[0-9a-f]{32}|[0-9a-f]{32}-us\d{1,2}\b",
    r"AIza[\w-]{20,}|ya29\.[\w.-]{12,}|GOCSPX-[\w-]{12,}|1//0[\w-]{20,}",
    r"pypi-(?=Ag|[\w-]{0,200}\d)[\w-]{16,}|hv[sbr]\.[\w-]{12,}|\w{14}\.atlasv1\.[\w-]{20,}|dp\.[a-z]{2,5}\.[\w.]{20,}",
    r"xox[a-z](?:\.xox[a-z])?-[\w-]{10,}|xapp-[\w-]{10,}|\d{8,10}:AA[\w-]{30,}|AGE-SECRET-KEY-1\w{20,}",
    r"DO(?:00|80)[A-Z0-9]{14,}|PMAK-[\w-]{20,}|NRAK-\w{20,}|ATATT3[\w=-]{20,}|dapi[0-9a-f]{32}|pul-[0-9a-f]{40}",
)
_WHOLE = re.compile(rf"{_KEY_BLOCK}|(?<![A-Za-z0-9_])(?=\w)(?:{'|'.join(_TOKENS)})|{_KEY_LINE}")
_WEBHOOK = re.compile(
    r"(?P<host>hooks\.slack\.com/|discord(?:app)?\.com/api/|webhook\.office\.com/)"
    r"(?:(?:services|workflows|triggers)/[\w/-]{8,}|(?:v\d+/)?webhooks/\d+/[\w-]{8,}|webhookb2/[\w@/-]{8,})"
)

# A password may hold `@`: the last one before the path counts. One that holds `/` is known by the colon before it. In
# the path of a page `@` is common (`/@user`, `a@2x.png`), in that of a database it is not: there the very last counts.
_IN_ADDRESS = re.compile(
    r"(?P<begin>:(?://|\\/\\/))"
    r"(?:(?<!http://)(?<!https://)(?<!http:\\/\\/)(?<!https:\\/\\/)"
    r"[^\s/@:?#'\"<>,]{0,64}:(?!\d{1,5}[/?#])[^\s'\"<>,]{1,200}"
    r"|[^\s/?#'\"<>\\]*|[^\s/@:?#'\"<>]{0,64}:(?!\d{1,5}[/?#])[^\s'\"<>]{1,100})(?P<end>@)(?=[^\s@])"
    r"|(?P<coded>%3A(?:%2F%2F|//))(?:(?!%2F|%3F)[^\s/&'\"<>]){1,200}(?P<coded_end>%40)"
    r"|(?<![\w.@/-])(?P<user>\w[\w.-]{0,64}:)[^\s@'\"]{1,100}(?P<driver>@(?:tcp|unix)\()",
    re.IGNORECASE,
)
_ADDRESS_TOLD = rf"\g<begin>\g<coded>\g<user>{MARK}\g<end>\g<coded_end>\g<driver>"
_SCHEME = re.compile(
    r"\b(?P<scheme>(?:(?i:Bearer)|Basic|Token|ApiKey|Digest)(?:\s{1,8}|%20|\+))"
    r"(?=\S{0,64}?(?:\d|[a-z][A-Z])|\S{20})[\w.~+/=:%-]{8,}"
)


@lru_cache(maxsize=_REMEMBERED)
def hidden(text: str) -> str:
    """The text without what is a credential by its shape."""
    before, text = "", text.replace(HIDDEN, MARK)
    for _ in range(_PASSES):
        before, text = text, named(_shaped(_COLOURS.sub("", text)))
        if text == before:
            return text.replace(MARK, HIDDEN)
    return HIDDEN


def _shaped(text: str) -> str:
    """The text without credentials that are known by themselves."""
    text = _WEBHOOK.sub(rf"\g<host>{MARK}", _WHOLE.sub(MARK, text))
    if "PRIVATE KEY" in text:
        text = _KEY_END.sub(lambda found: MARK if found["end"] else found[0], text)
    if "@" in text or "%40" in text:
        text = _IN_ADDRESS.sub(_ADDRESS_TOLD, text)
    return _SCHEME.sub(rf"\g<scheme>{MARK}", text)
