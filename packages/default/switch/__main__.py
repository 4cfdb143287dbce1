"""switch: production to the release that is ready."""

from typing import Any

from bluegreen.calls.switch import CALL
from bluegreen.door import answer


def main(event: dict[str, Any], context: object = None) -> dict[str, Any]:
    return answer(CALL, event, context)
