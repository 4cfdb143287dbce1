"""`make house`."""

from tests.house.command import app

app()
