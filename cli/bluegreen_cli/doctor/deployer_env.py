"""`.env` as doctl's deployer reads it, with Node's dotenv 16: not as every other reader of such files does.

An unquoted value ends at the first `#`, wherever it stands. Quotes of any of three kinds may hold line breaks. In
double quotes a backslash and n, or r, become a line break, and nothing else is unescaped: a backslash stays one. The
expressions are those of github.com/motdotla/dotenv, v16, lib/main.js, as JavaScript takes them: there a byte order mark
is a blank, a letter is one of ASCII, and lines end at two more characters.
"""

import re

_BLANKS = "\t-\r \xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
_ENDS = "\n\r\u2028\u2029"
_BEGIN, _END = rf"(?:\A|(?<=[{_ENDS}]))", rf"(?=[{_ENDS}]|\Z)"
_S = f"[{_BLANKS}]"
_LINE = re.compile(
    rf"""{_BEGIN}{_S}*(?:export{_S}+)?([\w.-]+)(?:{_S}*={_S}*?|:{_S}+?)"""
    rf"""({_S}*'(?:\\'|[^'])*'|{_S}*"(?:\\"|[^"])*"|{_S}*`(?:\\`|[^`])*`|[^#\r\n]+)?{_S}*(?:#[^{_ENDS}]*)?{_END}""",
    re.ASCII,
)
_QUOTED = re.compile(rf"""{_BEGIN}(['"`])([\s\S]*)\1{_END}""")
_BLANK = "".join(chr(each) for each in range(0x10000) if re.match(_S, chr(each)))


def parse(text: str) -> dict[str, str]:
    found = {}
    for name, written in _LINE.findall(text.replace("\r\n", "\n").replace("\r", "\n")):
        value = written.strip(_BLANK)
        expands = value[:1] == '"'
        value = _QUOTED.sub(r"\2", value)
        found[name] = value.replace("\\n", "\n").replace("\\r", "\r") if expands else value
    return found
