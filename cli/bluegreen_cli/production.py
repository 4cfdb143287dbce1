"""Where production is led today, as the doctor asks: can the setting be read, and will it hurt one day?"""

import time
from collections.abc import Iterator, Mapping
from typing import Any

import httpx

from bluegreen.clients import bounded
from bluegreen.clients.digitalocean import DigitalOcean
from bluegreen.clients.http import LIMITS, Api
from bluegreen.clients.redaction import Redaction
from bluegreen.clients.web import Web
from bluegreen.core.config.service import Service
from bluegreen.core.errors import BluegreenError
from bluegreen.settings import File, parse
from bluegreen.traffic import TrafficDriver, Unknown, driver_for
from bluegreen_emulator.memory_objects import MemoryObjects


def examine(written: Any, secrets: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Of each service whose switch is a setting at DigitalOcean: fine, doubt or fault, and what was seen."""
    file, _ = parse(written)
    if file is None:
        return
    with bounded.client(LIMITS) as http:
        for service in file.services.values():
            yield from _service(service, _driver(service, file, secrets, http))


def _service(service: Service, driver: TrafficDriver) -> Iterator[tuple[str, str]]:
    if driver.follows_journal:
        return
    what = f"traffic of {service.name}"
    try:
        found, doubts = driver.setting(), driver.doubts()
    except BluegreenError as error:
        yield "fault", f"{what}: {error}"
        return
    answers = driver.current()
    if isinstance(answers, Unknown):
        doubts.append(f"{service.traffic.url} does not say which environment answers: {answers.why}")
    if found is not None:
        yield "fine", f"{what}: {found.says}"
    yield from (("doubt", f"{what}: {doubt}") for doubt in doubts)


def _driver(service: Service, file: File, secrets: Mapping[str, str], http: httpx.Client) -> TrafficDriver:
    token = secrets.get("BLUEGREEN_DIGITALOCEAN_TOKEN", "")
    headers = {"Accept": "application/json", "User-Agent": "bluegreen", "Authorization": f"Bearer {token}"}
    redaction = Redaction(secrets)
    api = Api("DigitalOcean", file.apis.digitalocean, http, headers, time.sleep, redaction=redaction)
    return driver_for(service, Web(http, time.monotonic, redaction), MemoryObjects(), DigitalOcean(api))
