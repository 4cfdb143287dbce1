"""Who may ask what, and how often: the token, its permissions, the rate limits."""

import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field

from bluegreen_emulator.clock import Clock
from bluegreen_emulator.github.errors import GitHubError, not_found

LIMIT = 5000  # requests an hour

# https://docs.github.com/rest/authentication/permissions-required-for-fine-grained-personal-access-tokens
AREAS = (
    (r"/(git|tags|commits|compare|contents|releases|tarball)(/|$)", "contents"),
    (r"/deployments(/|$)", "deployments"),
    (r"/statuses/", "statuses"),
    (r"/actions/", "actions"),
    (r"/hooks(/|$)", "webhooks"),
    (r"/artifacts/metadata/", "artifact_metadata"),
)
EVERYTHING = {area: "write" for _, area in AREAS}


@dataclass
class Access:
    """One token. `permissions` is area → read or write, as a fine-grained token has them; default: all."""

    token: str
    clock: Clock
    permissions: Mapping[str, str] = field(default_factory=lambda: dict(EVERYTHING))
    expires: str = ""  # as in 2026-12-31 00:00:00 UTC: told in each answer to a token that ends
    used: int = 0
    _reset: float = 0.0
    _refusals: list[tuple[int, int | None]] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def limit_next(self, times: int = 1, status: int = 403, retry_after: int | None = 60) -> None:
        """Orders the secondary rate limit; GitHub answers it with 403 or 429, with or without Retry-After."""
        with self._lock:
            self._refusals += [(status, retry_after)] * times

    def check(self, method: str, path: str, authorization: str, user_agent: str) -> None:
        """`path` is what follows the repository's name."""
        if not user_agent:
            raise GitHubError(403, "Request forbidden by administrative rules. Please set a User-Agent header.")
        self._count()
        if not authorization:
            raise not_found()  # a private repository does not exist for those who do not say who they are
        if authorization.partition(" ")[2].strip() != self.token:
            raise GitHubError(401, "Bad credentials")
        area = next((area for pattern, area in AREAS if re.match(pattern, path)), None)
        held = self.permissions.get(area) if area else "write"
        if held is None or (method not in ("GET", "HEAD") and held != "write"):
            raise GitHubError(403, "Resource not accessible by personal access token")

    def headers(self) -> dict[str, str]:
        return {
            "X-RateLimit-Limit": str(LIMIT),
            "X-RateLimit-Remaining": str(max(0, LIMIT - self.used)),
            "X-RateLimit-Used": str(self.used),
            "X-RateLimit-Reset": str(int(self._reset)),
            "X-RateLimit-Resource": "core",
            **({"github-authentication-token-expiration": self.expires} if self.expires else {}),
        }

    def _count(self) -> None:
        with self._lock:
            now = self.clock.now().timestamp()
            if now >= self._reset:
                self.used, self._reset = 0, now + 3600
            if self._refusals:
                raise _secondary(*self._refusals.pop(0))
            if self.used >= LIMIT:
                raise GitHubError(403, "API rate limit exceeded for user ID 1.")
            self.used += 1


def _secondary(status: int, retry_after: int | None) -> GitHubError:
    message = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."
    return GitHubError(status, message, headers={} if retry_after is None else {"Retry-After": str(retry_after)})
