"""`.env` as it is changed: value by value, at once or not at all, for its owner alone.

Two parsers read it, doctl's deployer's and ours, and its values then stand between quotation marks in project.yml. A
value that any of the three would read as another one is refused.
"""

import os
import re
import tempfile
from collections.abc import Mapping
from io import StringIO
from pathlib import Path

from dotenv import dotenv_values

from bluegreen_cli.doctor import deployer_env
from bluegreen_cli.faults import Faulty

_PLAIN = re.compile(r"[A-Za-z0-9_./:@%+=,~-]+")
_ASSIGNMENT = r"(?m)^[ \t]*(?:export[ \t]+)?{}[ \t]*=.*$"
_BREAKS_PROJECT_YML = ('"', "\\", "${", "$(", "\n", "\r", "'")


def changed(text: str, values: Mapping[str, str]) -> str:
    """The file's text with these values: in the place where each stood, or at the end."""
    for name, value in values.items():
        line = f"{name}={_written(name, value)}"
        found, times = re.subn(_ASSIGNMENT.format(re.escape(name)), lambda _, line=line: line, text)  # type: ignore[misc]
        text = found if times else f"{text.rstrip()}\n{line}\n".lstrip("\n")
    _check(text, values)
    return text


def write(path: Path, text: str) -> None:
    """Whoever reads meanwhile sees the old file or the new one; nobody else may read either."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f"{path.name}.")  # mode 600
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, path)
    except OSError as error:
        Path(name).unlink(missing_ok=True)
        raise Faulty([f"{path} cannot be written: {error.strerror}"]) from None


def _written(name: str, value: str) -> str:
    if any(part in value for part in _BREAKS_PROJECT_YML) or not value:
        why = "is empty, or holds a quotation mark, a backslash, a line break or ${, as no value may"
        raise Faulty([f"{name}: {why}"])
    return value if _PLAIN.fullmatch(value) else f"'{value}'"


def _check(text: str, values: Mapping[str, str]) -> None:
    ours, theirs = dotenv_values(stream=StringIO(text), interpolate=False), deployer_env.parse(text)
    wrong = [name for name, value in values.items() if not ours.get(name) == theirs.get(name) == value]
    if wrong:
        raise Faulty(
            [
                f"{name}: cannot be written so that all read it alike; a quotation mark above it is open"
                for name in wrong
            ]
        )
