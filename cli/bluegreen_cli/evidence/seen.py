"""What the judge saw, with its numbers: a picture of the shares that failed, the same as a table, and each look."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from bluegreen.core.config.thresholds import Level, Thresholds
from bluegreen.core.judge.evidence import INTERVAL_SECONDS, Interval
from bluegreen.core.judge.written_look import WrittenLook
from bluegreen.core.release_file.what_if import looks_of
from bluegreen.page.markup import Html, element, joined
from bluegreen.page.panels import panel, table
from bluegreen.page.told import NOTHING, percent, sentence
from bluegreen_cli.evidence.kept import KeptRelease

_BINS = 60  # bars at most
_WIDTH, _HEIGHT = 720, 140
_COLUMNS = ("From", "Users asked", "failed", "slow", "Probes", "failed", "Probes of the other", "failed")


class Bin(NamedTuple):
    """The sums of some seconds, from `at` seconds after the switch."""

    at: int
    counts: Interval

    @property
    def share(self) -> float:
        """Of users' requests that failed; of probes where no user asked."""
        asked, failed = self.counts.users, self.counts.users_failed
        if not asked:
            asked, failed = self.counts.probes, self.counts.probes_failed
        return failed / asked if asked else 0.0


def judge_panel(found: KeptRelease) -> Html:
    looks = looks_of(found.bodies, found.id)
    if not looks:
        return panel("judge", "What the judge saw", element("p", "Nothing was judged.", class_="empty"))
    bins = binned([row for look in looks for row in look.intervals])
    last = looks[-1]
    says = element("p", f"{last.verdict.value}: ", sentence(last.says), class_="verdict")
    numbers = element("details", element("summary", "As a table"), _numbers(bins)) if bins else None
    each = element("details", element("summary", f"{len(looks)} looks"), _looks(looks))
    limits = element("details", element("summary", "Judged by these thresholds"), _limits(last.thresholds))
    return panel("judge", "What the judge saw", says, picture(bins) if bins else None, numbers, each, limits)


def binned(rows: Sequence[Interval]) -> list[Bin]:
    """Equal spans, as many as there is room for."""
    if not rows:
        return []
    span = INTERVAL_SECONDS * -(-(max(row.at for row in rows) // INTERVAL_SECONDS + 1) // _BINS)
    found: dict[int, Interval] = {}
    for row in rows:
        at = row.at // span * span
        found[at] = found[at].plus(row) if at in found else row
    return [Bin(at, found[at]) for at in sorted(found)]


def picture(bins: Sequence[Bin]) -> Html:
    """A bar for each span: the share that failed, on a scale up to the highest."""
    most = max((each.share for each in bins), default=0.0)
    room = _WIDTH / len(bins)
    bars = [
        element("path", d=f"M{n * room:.1f} {_HEIGHT}v-{h}h{room * 0.8:.1f}v{h}z", class_="bars")
        for n, each in enumerate(bins)
        if (h := round((_HEIGHT - 20) * each.share / most) if most else 0)
    ]
    words = f"share of answers that failed, up to {percent(most)}; {len(bins)} spans from the switch on"
    label = element("text", f"highest: {percent(most)}", x=0, y=12)
    drawn = element("svg", *bars, label, viewBox=f"0 0 {_WIDTH} {_HEIGHT}", role="img", aria_label=words)
    return element("figure", element("figcaption", element("strong", "Share of answers that failed")), drawn,
                   class_="chart")  # fmt: skip


def _numbers(bins: Sequence[Bin]) -> Html:
    rows = []
    for at, c in bins:
        candidate = (c.users, c.users_failed, c.users_slow, c.probes, c.probes_failed)
        rows.append((f"+{at} s", *map(_count, (*candidate, c.baseline, c.baseline_failed))))
    return _scrolled(table(_COLUMNS, rows, "counts"), "what was counted")


def _looks(looks: Sequence[WrittenLook]) -> Html:
    rows = [(f"{look.at:%H:%M:%S}", look.verdict.value, sentence(look.says), _odd(look)) for look in looks]
    return _scrolled(table(("At", "Verdict", "Because", "Production check"), rows, "looks"), "each look")


def _odd(look: WrittenLook) -> Html | str:
    parts = [*_wrong(look)]
    return joined(*parts) if parts else ("passed" if look.asked else "met the other environment")


def _wrong(look: WrittenLook) -> Iterator[Html]:
    if look.check:
        yield sentence(look.check)
    if look.other_check:
        yield joined("; the other: ", sentence(look.other_check))
    if look.no_data is not None:
        yield joined("; no data: ", sentence(look.no_data))


def _limits(thresholds: Thresholds) -> Html:
    levels = [(name, level) for name, level in thresholds if isinstance(level, Level)]
    rows = [(name, f"{level.normal:g}", f"{level.warning:g}", f"{level.critical:g}") for name, level in levels]
    return table(("What", "Normal", "Warning", "Critical"), rows, "thresholds")


def _scrolled(inside: Html, name: str) -> Html:
    return element("div", inside, class_="long", tabindex="0", role="region", aria_label=name)


def _count(number: int) -> str:
    return f"{number:,}" if number else NOTHING
