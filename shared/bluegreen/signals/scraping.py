"""What one environment's instances have counted lately, put together from the queries of the settings."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from types import MappingProxyType

from bluegreen.clients.prometheus import Prometheus
from bluegreen.core.config.signals import PrometheusSignal
from bluegreen.core.environment import Environment
from bluegreen.core.errors import Refused
from bluegreen.core.judge.telemetry import Counts
from bluegreen.signals import counters, interleaved, replicas
from bluegreen.signals.counters import History, Increases, Scraped, SeriesKey, Target
from bluegreen.signals.statuses import READ, is_failure

NO_APPS: Mapping[Environment, str] = MappingProxyType({})
WINDOW = 300  # seconds that are looked back
_EARLIER = 86_400
# (selector, series) → where it stood before the window; None: it is new.
EarlierValues = dict[tuple[str, SeriesKey], int | None]


def query_for(query: str, environment: Environment, apps: Mapping[Environment, str] = NO_APPS) -> str:
    return query.replace("{environment}", environment.value).replace("{app}", apps.get(environment, ""))


class Scraping:
    """One look at one environment. `earlier` spares a later look the same question; nothing rests on it."""

    def __init__(
        self,
        settings: PrometheusSignal,
        server: Prometheus,
        environment: Environment,
        now: datetime,
        earlier: EarlierValues,
        apps: Mapping[Environment, str] = NO_APPS,
    ) -> None:
        self._settings = settings
        self._server = server
        self._environment = environment
        self._now = now
        self._earlier = earlier
        self._apps = apps

    def histories(self) -> list[History]:
        """One of each instance. The requests are asked for first: what they show, the later answers show too."""
        requests = self._targets(self._settings.counted)
        failed, latency = self._targets(self._settings.failed), self._targets(self._settings.latency)
        for pages in (requests, failed):
            _require_once(pages)
        counters.require_same_scrapes(requests, failed, "failed")
        counters.require_same_scrapes(requests, latency, "latency")
        for at in requests:
            self._require_one_process(at, [found[at] for found in (requests, failed, latency) if at in found])
        return [self._history(page, failed.get(at), latency.get(at)) for at, page in requests.items()]

    def _require_one_process(self, target: Target, pages: list[Scraped]) -> None:
        """Raises Refused where the counters seem to be those of several processes behind one address."""
        series = [each for page in pages for each in page.series]
        falls = interleaved.doubtful_falls(series)
        if not falls:
            return
        job, instance = map(json.dumps, target)
        started = self._server.raw(f"process_start_time_seconds{{job={job},instance={instance}}}", WINDOW, self._now)
        if not interleaved.are_restarts(falls, started):
            raise Refused(
                f"the counters of instance {target[1] or 'unknown'} go down and up again "
                f"({interleaved.shown(series)}): several processes answer behind one address in turn, "
                "so each has to be scraped by itself (docs/signals.md)"
            )

    def _targets(self, query: str) -> Mapping[Target, Scraped]:
        if not query:
            return {}
        return counters.targets(self._server.raw(self._query(query), WINDOW, self._now))

    def _query(self, query: str) -> str:
        return query_for(query, self._environment, self._apps)

    def _history(self, page: Scraped, failed: Scraped | None, latency: Scraped | None) -> History:
        settings, intervals = self._settings, len(page.times) - 1
        requests = self._increases(page, page, settings.counted)
        bad = self._increases(page, failed, settings.failed) if settings.failed else self._by_status(requests)
        buckets = counters.bucketed(self._increases(page, latency, settings.latency), intervals)
        rows = zip(_total(requests, intervals), _total(bad, intervals), buckets, strict=True)
        counts = tuple(Counts(requests=n, failed=x, buckets=row) for n, x, row in rows)
        if any(count.failed > count.requests for count in counts):
            raise Refused(f"{self._server.name} counts more failed than requests: these queries do not belong together")
        return History(page.times, counts)

    def _increases(self, page: Scraped, found: Scraped | None, query: str) -> Increases:
        if found is None:
            return []
        return counters.increases(page.times, found, page.in_step, lambda late: self._before(query, late))

    def _by_status(self, requests: Increases) -> Increases:
        label = self._settings.status
        for series, _ in requests:
            if label not in series.labels:
                known = ", ".join(sorted(set(series.labels) - {"__name__"}))
                raise Refused(f"the requests have no label {label!r} to tell the failed by (they have: {known})")
        return [(series, rise) for series, rise in requests if self._is_failure(series.labels[label], rise)]

    def _is_failure(self, value: str, rise: list[int]) -> bool:
        """Raises Refused where answers were counted whose status cannot be read; one that counted nothing is left."""
        found = is_failure(self._settings.status, value)
        if found is None and any(rise):
            raise Refused(
                f"label {self._settings.status!r} of the requests says {value[:40]!r}, which is not {READ}: "
                "name a label that has one as `status`, or say with `failed` which requests failed (docs/signals.md)"
            )
        return bool(found)

    def _before(self, query: str, late: list[SeriesKey]) -> dict[SeriesKey, int]:
        """A series that begins inside the window is new and began at 0, unless it was there within the last day.

        Some exporters leave out what has not changed for a while, and later go on from where it stood.
        """
        selector = self._query(query)
        if any((selector, key) not in self._earlier for key in late):
            ended = self._server.last(selector, _EARLIER, self._now - timedelta(seconds=WINDOW))
            stood = {counters.key(series): int(series.samples[-1][1]) for series in ended if series.samples}
            self._earlier.update({(selector, key): stood.get(key) for key in late})
        known = {key: self._earlier[selector, key] for key in late}
        return {key: value for key, value in known.items() if value is not None}


def _require_once(pages: Mapping[Target, Scraped]) -> None:
    """Raises Refused where two servers have scraped the same: each request would be counted twice."""
    if found := replicas.twice([series for page in pages.values() for series in page.series]):
        first, second = (json.dumps(value[:80]) for value in found.values)
        raise Refused(
            f"the same counter is there twice, as {found.label}={first} and {second}: two servers scrape one process, "
            "or one does so twice. Take them for one in the server, or ask for one of them, "
            f"`select: {found.label}={first}` (docs/signals.md)"
        )


def _total(rises: Increases, intervals: int) -> list[int]:
    return counters.summed([rise for _, rise in rises], intervals)
