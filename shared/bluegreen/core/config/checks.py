"""Section `checks`: what to ask of an environment before production moves, and what to expect."""

from typing import Any, Literal

from pydantic import Field, model_validator

from bluegreen.core.config.units import Duration
from bluegreen.core.model import Frozen


class Expected(Frozen):
    """What a response must be. `/…/` is a regular expression, `below N` an upper bound; other texts must be equal."""

    status: int | str = 200
    json_body: dict[str, Any] = Field(default_factory=dict, alias="json")  # dotted path → value
    title: str = ""  # the first `<title>`
    button: str = ""  # visible, with this text, value or `aria-label`
    text: str = ""  # visible somewhere, before any script runs and whatever style sheets say


class Check(Frozen):
    """One request, written as `get: /path` or `post: /path`."""

    name: str = ""
    get: str = ""
    post: str = ""
    body: Any = None  # sent as JSON
    headers: dict[str, str] = Field(default_factory=dict)
    expect: Expected = Field(default_factory=Expected)
    timeout: Duration = 5.0

    @model_validator(mode="after")
    def _one_path(self) -> "Check":
        if bool(self.get) == bool(self.post) or not self.path.startswith("/"):
            raise ValueError("a check needs either `get: /path` or `post: /path`")
        return self

    @property
    def method(self) -> Literal["GET", "POST"]:
        return "GET" if self.get else "POST"

    @property
    def path(self) -> str:
        return self.get or self.post

    @property
    def title(self) -> str:
        return self.name or f"{self.method} {self.path}"


class CheckGroup(Frozen):
    """Checks that run in parallel, until all pass `successes` times in a row or the time is over."""

    requests: tuple[Check, ...] = ()
    grace: Duration = 30.0  # after the deployment has completed: failures in this time do not count
    retries: int = Field(default=3, ge=0, le=50)  # rounds after the grace before it is a failure
    interval: Duration = 2.0
    successes: int = Field(default=2, ge=1, le=20)


class Checks(Frozen):
    health: CheckGroup = CheckGroup()
    smoke: CheckGroup = CheckGroup(grace=0.0, successes=1)
