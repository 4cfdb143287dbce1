"""alert: a monitoring system says that something is wrong."""

from typing import Any

from bluegreen.door import answer
from bluegreen.entrypoints.hooks_alert import CALL


def main(event: dict[str, Any], context: object = None) -> dict[str, Any]:
    return answer(CALL, event, context)
