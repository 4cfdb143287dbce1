"""`make simulate`."""

from tests.simulation.command import app

app()
