"""Whether people are told, as the doctor asks: is each channel's secret set, and does each take notices?"""

import uuid
from collections.abc import Iterator, Mapping
from typing import Any

from bluegreen.clients.store.journal import Journal
from bluegreen.clients.store.spaces import Spaces
from bluegreen.core.config import notify
from bluegreen.core.config.service import Service
from bluegreen.core.errors import BluegreenError
from bluegreen.core.outbox import troubles
from bluegreen.settings import NONE, PREFIX, parse


def examine(written: Any, secrets: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Of each service: doubts, and what was seen."""
    file, _ = parse(written)
    if file is None:
        return
    state, key, secret = file.state, secrets[f"{PREFIX}SPACES_KEY"], secrets[f"{PREFIX}SPACES_SECRET"]
    store = Spaces(state.endpoint, state.region, state.bucket, key, secret)
    for service in file.services.values():
        journal = Journal(store, service.name, lambda: uuid.uuid4().hex)
        yield from (("doubt", f"notices of {service.name}: {doubt}") for doubt in _doubts(service, journal, secrets))


def _doubts(service: Service, journal: Journal, secrets: Mapping[str, str]) -> Iterator[str]:
    for entry, settings in notify.named(service.notify).items():
        setting = troubles.secret_of(settings)
        if secrets.get(setting, NONE) == NONE:
            yield f"{setting} is not set, so {troubles.called(entry, settings)} gets none"
    try:
        newest = journal.newest()
    except BluegreenError as error:
        yield str(error)
        return
    yield from troubles.lines(newest.record, service) if newest else ()
