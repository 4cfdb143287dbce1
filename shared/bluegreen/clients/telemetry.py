"""What the router's instances report, read from the bucket that they write to."""

from pydantic import ValidationError

from bluegreen.clients.objects import Objects
from bluegreen.core.telemetry import Telemetry


def read_reports(telemetry: Objects, service: str) -> list[Telemetry]:
    """One report an instance. One that does not parse is left out: the others still count."""
    found = []
    for key in telemetry.keys(f"services/{service}/telemetry/"):
        try:
            found.append(Telemetry.model_validate_json(telemetry.get(key) or b""))
        except ValidationError:
            continue
    return found
