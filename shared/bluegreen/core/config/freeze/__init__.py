"""Section `freeze`: windows in which nothing new begins, weekly or dated, each in a time zone.

A window is local time: "Friday from 16:00" means the clock on the wall, before and after the clocks change. A weekly
one may reach into the days after: from Friday 16:00 to Monday 08:00.
"""

import re
import zoneinfo
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from typing import Annotated, Literal, NamedTuple

from pydantic import AfterValidator, BeforeValidator, Discriminator, Field, Tag, model_validator

from bluegreen.core.model import Frozen

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAY = timedelta(days=1)
_TIME = re.compile(r"([01]?[0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\.[0-9]{1,6})?)?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_LONGEST = timedelta(days=366)
_FIRST, _LAST = timezone(timedelta(hours=14)), timezone(timedelta(hours=-12))  # where a day begins, and ends


def _known(zone: str) -> str:
    """Checked where there is a database of zones: on the machine that stages."""
    known = {"UTC"} if zone == "UTC" else zoneinfo.available_timezones()
    if known and zone not in known:
        raise ValueError("a time zone such as UTC or Europe/Berlin is wanted")
    return zone


def _clock(written: object) -> object:
    """YAML reads an unquoted 16:00 as a number of base 60, 960; a number below 60 was never written as a time."""
    if isinstance(written, time):
        return written
    if isinstance(written, int) and not isinstance(written, bool) and (written == 0 or 60 <= written < 24 * 60):
        return f"{written // 60:02}:{written % 60:02}"
    if not isinstance(written, str) or not _TIME.fullmatch(written):
        raise ValueError('a time such as "16:00" is wanted, 00:00 to 23:59, in quotes')
    return f"0{written}" if written[1] == ":" else written


def _day(written: object) -> object:
    """A number is no day, though it would be taken for seconds since 1970."""
    if isinstance(written, date) or (isinstance(written, str) and _DATE.fullmatch(written)):
        return written
    raise ValueError('a day such as "2026-12-19" is wanted')


Zone = Annotated[str, AfterValidator(_known)]
Clock = Annotated[time, BeforeValidator(_clock)]
CalendarDay = Annotated[date, BeforeValidator(_day)]
Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


class WeeklyFreeze(Frozen):
    """From a day and a time to a day and a time, each week."""

    name: str = Field(default="the weekly freeze", min_length=1, max_length=60)
    zone: Zone = "UTC"
    from_day: Day
    from_time: Clock = time(0, 0)
    to_day: Day
    to_time: Clock = time(0, 0)
    override: tuple[str, ...] = ()  # who may release all the same, by name; [] is nobody

    def spans(self, now: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Those that may hold a moment. Where the zone is not known here it may be tomorrow there already."""
        local, begins = now.astimezone(_zone(self.zone) or UTC), DAYS.index(self.from_day)
        days = (DAYS.index(self.to_day) - begins) % 7 or (0 if self.to_time > self.from_time else 7)
        since = (local.weekday() - begins) % 7
        for back in (since - 7, since, since + 7):
            day = local.date() - back * _DAY
            yield _begin(day, self.from_time, self.zone), _end(day + days * _DAY, self.to_time, self.zone)


class DatedFreeze(Frozen):
    """From one day to another, both of them whole."""

    name: str = Field(default="the freeze", min_length=1, max_length=60)
    zone: Zone = "UTC"
    first: CalendarDay
    last: CalendarDay
    override: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _in_order(self) -> "DatedFreeze":
        if not timedelta() <= self.last - self.first <= _LONGEST:
            raise ValueError("last has to be first or later, and no more than a year")
        return self

    def spans(self, now: datetime) -> Iterator[tuple[datetime, datetime]]:
        yield _begin(self.first, time(), self.zone), _end(self.last + _DAY, time(), self.zone)


def _which(written: object) -> str:
    """A window with a first or a last day is a dated one."""
    keys = written if isinstance(written, dict) else getattr(type(written), "model_fields", {})
    return "dated" if {"first", "last"} & set(keys) else "weekly"


FreezeWindow = Annotated[
    Annotated[WeeklyFreeze, Tag("weekly")] | Annotated[DatedFreeze, Tag("dated")], Discriminator(_which)
]


class OpenFreeze(NamedTuple):
    """A window that a moment lies in, and when it ends."""

    window: FreezeWindow
    until: datetime

    @property
    def name(self) -> str:
        """Says so where nobody here knows the window's zone."""
        if _zone(self.window.zone) is not None:
            return self.window.name
        return f"{self.window.name} (time zone {self.window.zone} is not known here: held while it is open anywhere)"

    def may_override(self, who: str) -> bool:
        return who in self.window.override


def open_at(windows: tuple[FreezeWindow, ...], now: datetime) -> OpenFreeze | None:
    """The window that ends last of those that hold now."""
    held = [OpenFreeze(w, ends) for w in windows for begins, ends in w.spans(now) if begins <= now < ends]
    return max(held, key=lambda each: each.until, default=None)


def _begin(day: date, clock: time, zone: str) -> datetime:
    return datetime.combine(day, clock, _zone(zone) or _FIRST).astimezone(UTC)


def _end(day: date, clock: time, zone: str) -> datetime:
    return datetime.combine(day, clock, _zone(zone) or _LAST).astimezone(UTC)


def _zone(name: str) -> tzinfo | None:
    """None where it is not known: functions that were staged carry the zones that bluegreen.yml names.

    A window whose zone is not known is open for as long as it is open anywhere on earth: hours too long, and never
    closed in silence while it is open on the wall.
    """
    if name == "UTC":
        return UTC
    try:
        return zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError):
        return None
