"""deploy: a tag to the idle environment."""

from typing import Any

from bluegreen.door import answer
from bluegreen.entrypoints.deploy import CALL


def main(event: dict[str, Any], context: object = None) -> dict[str, Any]:
    return answer(CALL, event, context)
