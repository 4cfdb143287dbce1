"""The files that a deployment starts from: those of the clone, or the copies that the wheel carries."""

import os
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
_CLONE = _PACKAGE.parents[1]
_CARRIED = _PACKAGE / "deployment"  # pyproject.toml has them copied there when the wheel is built
# The clone's own bluegreen.yml is the same until somebody sets up: then it is theirs, or not there.
EXAMPLE = _PACKAGE / "init" / "example.yml"


def root() -> Path:
    """The folder with project.yml, packages/, .env.example, router/app.yaml and requirements-functions.lock."""
    return _CLONE if (_CLONE / "project.yml").is_file() else _CARRIED


def cache(root: Path) -> Path:
    """Where libraries are kept once they are fetched: in the clone, or in the user's cache folder."""
    if root != _CARRIED:
        return root / ".stage_cache"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache", "bluegreen", "stage")
