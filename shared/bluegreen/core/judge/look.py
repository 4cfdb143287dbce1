"""A look at a release in its bake, judged: the same whenever it is asked, and by other thresholds."""

from bluegreen.core.config.thresholds import Thresholds
from bluegreen.core.judge.evidence import Evidence
from bluegreen.core.judge.intervals import slower, summed_up
from bluegreen.core.judge.telemetry import NoData
from bluegreen.core.judge.verdict import BakeContext, Judgement, Observation, judge
from bluegreen.core.judge.written_look import WrittenLook


def judged(look: WrittenLook, evidence: Evidence) -> Judgement:
    """`evidence`: what was known before the look."""
    return judge(context_of(look), evidence, seen_by(look), look.at)


def context_of(look: WrittenLook) -> BakeContext:
    return BakeContext(look.active, look.switched_at, look.watch, look.thresholds)


def seen_by(look: WrittenLook) -> Observation:
    return Observation(
        look.intervals if look.no_data is None else NoData(look.no_data),
        look.until,
        look.check,
        look.other_check,
        look.pre_switch,
        look.asked,
    )


def by_other_thresholds(look: WrittenLook, thresholds: Thresholds) -> WrittenLook:
    """The same look, with what is slow counted anew."""
    p95 = thresholds.response_time_p95
    if p95 == look.thresholds.response_time_p95:
        return look.model_copy(update={"thresholds": thresholds})
    bounds = (p95.critical, max(p95.warning, look.usual_p95))
    rows = tuple(slower(row, *each, *bounds) for row, each in zip(look.intervals, look.times, strict=False))
    before = summed_up(look.earlier, p95.critical) if look.earlier else look.pre_switch
    changes = {"thresholds": thresholds, "intervals": rows or look.intervals, "pre_switch": before}
    return look.model_copy(update=changes)
