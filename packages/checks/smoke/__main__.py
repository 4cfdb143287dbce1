"""smoke: does the idle environment do its job?"""

from typing import Any

from bluegreen.door import invoke
from bluegreen.entrypoints.checks_smoke import ENTRY_POINT


def main(event: dict[str, Any], context: object = None) -> dict[str, Any]:
    return invoke(ENTRY_POINT, event, context)
