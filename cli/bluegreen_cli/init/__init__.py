"""`bluegreen init`: a folder gets all that a set-up begins with. What is there already is never written over."""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from bluegreen_cli.faults import Faulty
from bluegreen_cli.init.answers import Answers, faults
from bluegreen_cli.init.files import files
from bluegreen_cli.stage import ROOT

__all__ = ["Answers", "Written", "write"]


class Written(NamedTuple):
    path: str
    new: bool  # False: something was there, and stays

    @property
    def line(self) -> str:
        return f"+ {self.path}" if self.new else f"= {self.path}: is there, and stays as it is"


def write(
    folder: Path,
    answers: Answers,
    existing: Mapping[str, Any] | None = None,
    ids: Mapping[str, str] | None = None,
    root: Path = ROOT,
) -> Iterator[Written]:
    wrong = [*faults(answers)]
    if wrong:
        raise Faulty(wrong)
    wanted = files(answers, root, existing, ids or {})
    wrong = [each for path in wanted for each in _in_the_way(folder / path)]
    if wrong:
        raise Faulty(list(dict.fromkeys(wrong)))
    for path, text in wanted.items():
        yield Written(path, _create(folder / path, text))


def _in_the_way(path: Path) -> Iterator[str]:
    """What stands where a file is to be, or a folder above it, and is none."""
    if os.path.lexists(path) and not path.is_file():
        yield f"{path} is there and is no file: move it away"
    above = next(each for each in path.parents if os.path.lexists(each))
    if not above.is_dir():
        yield f"{above} is there and is no folder: move it away, or take another --folder"


def _create(path: Path, text: str) -> bool:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        return False
    except OSError as error:
        raise Faulty([f"{path} cannot be written: {error.strerror}"]) from None
    return True
