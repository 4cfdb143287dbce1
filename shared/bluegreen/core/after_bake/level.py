"""Does what serves production pass the critical level, and would going back help? One look a minute, for ever.

The level. Of n answers x were bad; the critical share is c. If the true share were c or less, as many or more would
have a probability of at most exp(-n · KL(x/n ‖ c)), with KL(p ‖ c) = p ln(p/c) + (1-p) ln((1-p)/(1-c)) (Chernoff;
Hoeffding, J. Am. Stat. Assoc. 58, 1963). A look is made each minute as long as the release serves, so each pays for
itself: its level ALPHA is 1 in 1,000 divided by the minutes of a year and by the eight questions of a look (failed or
slow, users or probes, one minute or five), 2.4e-10. A service below its level, whose answers are independent, is told
of wrongly once in a thousand years, for three times the answers of one look at 1 in 1,000: 20 % against a level of 5 %
are 159, 10 % are 1073, all of them 8. Bursts are not independent, and passing the level for a minute is passing it: so
people are told. To act takes more.

Going back helps where the difference is the release's. Of all bad answers of both sides each would lie on this side by
its share of the answers, if both were alike (Fisher's exact test), at the same ALPHA. Probes of both sides ask alike.
Users ask what no probe asks for: their answers speak against the release only where they are more than twice as bad as
the 95 % bound on what users got in its own bake. So a service whose users always see 8 % of failures is told of, and
never taken back. What cannot be compared is told, with what is not known.

An example: 300 of 1,500 requests failed in five minutes, and none of 300 probes of the other side. KL(0.2 ‖ 0.05) is
0.140, so the evidence is 1,500 · 0.140 = 210, above the 22.2 that ALPHA wants; Fisher's p is 6e-27. In the bake 3 of
10,000 failed, a bound of 0.08 %: going back would help.
"""

from collections.abc import Iterator
from math import log
from typing import NamedTuple

from bluegreen.core.after_bake.window import Measure, Sides, Tally, Window, measures
from bluegreen.core.config.thresholds import Thresholds
from bluegreen.core.config.units import spoken
from bluegreen.core.environment import Environment, InBake
from bluegreen.core.judge.statistics.exact_tests import upper_bound
from bluegreen.core.judge.statistics.twins import fisher_p_value

ALPHA = 1e-3 / (365 * 24 * 60 * 8)
_WANTED = -log(ALPHA)
_TIMES_USUAL = 2
_DEAD = 0.5  # of the probes: the way back answers nothing good
_TOTAL = 0.9  # of the answers
_LOWEST = 1e-6  # a level of 0 would make one failure in a year infinitely improbable


class Passed(NamedTuple):
    """The level is passed by `here` (users or probes); `there` are probes of the other side in the same time."""

    measure: Measure
    by_users: bool
    seconds: int
    here: Tally
    there: Tally

    @property
    def is_total(self) -> bool:
        return self.here.share >= _TOTAL

    def says(self, active: Environment) -> str:
        who = "requests" if self.by_users else "probes"
        here = f"{self.here.bad:,} of {self.here.asked:,} {who} {self.measure.name} in {spoken(self.seconds)}"
        return f"{active.value}: {here} (critical: {100 * self.measure.critical:g} %)"


def passed(window: Window, thresholds: Thresholds, usual: InBake | None) -> Passed | None:
    """What is evidently above its critical level, None where nothing is: what speaks for going back before the rest,
    failures before slowness, users before probes, the newest minute before all five.
    """
    found = list(_all_passed(window, thresholds))
    helped = (each for each in found if not why_not_back(each, usual, window.active))
    return next(helped, found[0] if found else None)


def why_not_back(found: Passed, usual: InBake | None, active: Environment) -> str:
    """Why going back would not help, or why that cannot be known; "" where it would."""
    other, here, there = active.other.value, found.here, found.there
    if not there.asked:
        return f"{other} was not asked, so nobody knows whether going back would help"
    compared = f"{other}, by probes: {there.bad:,} of {there.asked:,}"
    if fisher_p_value(here.bad, here.asked, there.bad, there.asked) >= ALPHA:
        return f"{compared}: too little to tell them apart"
    if not found.by_users:
        return ""
    if not found.measure.usual or usual is None:
        return f"{compared}; what users usually get is not known, and probes do not ask what they ask"
    bound = upper_bound(usual.failed, usual.requests)
    if here.share <= _TIMES_USUAL * bound:
        return f"{compared}; in its bake {usual.failed:,} of {usual.requests:,} requests failed too"
    return ""


def is_quiet(window: Window, thresholds: Thresholds) -> bool:
    """The newest minute alone says that nothing is passed and nothing is dead: nothing more has to be asked."""
    for measure in measures(thresholds):
        newest = window.sides(measure)[-1] if window.minutes else Sides()
        if max(newest.users.share, newest.probes.share) > measure.critical or newest.other.share >= _DEAD:
            return False
    return True


def is_well(window: Window, thresholds: Thresholds) -> bool:
    """In the newest minute something was counted, and nothing is above what is well."""
    newest = [(measure, window.sides(measure)[-1]) for measure in measures(thresholds)] if window.minutes else []
    counted = any(sides.users.asked or sides.probes.asked for _, sides in newest)
    return counted and all(max(s.users.share, s.probes.share) <= measure.well for measure, s in newest)


def dead_way_back(window: Window, thresholds: Thresholds) -> Tally | None:
    """Probes of the other side that fail for the most part while this side is well; None where that is not evident."""
    failed = measures(thresholds)[0]
    minutes = window.sides(failed)
    if not minutes or _share_here(minutes[-1]) > failed.well:
        return None
    total = sum_of(minutes).other
    dead = min(total.share, minutes[-1].other.share) >= _DEAD and evident(total, failed.critical)
    return total if dead else None


def answers_again(window: Window, thresholds: Thresholds) -> bool:
    """The other side was probed in the newest minute, and answers well."""
    failed = measures(thresholds)[0]
    newest = window.sides(failed)[-1].other if window.minutes else Tally()
    return newest.asked > 0 and newest.share <= failed.well


def evident(tally: Tally, level: float) -> bool:
    """A share above the level, at ALPHA."""
    p, level = tally.share, max(level, _LOWEST)
    if p <= level:
        return False
    divergence = p * log(p / level) + ((1 - p) * log((1 - p) / (1 - level)) if p < 1 else 0.0)
    return tally.asked * divergence >= _WANTED


def sum_of(minutes: list[Sides]) -> Sides:
    total = Sides()
    for each in minutes:
        total = total.plus(each)
    return total


def _all_passed(window: Window, thresholds: Thresholds) -> Iterator[Passed]:
    for measure in measures(thresholds):
        minutes = window.sides(measure)
        for by_users, least in ((True, thresholds.least_requests), (False, 1)):
            for newest in (1, len(minutes)):
                found = _passed(measure, by_users, minutes[-newest:], least)
                if found is not None:
                    yield found


def _passed(measure: Measure, by_users: bool, minutes: list[Sides], least: int) -> Passed | None:
    """Never while the newest minute is well again."""
    if not minutes:
        return None
    here = [sides.users if by_users else sides.probes for sides in minutes]
    total = sum_of(minutes)
    tally = total.users if by_users else total.probes
    if here[-1].share <= measure.critical or tally.asked < least or not evident(tally, measure.critical):
        return None
    return Passed(measure, by_users, 60 * len(minutes), tally, total.other)


def _share_here(sides: Sides) -> float:
    return sides.probes.share if sides.probes.asked else sides.users.share
