"""health: is the idle environment well?"""

from typing import Any

from bluegreen.calls.checks import HEALTH
from bluegreen.door import answer


def main(event: dict[str, Any], context: object = None) -> dict[str, Any]:
    return answer(HEALTH, event, context)
