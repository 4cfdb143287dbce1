"""What is written down for the functions, and the staged tree made of it."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from bluegreen_cli.stage import ROOT, stage


@pytest.fixture
def written() -> dict[str, Any]:
    """The repository's bluegreen.yml."""
    return yaml.safe_load((ROOT / "bluegreen.yml").read_text())


@pytest.fixture(scope="session")
def staged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("staged") / ".build"
    stage(yaml.safe_load((ROOT / "bluegreen.yml").read_text()), out)
    return out
