"""A measurement beside what it may be at most."""

from statistics import median
from typing import NamedTuple


class Bar(NamedTuple):
    """`measured` None: it could not be measured, and so is not met."""

    name: str
    measured: float | None
    unit: str
    at_most: float
    of: tuple[float, ...] = ()

    @property
    def met(self) -> bool:
        return self.measured is not None and self.measured <= self.at_most

    def __str__(self) -> str:
        told = "not measured" if self.measured is None else f"{self.measured:,.6g} {self.unit}".strip()
        count = f" of {len(self.of)}" if self.of else ""
        verdict = "met" if self.met else "MISSED"
        return f"{self.name:<53}{told:>10}{count:<7}{f'at most {self.at_most:g} {self.unit}'.strip():<16}{verdict}"


def median_of(values: list[float] | tuple[float, ...]) -> float | None:
    return round(median(values), 3) if values else None


def worst_of(values: tuple[float, ...]) -> float | None:
    return round(max(values), 3) if values else None
