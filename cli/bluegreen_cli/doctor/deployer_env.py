"""`.env` as doctl's deployer reads it, with Node's dotenv 16: not as every other reader of such files does.

An unquoted value ends at the first `#`, wherever it stands. Quotes of any of three kinds may hold line breaks. In
double quotes a backslash and n, or r, become a line break, and nothing else is unescaped: a backslash stays one. The
expressions are those of github.com/motdotla/dotenv, v16, lib/main.js.
"""

import re

_LINE = re.compile(
    r"""^\s*(?:export\s+)?([\w.-]+)(?:\s*=\s*?|:\s+?)"""
    r"""(\s*'(?:\\'|[^'])*'|\s*"(?:\\"|[^"])*"|\s*`(?:\\`|[^`])*`|[^#\r\n]+)?\s*(?:#.*)?$""",
    re.MULTILINE,
)
_QUOTED = re.compile(r"""^(['"`])([\s\S]*)\1$""", re.MULTILINE)


def parse(text: str) -> dict[str, str]:
    found = {}
    for name, written in _LINE.findall(text.replace("\r\n", "\n").replace("\r", "\n")):
        value = written.strip()
        expands = value[:1] == '"'
        value = _QUOTED.sub(r"\2", value)
        found[name] = value.replace("\\n", "\n").replace("\\r", "\r") if expands else value
    return found
