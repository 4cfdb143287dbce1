"""Rate limits per token: a sliding hour and a minute's burst."""

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bluegreen_emulator.digitalocean.errors import ApiError

_HOUR = timedelta(hours=1)
_MINUTE = timedelta(minutes=1)


@dataclass
class Limits:
    """Counts each token's calls; see docs.digitalocean.com/reference/api/reference#rate-limit."""

    hourly: int
    burst: int
    _calls: dict[str, deque[datetime]] = field(default_factory=dict)

    def count(self, token: str, now: datetime) -> dict[str, str]:
        """The headers of the answer. Raises a 429; only the burst's says `retry-after`."""
        calls = self._calls.setdefault(token, deque())
        while calls and calls[0] <= now - _HOUR:
            calls.popleft()
        if len(calls) >= self.hourly:
            raise _too_many(self._headers(calls, now, 0))
        recent = self._burst_began(calls, now)
        if recent is not None:
            wait = max(1, int((recent + _MINUTE - now).total_seconds()))
            raise _too_many(self._headers(calls, now, 0) | {"retry-after": str(wait)})
        calls.append(now)
        return self._headers(calls, now, self.hourly - len(calls))

    def _burst_began(self, calls: deque[datetime], now: datetime) -> datetime | None:
        """When the burst began that leaves no room for one more call; None where there is room."""
        if len(calls) < self.burst or calls[-self.burst] <= now - _MINUTE:
            return None
        return calls[-self.burst]

    def _headers(self, calls: deque[datetime], now: datetime, remaining: int) -> dict[str, str]:
        oldest = calls[0] if calls else now
        return {
            "ratelimit-limit": str(self.hourly),
            "ratelimit-remaining": str(remaining),
            "ratelimit-reset": str(int((oldest + _HOUR).timestamp())),
        }


def _too_many(headers: dict[str, str]) -> ApiError:
    return ApiError(429, "too_many_requests", "API rate limit exceeded.", headers)
