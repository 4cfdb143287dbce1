"""watch: the one scheduled function."""

from typing import Any

from bluegreen.door import answer
from bluegreen.entrypoints.ops_watch import CALL


def main(event: dict[str, Any], context: object = None) -> dict[str, Any]:
    return answer(CALL, event, context)
