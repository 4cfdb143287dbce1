"""bluegreen.yml from disk, as the JSON that the functions read."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from bluegreen import settings
from bluegreen_cli import layout, project
from bluegreen_cli.faults import Faulty

_SHOWN = "`doctl apps list --format ID,Spec.Name,DefaultIngress` shows it"


def read(path: Path) -> Any:
    """What the file says, checked; `Faulty` names everything that is wrong with it."""
    written = _as_json(path)
    check(written)
    return written


def check(written: Any) -> None:
    faults = [*_unfilled(written, ())] or settings.parse(written)[1]
    if faults:
        raise Faulty(faults)


def _unfilled(written: Any, at: tuple[str, ...]) -> Iterator[str]:
    """Where `bluegreen init` has left a value open."""
    if isinstance(written, str) and settings.UNFILLED in written:
        where = ".".join(at)
        known = "environments" in at and f": {_SHOWN}"
        yield f"bluegreen.yml {where}: still holds the {settings.UNFILLED} of `bluegreen init`{known or ''}"
    parts = written.items() if isinstance(written, dict) else enumerate(written) if isinstance(written, list) else ()
    for step, value in parts:
        yield from _unfilled(value, (*at, str(step)))


def project_text(root: Path, written: Any) -> str:
    """project.yml without comments, with what the checks of bluegreen.yml send in secret."""
    file, _ = settings.parse(written)
    names = [name for service in (file.services.values() if file else ()) for name in service.checks.secrets]
    return layout.with_check_secrets(project.without_comments((root / "project.yml").read_text()), names)


def _as_json(path: Path) -> Any:
    try:
        return json.loads(json.dumps(yaml.load(path.read_text(encoding="utf-8"), _Unique), allow_nan=False))
    except OSError as error:
        raise Faulty([f"{path} cannot be read: {error.strerror}"]) from None
    except UnicodeDecodeError:
        raise Faulty([f"{path} is not UTF-8 text"]) from None
    except RecursionError:
        raise Faulty([f"{path} is nested too deeply"]) from None
    except yaml.YAMLError as error:
        raise Faulty([f"{path} is not YAML: {' '.join(str(error).split())}"]) from None
    except (TypeError, ValueError) as error:
        raise Faulty([f"{path} holds what JSON has no word for (a date wants quotes): {error}"]) from None


class _Unique(yaml.SafeLoader):
    """Of two keys of one name YAML's reader would take the last, and say nothing of the first."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        written = [key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode) and key.value != "<<"]
        twice = next((key for place, key in enumerate(written) if key in written[:place]), None)
        if twice is not None:
            raise yaml.constructor.ConstructorError(None, None, f"{twice!r} is written twice", node.start_mark)
        return super().construct_mapping(node, deep)
