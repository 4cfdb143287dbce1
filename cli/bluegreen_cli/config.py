"""bluegreen.yml from disk, as the JSON that the functions read."""

import json
from pathlib import Path
from typing import Any

import yaml

from bluegreen import settings
from bluegreen_cli.faults import Faulty


def read(path: Path) -> Any:
    """What the file says, checked; `Faulty` names everything that is wrong with it."""
    written = _as_json(path)
    check(written)
    return written


def check(written: Any) -> None:
    _, faults = settings.parse(written)
    if faults:
        raise Faulty(faults)


def _as_json(path: Path) -> Any:
    try:
        return json.loads(json.dumps(yaml.safe_load(path.read_text()), allow_nan=False))
    except OSError as error:
        raise Faulty([f"{path} cannot be read: {error.strerror}"]) from None
    except yaml.YAMLError as error:
        raise Faulty([f"{path} is not YAML: {' '.join(str(error).split())}"]) from None
    except (TypeError, ValueError) as error:
        raise Faulty([f"{path} holds what JSON has no word for (a date wants quotes): {error}"]) from None
