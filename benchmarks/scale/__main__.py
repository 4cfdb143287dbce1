"""`make bench-scale`."""

from benchmarks.scale.command import app

app()
