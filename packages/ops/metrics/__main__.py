"""ops/metrics: numbers for Prometheus."""

from typing import Any

from bluegreen.door import invoke
from bluegreen.entrypoints.ops_metrics import ENTRY_POINT


def main(event: dict[str, Any], context: object = None) -> dict[str, Any]:
    return invoke(ENTRY_POINT, event, context)
