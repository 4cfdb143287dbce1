"""status: where everything is."""

from typing import Any

from bluegreen.calls.status import CALL
from bluegreen.door import answer


def main(event: dict[str, Any], context: object = None) -> dict[str, Any]:
    return answer(CALL, event, context)
