"""`make bench-cold`."""

from benchmarks.cold.command import app

app()
