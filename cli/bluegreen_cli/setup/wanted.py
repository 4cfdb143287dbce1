"""What a set-up is to come to: from bluegreen.yml, the app specs, .env.example and the environment."""

import itertools
import os
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from bluegreen.core.config.service import Service
from bluegreen.core.config.source import PointerBranch
from bluegreen.core.config.traffic import AppIngress
from bluegreen.settings import PREFIX, UNFILLED, File, read
from bluegreen_cli import config
from bluegreen_cli.faults import Faulty
from bluegreen_cli.init.answers import FUNCTIONS_REGIONS
from bluegreen_cli.stage import ROOT

_EXAMPLE = re.compile(rf"(?m)^({PREFIX}\w+)=(\S+)")
SIDES = ("blue", "green")


class WantedApp(NamedTuple):
    """An app and the environments that it runs. `spec` is None where there is no file of it."""

    service: Service
    sides: tuple[str, ...]
    path: str
    spec: dict[str, Any] | None
    id: str  # as bluegreen.yml says; "" where it is not known yet

    @property
    def what(self) -> str:
        return f"app {(self.spec or {}).get('name') or self.id or self.path} ({' and '.join(self.sides)})"


class Wanted(NamedTuple):
    """`prefix`: what names of keys and of the namespace begin with. `settings`: name → "" or what .env.example
    recommends. `given`: settings that the process's environment holds."""

    prefix: str
    file: File
    apps: tuple[WantedApp, ...]
    router: dict[str, Any] | None
    settings: dict[str, str]
    given: dict[str, str]
    environ: Mapping[str, str]  # all of it: it may hold, in clear, what an app's spec has encrypted

    @property
    def services(self) -> tuple[Service, ...]:
        return tuple(self.file.services.values())

    @property
    def pointed(self) -> Iterator[tuple[Service, PointerBranch]]:
        """Those whose environments are built from branches."""
        return ((s, s.source) for s in self.services if isinstance(s.source, PointerBranch))

    @property
    def functions_region(self) -> str:
        return FUNCTIONS_REGIONS.get(self.file.state.region, self.file.state.region)


def wanted(path: Path, root: Path = ROOT) -> Wanted:
    """`Faulty` where bluegreen.yml has a fault that is no value left open."""
    if not path.is_file():
        raise Faulty([f"{path} is not there: `bluegreen init` writes it"])
    numbers = itertools.count(1)
    file, faults = read(_in_one_app(_filled(config.as_json(path), lambda: f"{OPEN}-{next(numbers)}")))
    if file is None:
        at = config.places(path)  # what is still open is filled in by a set-up, and is no fault here
        raise Faulty([each.line(f"{path.name}{at(each.at)}") for each in faults])
    settings = dict(_EXAMPLE.findall((root / ".env.example").read_text(encoding="utf-8")))
    return Wanted(
        prefix=file.state.bucket.removesuffix("-state"),
        file=file,
        apps=tuple(_apps(file, path.parent)),
        router=_yaml(path.parent / ".do" / "router.yaml"),
        settings={name: value if value == "none" else "" for name, value in settings.items()},
        given={name: os.environ[name] for name in settings if os.environ.get(name)},
        environ=os.environ,
    )


def _filled(written: Any, word: Callable[[], str]) -> Any:
    """With words in place of what is still open, each another one, so that the rest can be judged."""
    match written:
        case str() if UNFILLED in written:
            return written.replace(UNFILLED, word())
        case list():
            return [_filled(each, word) for each in written]
        case dict():
            return {key: _filled(each, word) for key, each in written.items()}
        case _:
            return written


def _in_one_app(written: Any) -> Any:
    """Where both environments are components of one app, its id is open once and not twice."""
    services = written.get("services") if isinstance(written, dict) else None
    for service in services.values() if isinstance(services, dict) else ():
        if not isinstance(service, dict) or (service.get("traffic") or {}).get("kind") != "app_ingress":
            continue
        match service.get("environments"):
            case {"blue": {"app": str(blue)}, "green": dict(green)} if OPEN in blue and OPEN in str(green.get("app")):
                green["app"] = blue
    return written


OPEN = "not-known-yet"


def known(value: str) -> str:
    """ "" for what is still open."""
    return "" if OPEN in value else value


def _apps(file: File, folder: Path) -> Iterator[WantedApp]:
    for service in file.services.values():
        one_app = isinstance(service.traffic, AppIngress)
        for sides in (SIDES,) if one_app else ((side,) for side in SIDES):
            name = "app" if one_app else f"app-{sides[0]}"
            own = f".do/{service.name}-{name}.yaml"
            path = own if len(file.services) > 1 or (folder / own).is_file() else f".do/{name}.yaml"
            apps: Mapping[str, str] = {side.value: each.app for side, each in service.environments.items()}
            yield WantedApp(service, sides, path, _yaml(folder / path), known(apps[sides[0]]))


def _yaml(path: Path) -> dict[str, Any] | None:
    if not path.is_file():
        return None
    try:
        found = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise Faulty([f"{path} is not YAML: {' '.join(str(error).split())}"]) from None
    if not isinstance(found, dict):
        raise Faulty([f"{path} is no app spec"])
    return found
