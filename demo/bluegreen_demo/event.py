"""One thing that happened, as the demo tells it."""

from datetime import datetime
from enum import Enum
from typing import NamedTuple


class Mood(Enum):
    PLAIN = "plain"
    GOOD = "good"
    BAD = "bad"
    TRAFFIC = "traffic"
    ASIDE = "aside"  # what people are told elsewhere


class Event(NamedTuple):
    """`headline` is what happened in a few words, `why` the sentence with the numbers."""

    at: datetime
    who: str
    headline: str
    why: str = ""
    mood: Mood = Mood.PLAIN
