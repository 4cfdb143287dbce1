"""status: where everything is."""

from typing import Any

from bluegreen.door import answer
from bluegreen.entrypoints.status import CALL


def main(event: dict[str, Any], context: object = None) -> dict[str, Any]:
    return answer(CALL, event, context)
