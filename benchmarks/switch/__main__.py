"""`make bench-switch`."""

from benchmarks.switch.command import app

app()
