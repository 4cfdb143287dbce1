"""A terminal's desk, beside a laptop's cloud."""

from tests.cli.conftest import desk

__all__ = ["desk"]
