"""`make bench-migrations`."""

from benchmarks.migrations.command import app

app()
