"""smoke: does the idle environment do its job?"""

from typing import Any

from bluegreen.calls.checks import SMOKE
from bluegreen.door import answer


def main(event: dict[str, Any], context: object = None) -> dict[str, Any]:
    return answer(SMOKE, event, context)
