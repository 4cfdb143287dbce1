"""The queries that are asked of a Prometheus server (prometheus.io/docs/prometheus/latest/querying/api)."""

from datetime import datetime

from bluegreen.clients.http import Api
from bluegreen.clients.time_series import Series, series


class Prometheus:
    """Asked once, without a second try: the next look comes in seconds."""

    def __init__(self, api: Api) -> None:
        self._api = api

    @property
    def name(self) -> str:
        return self._api.name

    def raw(self, selector: str, seconds: int, now: datetime) -> list[Series]:
        """The samples of the last seconds as they were scraped: nothing is extrapolated."""
        return self._ask("query", query=f"{selector}[{seconds}s]", time=_time(now))

    def last(self, selector: str, seconds: int, now: datetime) -> list[Series]:
        """Each series' newest sample of the seconds before a moment, also where the series has ended since."""
        return self._ask("query", query=f"last_over_time({selector}[{seconds}s])", time=_time(now))

    def over(self, expression: str, start: int, end: int, step: int) -> list[Series]:
        return self._ask("query_range", query=expression, start=str(start), end=str(end), step=str(step))

    def _ask(self, what: str, **query: str) -> list[Series]:
        return series(self._api.once("GET", f"/api/v1/{what}", params=query), self._api.name)


def _time(moment: datetime) -> str:
    return f"{moment.timestamp():.3f}"
