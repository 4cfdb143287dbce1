"""rollback: production back to the release before."""

from typing import Any

from bluegreen.door import invoke
from bluegreen.entrypoints.rollback import ENTRY_POINT


def main(event: dict[str, Any], context: object = None) -> dict[str, Any]:
    return invoke(ENTRY_POINT, event, context)
