"""The looks at one bake, judged one after another in one process: to the letter as the watch did it, and quickly.

One test goes through the bake, for between two looks nothing is written down and read again. And most looks come to
nothing but *wait*: all is well, no check is due, the end is not near, and the test has had nothing to say for as long
as that could make a difference. Of such a look only the intervals are tested.
"""

from datetime import datetime

from bluegreen.core.config.thresholds import Thresholds, Watch
from bluegreen.core.judge.evidence import RETENTION_SECONDS, Evidence, Interval, PreSwitch, RunningCounts
from bluegreen.core.judge.hard_limits import Alarm, Limits
from bluegreen.core.judge.leave_one_out import LeaveOneOut, SequentialResult, untested
from bluegreen.core.judge.look import context_of, seen_by
from bluegreen.core.judge.verdict import Judgement, is_quiet, judge, limits
from bluegreen.core.judge.written_look import WrittenLook


class UnbrokenBake:
    """`apart`: without each suspect, too, as the watch tests. Without that `alarmed` says whether it could have made a
    difference."""

    def __init__(self, apart: bool) -> None:
        self._apart, self.alarmed = apart, False
        self._evidence = Evidence()
        self._test: LeaveOneOut | None = None
        self._given: tuple[PreSwitch | None, Limits] | None = None
        self._by: tuple[Thresholds, Watch, Limits] | None = None
        self._waiting: list[Interval] = []
        self._until = 0.0

    def judged(self, look: WrittenLook, is_last: bool) -> Judgement | None:
        """None: it comes to *wait*, and leaves nothing behind but what its intervals left in the test."""
        context, seen = context_of(look), seen_by(look)
        alarm = self._tested(look, look.until) if look.no_data is None and look.until is not None else None
        if not is_last and alarm is None and self._is_untroubled() and is_quiet(context, self._evidence, seen, look.at):
            return None
        found = judge(context, self._evidence_for(look), seen, look.at, lambda *_: self._result(alarm))
        self._evidence = found.evidence
        return found

    def _evidence_for(self, look: WrittenLook) -> Evidence:
        """A look that counts nothing is judged by what was counted until then, also by looks that left nothing else."""
        if self._test is None or (look.no_data is None and look.until is not None):
            return self._evidence
        return self._evidence.model_copy(update={"counted": self._test.counts(self._waiting, written=False)})

    def _tested(self, look: WrittenLook, until: datetime) -> Alarm | None:
        test = self._test_by(look.pre_switch, self._limits(look))
        self._until = max(self._until, (until - look.switched_at).total_seconds())
        self._waiting = untested(test.judged, self._waiting, look.intervals)
        alarm = test.advanced(self._waiting, self._until)
        self.alarmed = self.alarmed or test.alarmed
        return alarm

    def _limits(self, look: WrittenLook) -> Limits:
        """Settings that did not change are one and the same object from look to look (`what_if`)."""
        if self._by is None or look.thresholds is not self._by[0] or look.watch is not self._by[1]:
            self._by = look.thresholds, look.watch, limits(look.thresholds, look.watch)
        return self._by[2]

    def _test_by(self, pre_switch: PreSwitch | None, by: Limits) -> LeaveOneOut:
        """The same for as long as its limits are, and what was usual before the switch."""
        before = self._given[0] if self._given is not None else None
        given = before or pre_switch, by
        if self._test is None or given != self._given:
            written = RunningCounts() if self._test is None else self._test.counts([])
            written = written.model_copy(update={"before": given[0]})
            self._test, self._given = LeaveOneOut(written, by, self._apart), given
        return self._test

    def _is_untroubled(self) -> bool:
        """Whether nothing was in doubt, shared, or one client's for as long as any of it is remembered."""
        if self._test is None:
            return True
        troubled = self._test.troubled_until
        return troubled is None or self._test.judged - troubled >= RETENTION_SECONDS

    def _result(self, alarm: Alarm | None) -> SequentialResult:
        counts = RunningCounts() if self._test is None else self._test.counts(self._waiting, written=False)
        return SequentialResult(counts, alarm)
