"""The time zones that freeze windows name, as files that travel with the functions: the platform's image has none."""

import importlib.resources
import zoneinfo
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bluegreen.settings import parse
from bluegreen_cli.faults import Faulty

FOLDER = "zoneinfo"  # beside a function's libraries
_MAGIC = b"TZif"  # RFC 9636


def files(written: Any) -> dict[str, bytes]:
    """By name, of what bluegreen.yml says; `Faulty` where this machine has no data of a zone either."""
    named = sorted(set(_named(written)))
    found = {zone: _content(zone) for zone in named}
    missing = [zone for zone, content in found.items() if not content]
    if missing:
        raise Faulty([f"this machine has no data of the time zone {', '.join(missing)}: pip install tzdata"])
    return found


def place(found: dict[str, bytes], lib: Path) -> None:
    """Below a function's `lib`; nothing where no zone is named."""
    for zone, content in found.items():
        file = lib / FOLDER / zone
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)


def _named(written: Any) -> Iterator[str]:
    file, _ = parse(written)
    for service in file.services.values() if file else ():
        yield from (window.zone for window in service.freeze if window.zone != "UTC")


def _content(zone: str) -> bytes:
    """From the machine's own database, else from the package tzdata."""
    for folder in zoneinfo.TZPATH:
        content = _read(Path(folder, zone))
        if content:
            return content
    try:
        packaged = importlib.resources.files("tzdata") / FOLDER
    except ModuleNotFoundError:
        return b""
    return _read(Path(str(packaged), zone))


def _read(path: Path) -> bytes:
    try:
        content = path.read_bytes()
    except OSError:
        return b""
    return content if content.startswith(_MAGIC) else b""
