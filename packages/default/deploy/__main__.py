"""deploy: a tag to the idle environment."""

from typing import Any

from bluegreen.calls.deploy import CALL
from bluegreen.door import answer


def main(event: dict[str, Any], context: object = None) -> dict[str, Any]:
    return answer(CALL, event, context)
