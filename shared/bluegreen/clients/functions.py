"""Waking another function: an asynchronous call of OpenWhisk's REST API with an access key."""

from dataclasses import dataclass, field
from typing import Any

from bluegreen.clients.http import Api
from bluegreen.core.errors import BluegreenError


@dataclass
class WakeUps:
    """What the platform said to the wake-ups of one invocation for one service."""

    accepted: bool = False
    refusals: list[str] = field(default_factory=list)  # why, one after the other
    told: bool = False  # people were told of the refusals


class Functions:
    """`api` is None in no-key mode: nobody is woken, the scheduled watch takes every turn itself."""

    def __init__(self, api: Api | None) -> None:
        self._api = api

    @property
    def can_wake(self) -> bool:
        return self._api is not None

    def wake(self, function: str, event: dict[str, Any]) -> str | None:
        """None when the platform accepted it, else why not. Accepted is not done: the record is the truth.

        It names the activation that it has begun; an answer without one comes from somebody else, or nothing was begun.
        """
        if self._api is None:
            return "no access key is set: the watch will take the turn"
        try:
            answer = self._api.once("POST", f"/api/v1/namespaces/_/actions/{function}", event, {"blocking": "false"})
        except BluegreenError as error:
            return str(error)
        begun = isinstance(answer, dict) and answer.get("activationId")
        return None if begun else f"{self._api.name} answered without an activation of {function}"
