"""Section `checks`: what to ask of an environment before production moves, and what to expect."""

import re
from collections.abc import Iterator
from typing import Any, Literal

from pydantic import Field, field_validator, model_validator

from bluegreen.core.config import check_secrets, statuses
from bluegreen.core.config.units import Duration
from bluegreen.core.model import Frozen

_PATTERN = re.compile(r"/(.+)/", re.DOTALL)
_BELOW = re.compile(r"below (-?\d+(?:\.\d+)?)")
_MEANS_BELOW = re.compile(r"below [-+.]?\d")
_COMPARES = re.compile(
    r"\s*(above|over|under|less than|more than|at least|at most|[<>]=?|[!=]=)\s*[-+.]?\d", re.IGNORECASE
)


class Expected(Frozen):
    """What a response must be. `/…/` is a regular expression, `below N` an upper bound; other texts must be equal."""

    status: int | str = 200  # also 2xx, 200-299, [200, 204]
    json_body: dict[str, Any] = Field(default_factory=dict, alias="json")  # path such as checks.0.status → value
    title: str = ""  # the first `<title>`
    button: str = ""  # visible, with this text, value or `aria-label`
    text: str = ""  # visible somewhere, before any script runs and whatever style sheets say

    @field_validator("status", mode="before")
    @classmethod
    def _can_be(cls, status: Any) -> Any:
        wanted = ", ".join(map(str, status)) if isinstance(status, list | tuple) else status
        if isinstance(wanted, bool) or not isinstance(wanted, int | str):
            raise ValueError(f"allowed is {statuses.ALLOWED}")
        if wrong := statuses.fault(wanted):
            raise ValueError(wrong)
        return wanted

    @field_validator("json_body", "title", "button", "text")
    @classmethod
    def _can_be_met(cls, expected: Any) -> Any:
        for text in expected.values() if isinstance(expected, dict) else (expected,):
            if isinstance(text, str) and (wrong := _unusable(text, isinstance(expected, dict))):
                raise ValueError(wrong)
        return expected


class Check(Frozen):
    """One request, written as `get: /path` or `post: /path`. `${BLUEGREEN_CHECK_…}` stands for a secret of `.env`."""

    name: str = ""
    get: str = ""
    post: str = ""
    body: Any = None  # sent as JSON; as the form, or the text, that a header Content-Type says it is
    headers: dict[str, str] = Field(default_factory=dict)
    expect: Expected = Field(default_factory=Expected)
    timeout: Duration = 5.0

    @model_validator(mode="after")
    def _one_path(self) -> "Check":
        if bool(self.get) == bool(self.post) or not self.path.startswith("/"):
            raise ValueError("a check needs either `get: /path` or `post: /path`")
        return self

    @model_validator(mode="after")
    def _secrets_are_sent_only(self) -> "Check":
        wrong = check_secrets.fault([self.path, self.headers, self.body], [self.name, self.expect.model_dump()])
        if wrong:
            raise ValueError(wrong)
        return self

    @field_validator("headers")
    @classmethod
    def _each_once(cls, headers: dict[str, str]) -> dict[str, str]:
        twice = [name for name in headers if sum(name.lower() == other.lower() for other in headers) > 1]
        if twice:
            raise ValueError(f"{' and '.join(twice)} are one header: capitals make no difference")
        return headers

    @property
    def secrets(self) -> set[str]:
        """Names of the settings that are put in place."""
        return check_secrets.names([self.path, self.headers, self.body])

    @property
    def method(self) -> Literal["GET", "POST"]:
        return "GET" if self.get else "POST"

    @property
    def path(self) -> str:
        return self.get or self.post

    @property
    def title(self) -> str:
        return self.name or f"{self.method} {check_secrets.told(self.path)}"


class CheckGroup(Frozen):
    """Checks that run in parallel, until all pass `successes` times in a row or the time is over."""

    requests: tuple[Check, ...] = ()
    grace: Duration = 30.0  # after the deployment has completed: failures in this time do not count
    retries: int = Field(default=3, ge=0, le=50)  # rounds after the grace before it is a failure
    interval: Duration = 2.0
    successes: int = Field(default=2, ge=1, le=20)


class SmokeGroup(CheckGroup):
    """`workflow` is a file in .github/workflows of the repository, run at the release's tag after the requests."""

    grace: Duration = 0.0
    successes: int = Field(default=1, ge=1, le=20)
    workflow: str = Field(default="", pattern=r"^(|[A-Za-z0-9._-]{1,100}\.ya?ml)$")


class Checks(Frozen):
    health: CheckGroup = CheckGroup()
    smoke: SmokeGroup = SmokeGroup()

    @property
    def secrets(self) -> Iterator[str]:
        for group in (self.health, self.smoke):
            for check in group.requests:
                yield from check.secrets


def pattern(wanted: str) -> str | None:
    """The regular expression in `/…/`."""
    found = _PATTERN.fullmatch(wanted)
    return found[1] if found else None


def upper_bound(wanted: str) -> float | None:
    """The number in `below N`."""
    found = _BELOW.fullmatch(wanted)
    return float(found[1]) if found else None


def _unusable(wanted: str, is_value: bool) -> str:
    """Why a text could never be met as it is meant, "" where it can. `is_value`: of JSON, not sought in a page."""
    if _MEANS_BELOW.match(wanted) and upper_bound(wanted) is None:
        return f"{wanted[:60]!r}: `below` wants a plain number, such as below 1000"
    if is_value and _COMPARES.match(wanted):
        return f"{wanted[:60]!r} compares nothing: `below N` is the one comparison; a text like that is written /…/"
    try:
        re.compile(pattern(wanted) or "")
    except re.error as error:
        return f"{wanted[:60]!r} is not a regular expression ({error})"
    return ""
