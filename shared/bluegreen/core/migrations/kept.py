"""What is kept of a release's migrations, and the order in which files are run. It loads no parser."""

import re
from typing import NamedTuple

from bluegreen.core.data_jobs.stored import CleanUp


class Migrations(NamedTuple):
    """`contract`: why no release before `floor` runs on the schema that this one leaves."""

    refused: str = ""  # which, where, and what breaks
    safe_way: str = ""  # in steps
    reviewed: tuple[str, ...] = ()
    contract: str = ""
    floor: str = ""  # the oldest release that runs on it; "" is this one
    judged: str = ""  # how many
    base: str = ""  # with what it was compared, where nobody knows what runs in production
    clean_ups: tuple[CleanUp, ...] | None = None  # that are left to a later release; None: nothing was read
    cleaned: tuple[str, ...] = ()  # statements that earlier releases had left, and that this one runs
    told: str = ""  # of what a person has let pass: who still reads it


def numbers(path: str) -> list[tuple[int, int, str]]:
    """A key to sort by: V2 before V10. A number's length comes first, as Python reads none of 5,000 digits."""
    parts = [(part.isdecimal(), part.lstrip("0")) for part in re.split(r"(\d+)", path)]
    return [(1, len(part), part) if decimal else (0, 0, part) for decimal, part in parts]
