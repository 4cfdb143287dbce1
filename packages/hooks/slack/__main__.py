"""slack: a button of a message was pressed."""

from typing import Any

from bluegreen.door import invoke
from bluegreen.entrypoints.hooks_slack import ENTRY_POINT


def main(event: dict[str, Any], context: object = None) -> dict[str, Any]:
    return invoke(ENTRY_POINT, event, context)
