"""What every source of signals gives."""

from datetime import datetime
from typing import NamedTuple, Protocol

from bluegreen.core.judge import NoData
from bluegreen.core.telemetry import Block


class Reading(NamedTuple):
    """The blocks of the last minutes, from all places that count. A missing block is missing, not zero."""

    blocks: tuple[Block, ...]
    until: datetime  # every place has told all that began before


class Signals(Protocol):
    def read(self, now: datetime) -> Reading | NoData:
        """What there is to know now."""
