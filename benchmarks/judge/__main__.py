"""`make bench-judge`."""

from benchmarks.judge.command import app

app()
