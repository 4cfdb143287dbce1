"""Credentials that are not ours, known by their shape: the log of a deployment, a page or an error may show anything.

Applied where a text is kept or told, never where it is compared: findings, errors, notices, reasons and log lines. What
is hidden once stays as it is when it is hidden again, so that a stored text reads back the same.
"""

import re

HIDDEN = "[hidden]"
_NAMES = (
    r"SECRET|TOKEN|(?<![a-z])KEY|(?:API|ACCESS|PRIVATE|AUTH)KEY|PASSWORD|PASSWD|PWD|PASSPHRASE|CREDENTIALS?|SIGNATURE"
)
_NAME = rf"(?<![A-Za-z0-9])[\w.-]{{0,64}}?(?:{_NAMES})(?:[_.-]\w{{1,32}})?"
_PROSE = r"(?:is|are|was|has|holds|an?|the|no|not) "  # so sentences of ours begin: `BLUEGREEN_SPACES_KEY: is not set`
_QUOTED = r'\\{0,3}"(?:[^"\\]|\\(?!")[^"]?)*(?:\\{0,3}"|$)|\'[^\']*(?:\'|$)'
_PEM = r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)"
_PEM_END = (
    r"(?<![A-Za-z0-9+/=])(?:[A-Za-z0-9+/=]{8,80}\s{1,4}){1,100}-----END [A-Z ]*PRIVATE KEY-----"  # its log was cut
)
_SHAPES = (
    r"eyJ[\w-]{8,}(?:\.[\w-]*){0,2}",  # a JWT, or what a limit has left of it
    r"(?:AKIA|ASIA)[A-Z0-9]{12,}",
    r"(?:gh[pousr]_|github_pat_)\w{16,}",
    r"(?:dop|doo|dor|dof)_v1_\w{16,}",
    r"xox[abeoprs]-[\w-]{10,}|xapp-[\w-]{10,}",
    r"(?<=hooks\.slack\.com/)(?:services|workflows)/[\w/]{16,}",
)
_WHOLE = re.compile("|".join((_PEM, _PEM_END, *(rf"(?<![A-Za-z0-9_]){shape}" for shape in _SHAPES))), re.DOTALL)
_IN_ADDRESS = re.compile(r"(?<=://)[^\s/@'\"<>]{0,512}@(?=[^\s@])")
_BEARER = re.compile(
    r"(?i)\b(Bearer|(?:Basic|Token)(?=\s+[^\s'\"]*[0-9=]))(\s+|%20|\+)(?=[^\s'\"]{8,})(?!\[hidden)[^\s'\",]+"
)
_NAMED = re.compile(
    rf"(?i)({_NAME}\\{{0,3}}[\"']?\s{{0,4}}(?:=|:(?!//)(?!\s{{0,4}}{_PROSE}))\s{{0,4}})(?!\[)({_QUOTED}|[^\s'\"&;,}}\])]+)",
)
_EMPTY = frozenset({"", '""', "''"})


def hidden(text: str) -> str:
    """The text without what is a credential by its shape."""
    text = _WHOLE.sub(HIDDEN, text)
    text = _IN_ADDRESS.sub(f"{HIDDEN}@", text)
    text = _BEARER.sub(rf"\1\2{HIDDEN}", text)
    return _NAMED.sub(_named, text)


def _named(found: re.Match[str]) -> str:
    return found[0] if found[2] in _EMPTY else f"{found[1]}{HIDDEN}"
