"""smoke: does the idle environment do its job?"""

from typing import Any

from bluegreen.door import answer
from bluegreen.entrypoints.checks import SMOKE


def main(event: dict[str, Any], context: object = None) -> dict[str, Any]:
    return answer(SMOKE, event, context)
