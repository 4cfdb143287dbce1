"""Times as DigitalOcean writes them."""

from datetime import datetime


def stamp(at: datetime) -> str:
    """RFC 3339 in UTC, to the second: `2026-11-23T17:41:26Z`."""
    return f"{at.isoformat()[:19]}Z"
