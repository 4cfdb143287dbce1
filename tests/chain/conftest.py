"""The local cloud for tests that want real HTTP and real processes, with the shortest times."""

from collections.abc import Iterator
from typing import Any

import pytest
from rich.console import Console

from bluegreen_demo import settings
from bluegreen_demo.cloud import LocalCloud
from bluegreen_demo.printer import Printer
from bluegreen_demo.stories import Stage
from bluegreen_demo.watcher import Watcher
from bluegreen_emulator.traffic import Traffic

WATCH = {"checks": 4, "over": "4s", "bake": "4s", "every": "500ms"}
HEALTH = {"grace": "3s", "interval": "200ms"}
QUICK: dict[str, Any] = {
    "bluegreen": {"services": {"web": {"watch": WATCH, "thresholds": {"tolerance": 2}, "checks": {"health": HEALTH}}}},
    "cloud": {
        "latency": {"digitalocean": "20ms", "spaces": "5ms", "github": "5ms", "slack": "5ms"},
        "deployment": {"pending_build": "100ms", "building": "200ms", "pending_deploy": "100ms", "deploying": "200ms"},
    },
    "traffic": {"requests_per_second": 25, "clients": 4},
    "stories": {"serve_before_rollback": "1s", "patience": "5m"},
}


@pytest.fixture(scope="module")  # of a session it would go on serving beside all that its worker does afterwards
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """`stage.cloud` is the cloud, `stage.watcher` has what the journal says, `stage.traffic` never stops asking."""
    chosen = settings.load(**QUICK)
    with LocalCloud.start(tmp_path_factory.mktemp("cloud"), chosen) as cloud:
        traffic = Traffic(cloud.production, chosen.traffic.paths, chosen.traffic.requests_per_second)
        watcher = Watcher(cloud, traffic, Printer(Console(quiet=True)), quiet=True)
        traffic.start()
        watcher.start()
        yield Stage(cloud, traffic, watcher, watcher.printer)
        watcher.stop()
        traffic.stop()
