"""bluegreen.yml from disk, as the JSON that the functions read."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import yaml

from bluegreen import settings
from bluegreen.settings_faults import Fault
from bluegreen_cli import layout, project, yaml_reading
from bluegreen_cli.faults import Faulty

OPEN = f"still holds the {settings.UNFILLED} of `bluegreen init`"
SHOWN = (
    "apps and addresses: `bluegreen setup` fills them in, "
    "`doctl apps list --format ID,Spec.Name,DefaultIngress` shows them"
)


def read(path: Path) -> Any:
    """What the file says, checked; `Faulty` names everything that is wrong with it."""
    written = as_json(path)
    if written is None:
        raise Faulty([f"{path} is empty: `bluegreen init` writes one, `bluegreen docs` says what may stand in it"])
    faults = [*_unfilled(written, ())]
    left_open = [fault.at for fault in faults]
    faults += [fault for fault in settings.read(written)[1] if not _is_about(_written_at(written, fault.at), left_open)]
    if faults:
        at = places(path)
        shown = [SHOWN] if any(fault.says == OPEN and "environments" in fault.at for fault in faults) else []
        raise Faulty([*(fault.line(f"{path.name}{at(fault.at)}") for fault in faults), *shown])
    return written


def check(written: Any) -> None:
    """For what was read elsewhere."""
    _, faults = settings.parse(written)
    if faults:
        raise Faulty(faults)


def places(path: Path) -> Callable[[tuple[str, ...]], str]:
    """Where something stands: `:12:5`, line and column. What is missing stands where its section begins."""
    root = yaml.compose(path.read_text(encoding="utf-8"), yaml_reading.Reader)

    def place(at: tuple[str, ...]) -> str:
        node, mark = root, root.start_mark if root else None
        for step in at:  # a section's kind is a step too, and stands nowhere
            found = _inside(node, step)
            if found is not None:
                mark, node = found
        return f":{mark.line + 1}:{mark.column + 1}" if mark else ""

    return place


def _inside(node: Any, step: str) -> tuple[Any, Any] | None:
    if isinstance(node, yaml.MappingNode):
        return next(((key.start_mark, value) for key, value in node.value if getattr(key, "value", None) == step), None)
    if isinstance(node, yaml.SequenceNode) and step.isdigit() and int(step) < len(node.value):
        return node.value[int(step)].start_mark, node.value[int(step)]
    return None


def _written_at(written: Any, at: tuple[str, ...]) -> tuple[str, ...]:
    """Where a fault stands in the file: a section's kind is a step too, and stands nowhere."""
    found: tuple[str, ...] = ()
    for step in at:
        if isinstance(written, list) and step.isdigit() and int(step) < len(written):
            written, found = written[int(step)], (*found, step)
        elif isinstance(written, dict) and step in written:
            written, found = written[step], (*found, step)
    return found if at and found and found[-1] == at[-1] else at


def _is_about(at: tuple[str, ...], left_open: list[tuple[str, ...]]) -> bool:
    """Said of a value that is left open, or of a section with one: once it is filled in, it may be over."""
    return any(each[: len(at)] == at or at[: len(each)] == each for each in left_open)


def _unfilled(written: Any, at: tuple[str, ...]) -> Iterator[Fault]:
    """Where `bluegreen init` has left a value open."""
    if isinstance(written, str) and settings.UNFILLED in written:
        yield Fault(at, OPEN)
    parts = written.items() if isinstance(written, dict) else enumerate(written) if isinstance(written, list) else ()
    for step, value in parts:
        yield from _unfilled(value, (*at, str(step)))


def project_text(root: Path, written: Any) -> str:
    """project.yml without comments, with what the checks of bluegreen.yml send in secret."""
    file, _ = settings.parse(written)
    names = [name for service in (file.services.values() if file else ()) for name in service.checks.secrets]
    return layout.with_check_secrets(
        project.without_comments((root / "project.yml").read_text(encoding="utf-8")), names
    )


def as_json(path: Path) -> Any:
    try:
        return json.loads(json.dumps(yaml_reading.value(path, path.read_text(encoding="utf-8")), allow_nan=False))
    except FileNotFoundError:
        raise Faulty([f"{path} is not there: `bluegreen init` writes one, --config names another"]) from None
    except OSError as error:
        raise Faulty([f"{path} cannot be read: {error.strerror}"]) from None
    except UnicodeDecodeError:
        raise Faulty([f"{path} is not UTF-8 text"]) from None
    except RecursionError:
        raise Faulty([f"{path} is nested too deeply"]) from None
    except (TypeError, ValueError) as error:
        raise Faulty([f"{path} holds what JSON has no word for: {error}"]) from None
