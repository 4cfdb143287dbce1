"""What is written down for the functions, and the staged tree made of it."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bluegreen_cli.stage import stage
from tests.build import written
from tests.cli.desk import Desk

PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"


@pytest.fixture(name="written")
def example() -> dict[str, Any]:
    """The repository's bluegreen.yml."""
    return written()


@pytest.fixture(scope="session")
def staged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """For the Python that runs the tests, so that they can run the functions too."""
    out = tmp_path_factory.mktemp("staged") / ".build"
    stage(written(), out, PYTHON, local=True)
    return out


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    made = Desk(tmp_path, monkeypatch)
    yield made
    made.close()
