"""`make bench-cost`."""

from benchmarks.cost.command import app

app()
