"""Production asked from outside, as a user would: which environment answers?"""

from functools import cache

from bluegreen.clients.web import Web
from bluegreen.core.config.checks import Check
from bluegreen.core.config.service import Service
from bluegreen.core.environment import Environment
from bluegreen.traffic.driver import PublicAnswer, Unknown

MARKER = "x-bluegreen-environment"  # the header by which an answer says whose it is
_KNOWN = {environment.value for environment in Environment}
_FRESH = {"Connection": "close"}


class Outside:
    """`fresh`: a connection for each look, as an open one stays with whoever took it, whatever a name says since."""

    def __init__(self, service: Service, web: Web, fresh: bool = True) -> None:
        self._url = service.traffic.url
        self._question = _question(next((check.get for check in service.checks.health.requests if check.get), "/"))
        self._headers = _FRESH if fresh else {}
        self._web = web

    def current(self) -> Environment | Unknown:
        reply = self._web.check(self._url, self._question, self._headers)
        marker = reply.headers.get(MARKER, "")
        if marker in _KNOWN:
            return Environment(marker)
        return Unknown(reply.answer.error or f"status {reply.answer.status} without {MARKER}")

    def answers_as(self, environment: Environment, in_a_row: int) -> PublicAnswer:
        for _ in range(in_a_row):
            answered = self.current()
            if answered is not environment:
                name = answered.why if isinstance(answered, Unknown) else answered.value
                return PublicAnswer(False, f"production answers as {name}, not {environment.value}")
        return PublicAnswer(True, f"production answered as {environment.value} {in_a_row} times in a row")


@cache
def _question(path: str) -> Check:
    return Check(get=path, timeout=3)
