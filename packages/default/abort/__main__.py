"""abort: stop the release in flight."""

from typing import Any

from bluegreen.door import answer
from bluegreen.entrypoints.abort import CALL


def main(event: dict[str, Any], context: object = None) -> dict[str, Any]:
    return answer(CALL, event, context)
