"""github: a release tag was pushed."""

from typing import Any

from bluegreen.door import answer
from bluegreen.entrypoints.hooks_github import CALL


def main(event: dict[str, Any], context: object = None) -> dict[str, Any]:
    return answer(CALL, event, context)
