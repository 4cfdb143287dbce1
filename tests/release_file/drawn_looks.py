"""Looks at a bake drawn from a seed: all that a judge can meet, more often than it happens; and what the watch makes of
looks, one after the other."""

from datetime import timedelta
from random import Random

from bluegreen.core.config.thresholds import ProvenBy, Thresholds, Watch
from bluegreen.core.environment import Environment
from bluegreen.core.finding import HOLDS
from bluegreen.core.judge.client_paths import heaviest
from bluegreen.core.judge.evidence import INTERVAL_SECONDS, Evidence, Interval
from bluegreen.core.judge.intervals import EarlierRow, slower, summed_up
from bluegreen.core.judge.look import by_other_thresholds, judged
from bluegreen.core.judge.written_look import Times, WrittenLook
from bluegreen.core.release_file.what_if import Supposed
from tests.build import NOW

USUAL = 250.0
RATES = (0, 0, 0, 0.001, 0.004, 0.01, 0.05, 0.3, 1)


def look_by_look(looks, thresholds):
    """As the watch did it: each look begins with what the one before has written down."""
    evidence, held, found = Evidence(), False, None
    for look in looks:
        finding, evidence, at = judged(by_other_thresholds(look, thresholds), evidence)
        evidence = Evidence.model_validate_json(evidence.model_dump_json())
        held = held or finding.verdict in HOLDS
        found = Supposed(finding.verdict, finding.says, at, held)
        if found.final:
            break
    return found


class Drawn:
    """One bake. Each side fails at a rate of its own, which changes now and then; so do the other habits."""

    def __init__(self, seed):
        self.random = Random(seed)
        chance = self.random
        self.bake = chance.choice([60, 300, 900])
        self.watch = Watch(
            bake=self.bake,
            over=chance.choice([20, 60]),
            checks=chance.choice([0, 2, 5]) or 1,
            fresh=self.bake,
            extend=chance.choice([0, 60]),
            warm_up=chance.choice([0, 30]),
            proof=chance.choice([*ProvenBy]),
        )
        self.asks = {side: chance.choice([0, 1, 5, 50, 500]) for side in ("users", "probes", "baseline")}
        self.mirrors = chance.choice([0, 0, 0.1, 0.5])
        self.clients = chance.choice([0, 0, 1, 3, 40])
        self.calm = chance.random() < 0.3
        self.odd = chance.choice([0, 0, 0, 0.02, 0.2])
        self.renew()

    def renew(self):
        chance = self.random
        self.fails = {
            side: 0.0005 if self.calm else chance.choice(RATES) for side in ("users", "probes", "baseline", "mirrored")
        }
        self.slow = {side: 0 if self.calm else chance.choice(RATES) for side in ("users", "probes", "baseline")}
        self.one_client = chance.choice([0, 0.5, 1])

    def some(self, among, rate):
        if rate in (0, 1) or not among:
            return int(among * rate)
        return min(among, sum(self.random.random() < rate for _ in range(min(among, 100))) * max(among // 100, 1))

    def times(self, answers, side):
        slow = self.some(answers, self.slow[side])
        return (answers - slow, 0, 0, 0, 0, 0, slow)

    def interval(self, at, thresholds):
        users, probes, baseline = (self.random.randint(0, 2 * most) for most in self.asks.values())
        failed = self.some(users, self.fails["users"])
        mirrored = int(users * self.mirrors)
        counts = {
            "users": users,
            "users_failed": failed,
            "probes": probes,
            "probes_failed": self.some(probes, self.fails["probes"]),
            "baseline": baseline,
            "baseline_failed": self.some(baseline, self.fails["baseline"]),
            "mirrored": mirrored,
            "mirrored_failed": self.some(mirrored, self.fails["mirrored"]),
        }
        row = Interval(at, **counts)
        if self.clients and failed:
            first = int(failed * self.one_client)
            told = [(1, first)] * bool(first)
            told += [(self.random.randrange(2, 2 + self.clients), 1) for _ in range(failed - first)]
            row = row._replace(client_paths=heaviest(told))
        if at < self.watch.warm_up:
            return row, Times()
        sides = self.times(users, "users"), self.times(probes, "probes"), self.times(baseline, "baseline")
        timed = dict(zip(("users_timed", "probes_timed", "baseline_timed"), map(sum, sides), strict=True))
        p95 = thresholds.response_time_p95
        return slower(row._replace(**timed), *sides, p95.critical, max(p95.warning, USUAL)), Times.of(sides)

    def before(self):
        self.renew()
        rows = self.random.choice([0, 12, 60])
        found = []
        for _ in range(rows):
            users = self.random.randint(0, 2 * self.asks["users"])
            found.append(EarlierRow(users, self.some(users, self.fails["users"]), self.times(users, "users")))
        self.renew()
        return tuple(found)

    def looks(self):
        chance, thresholds = self.random, Thresholds()
        earlier, given, now = self.before(), 0, 0.0
        first, ends = True, self.bake + self.watch.extend + 30
        while now < ends:
            now += chance.choice([3, 10, 10, 10, 30])
            odd = chance.random() < self.odd
            reported = int(now) // INTERVAL_SECONDS - (chance.randint(0, 3) if odd else 0)
            timed = []
            for place in range(given, max(reported, given)):
                if chance.random() < 0.02:
                    self.renew()
                if not (odd and chance.random() < 0.1):
                    timed.append(self.interval(place * INTERVAL_SECONDS, thresholds))
            given = max(given, reported)
            yield WrittenLook(
                release="web-1",
                at=NOW + timedelta(seconds=now),
                active=Environment.GREEN,
                switched_at=NOW,
                watch=self.watch,
                thresholds=thresholds,
                intervals=tuple(row for row, _ in timed),
                times=tuple(times for _, times in timed),
                usual_p95=USUAL,
                until=NOW + timedelta(seconds=int(now)) if not odd or chance.random() < 0.9 else None,
                no_data="nothing" if odd and chance.random() < 0.1 else None,
                check="status 500" if odd and chance.random() < 0.5 else None,
                other_check="status 500" if odd and chance.random() < 0.3 else None,
                asked=not (odd and chance.random() < 0.2),
                pre_switch=summed_up(earlier, thresholds.response_time_p95.critical) if first else None,
                earlier=earlier if first else (),
            )
            first = False
