"""switch: production to the release that is ready."""

from typing import Any

from bluegreen.door import answer
from bluegreen.entrypoints.switch import CALL


def main(event: dict[str, Any], context: object = None) -> dict[str, Any]:
    return answer(CALL, event, context)
