"""`make bench`."""

from benchmarks.latency.command import app

app()
