"""health: is the idle environment well?"""

from typing import Any

from bluegreen.door import answer
from bluegreen.entrypoints.checks import HEALTH


def main(event: dict[str, Any], context: object = None) -> dict[str, Any]:
    return answer(HEALTH, event, context)
