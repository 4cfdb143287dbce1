"""What every source of signals gives."""

from datetime import datetime
from typing import NamedTuple, Protocol

from bluegreen.core.environment import Environment
from bluegreen.core.judge.saturation import Gauge
from bluegreen.core.judge.telemetry import Block, NoData


class Reading(NamedTuple):
    """The blocks of the last minutes, from all places that count. A missing block is missing, not zero."""

    blocks: tuple[Block, ...]
    until: datetime  # every place has told all that began before
    remark: str = ""  # what is odd about the source, though it tells


class Signals(Protocol):
    """`active` serves production now: for a source that counts production and cannot tell who answered."""

    def read(self, now: datetime, active: Environment | None = None) -> Reading | NoData:
        """What there is to know now."""

    def gauges(self, now: datetime, active: Environment | None = None) -> tuple[Gauge, ...] | NoData:
        """Samples of the last minutes, the same one as often as it is asked for; () where the source has none."""
