"""alert: a monitoring system says that something is wrong."""

from typing import Any

from bluegreen.calls.alert import CALL
from bluegreen.door import answer


def main(event: dict[str, Any], context: object = None) -> dict[str, Any]:
    return answer(CALL, event, context)
