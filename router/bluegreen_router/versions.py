"""What a router reads of the journal's versions: the few fields that lead traffic.

A newer Bluegreen may write fields, phases and states that this router does not know. They are passed over: a router
that stood still because of them would leave users where they are, while the record says that production has moved.
"""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from bluegreen.clients.store.journal_reader import JournalReader
from bluegreen.clients.store.objects import Objects
from bluegreen.core.environment import Environment
from bluegreen.core.phases import Phase
from bluegreen.core.written.schema import SCHEMA, migrated
from bluegreen_router.route import Route

_FASTEST, _SLOWEST = 1.0, 3600.0  # seconds between two nudges: each is paid for
_PHASES = {phase.value: phase for phase in Phase}


class _Read(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class _State(_Read):
    tag: str


class _Release(_Read):
    phase: str
    mirror: Any = 0.0  # it leads no traffic: a router follows, however it is written
    beat: Any = None  # neither does this


class _Record(_Read):
    service: str
    active: Environment
    epoch: int
    environments: dict[Environment, _State]
    release: _Release | None


class _Version(_Read):
    schema_version: int = Field(ge=SCHEMA, le=SCHEMA)
    seq: int
    record: _Record


def journal_of(objects: Objects, service: str) -> JournalReader[Route]:
    return JournalReader(objects, service, decode)


def decode(body: bytes) -> Route:
    """Raises `ValidationError` where a field is missing that leads traffic."""
    version = _Version.model_validate_json(migrated(body))
    record = version.record
    beat_of, beat_every = _beat(record.release.beat) if record.release else ("", 0.0)
    return Route(
        service=record.service,
        seq=version.seq,
        epoch=record.epoch,
        active=record.active,
        tags={environment: state.tag for environment, state in record.environments.items()},
        phase=_phase(record.release.phase) if record.release else None,
        mirror=_share(record.release.mirror) if record.release else 0.0,
        beat_of=beat_of,
        beat_every=beat_every,
    )


def _share(written: object) -> float:
    return float(written) if isinstance(written, int | float) and 0 <= written <= 100 else 0.0


def _beat(written: object) -> tuple[str, float]:
    found = written if isinstance(written, dict) else {}
    instance, every = found.get("instance"), found.get("every")
    if not isinstance(instance, str) or not isinstance(every, int | float) or not _FASTEST <= every <= _SLOWEST:
        return "", 0.0
    return instance, float(every)


def _phase(word: str) -> Phase:
    """In a phase that is not known here somebody may wait for this router, as in a switch."""
    return _PHASES.get(word, Phase.SWITCHING)
