"""github: a release tag was pushed."""

from typing import Any

from bluegreen.calls.github import CALL
from bluegreen.door import answer


def main(event: dict[str, Any], context: object = None) -> dict[str, Any]:
    return answer(CALL, event, context)
