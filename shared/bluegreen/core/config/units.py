"""Durations and shares as people write them: 500ms, 30s, 5m, 1h; 5%."""

import re
from typing import Annotated

from pydantic import BeforeValidator

_SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}


def seconds(written: object) -> float:
    """Seconds; a bare number is seconds already."""
    if isinstance(written, int | float) and not isinstance(written, bool):
        value = float(written)
    else:
        match = re.fullmatch(r"(\d+(?:\.\d+)?)\s*(ms|s|m|h|d)", str(written).strip(), re.ASCII)
        if not match:
            raise ValueError("a duration such as 500ms, 30s, 5m, 1h or 2d is wanted")
        value = float(match[1]) * _SECONDS[match[2]]
    if value < 0:
        raise ValueError("a duration cannot be negative")
    return value


def percent(written: object) -> float:
    """Percent; a bare number is that already."""
    if isinstance(written, int | float) and not isinstance(written, bool):
        value = float(written)
    else:
        match = re.fullmatch(r"(\d+(?:\.\d+)?)\s*%", str(written).strip(), re.ASCII)
        if not match:
            raise ValueError("a share such as 5% or 0.5% is wanted")
        value = float(match[1])
    if not 0 <= value <= 100:
        raise ValueError("a share is from 0% to 100%")
    return value


def spoken(value: float) -> str:
    """A duration for people to read: 0.4 s, 12 s, 5 min, 2 h, 3 days."""
    if value < 10 and value != int(value):
        return f"{value:.1f} s"
    if value < 120:
        return f"{value:.0f} s"
    if value < 7200:
        return f"{value / 60:.0f} min"
    return f"{value / 3600:.0f} h" if value < 172_800 else f"{value / 86_400:.0f} days"


Duration = Annotated[float, BeforeValidator(seconds)]
Percent = Annotated[float, BeforeValidator(percent)]
