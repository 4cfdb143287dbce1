"""A program that takes CDEvents 0.5: each move of a release, and each incident, as events (github.com/cdevents/spec).

A release is a pipeline run. Its deployment, its switch and its way back are task runs, its health and smoke checks test
suite runs. What a move ends comes before what it begins. One request is one event: the CDEvent is the body, and the
headers are those of CloudEvents' binary mode. Ids are made of the notice's, so an event that comes twice is recognised.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple
from urllib.parse import quote, urlsplit
from uuid import NAMESPACE_URL, uuid5

from bluegreen.clients.posting import Receiver
from bluegreen.core.config.service import Service
from bluegreen.core.config.source import Image
from bluegreen.core.environment import Environment
from bluegreen.core.notices import Notice
from bluegreen.core.phases import RESTING, Phase
from bluegreen.notify import links

VERSION, OF_EACH = "0.5.1", "0.3.0"
_PRODUCTION = "production"
_OUTCOMES = {
    Phase.LIVE: "success",
    Phase.UNPROVEN: "success",
    Phase.RESTORED: "success",
    Phase.ABORTED: "cancel",
    Phase.EXPIRED: "cancel",
    Phase.SUPERSEDED: "cancel",
    Phase.STUCK: "error",
}  # any other end is a failure
_AGAIN = (Phase.LIVE, Phase.UNPROVEN)  # a release that was over is taken up again, to be taken back
_TASKS = {Phase.DEPLOYING: "deploy", Phase.SWITCHING: "switch", Phase.ROLLING_BACK: "rollback"}
_SUITES = {Phase.CHECKING: "health", Phase.SMOKING: "smoke"}
_GOES_ON = {
    (Phase.DEPLOYING, Phase.CHECKING): "deployed",
    (Phase.CHECKING, Phase.SMOKING): "",
    (Phase.SMOKING, Phase.READY): "",
    (Phase.SWITCHING, Phase.WATCHING): "upgraded",
    (Phase.ROLLING_BACK, Phase.ROLLED_BACK): "rolledback",
}  # what becomes of the service, where the phase before ended well
_HOSTS = {"DOCR": "registry.digitalocean.com", "GHCR": "ghcr.io", "DOCKER_HUB": ""}


class _Told(NamedTuple):
    """`kind` as in `dev.cdevents.<kind>.0.3.0`; `id` of what it is about."""

    kind: str
    id: str
    content: dict[str, Any]


@dataclass(frozen=True)
class CDEventsNotifier:
    service: Service
    receiver: Receiver

    def send(self, notice: Notice) -> None:
        for event in events(self.service, notice):
            self.receiver.post(event, _headers(event))


def events(service: Service, notice: Notice) -> list[dict[str, Any]]:
    """All that a notice tells: a move of a release, or an incident that begins or is over."""
    told = _incident(service, notice) if notice.was is None else _move(service, notice)
    return [_event(service, notice, each) for each in told]


def _event(service: Service, notice: Notice, told: _Told) -> dict[str, Any]:
    source = _source(service)
    chain = uuid5(NAMESPACE_URL, f"{service.repository}{source}/{notice.page or notice.release}")
    context = {
        "specversion": VERSION,
        "id": f"{notice.id}/{told.kind}",
        "source": source,
        "type": f"dev.cdevents.{told.kind}.{OF_EACH}",
        "timestamp": notice.at.isoformat(),
        "chainId": str(chain),
    }
    facts = {"tag": notice.tag, "commit": notice.commit, "reason": notice.reason, "phase": notice.status}
    return {
        "context": context,
        "subject": {"id": told.id, "source": source, "content": told.content},
        "customData": {name: value for name, value in facts.items() if value},
        "customDataContentType": "application/json",
    }


def _source(service: Service) -> str:
    """By where production is: two set-ups that send to one receiver may have a service of the same name each.

    Receivers take two events of one source and one id for one that came twice.
    """
    return f"//{quote(urlsplit(service.traffic.url).netloc, safe=':[]')}/bluegreen/{quote(service.name)}"


def _headers(event: dict[str, Any]) -> dict[str, str]:
    """CloudEvents' HTTP binding: what is not ASCII is percent-encoded."""
    context = event["context"]
    told = {
        "ce-specversion": "1.0",
        "ce-id": context["id"],
        "ce-source": context["source"],
        "ce-type": context["type"],
        "ce-subject": event["subject"]["id"],
        "ce-time": context["timestamp"],
    }
    return {name: quote(value, safe="/:+.-_,") for name, value in told.items()}


def _incident(service: Service, notice: Notice) -> Iterator[_Told]:
    """What pages a person; it is over when the page is."""
    kind = "incident.resolved" if notice.resolves else "incident.detected"
    about = {"description": notice.reason or notice.headline, "environment": _production(service)}
    about |= {"service": {"id": service.name}, **({"artifactId": _artifact(service, notice)} if notice.tag else {})}
    yield _Told(kind, f"{service.name}/{notice.page or notice.release}", about)


def _move(service: Service, notice: Notice) -> Iterator[_Told]:
    was = Phase(notice.was) if notice.was else None
    yield from _ended(service, notice, was)
    yield from _begun(service, notice, was)


def _ended(service: Service, notice: Notice, was: Phase | None) -> Iterator[_Told]:
    now = Phase(notice.status)
    if was is None or (was not in _TASKS and was not in _SUITES):
        return
    good = (was, now) in _GOES_ON
    outcome = "success" if good else "cancel" if _OUTCOMES.get(now) == "cancel" else "failure"
    if was in _TASKS:
        yield _Told("taskrun.finished", _run_id(notice, was), {**_task(notice, was), **_outcome(notice, outcome)})
    else:
        why = {} if good or not notice.reason else {"reason": notice.reason}
        suite = {**_suite(service, notice, was), "outcome": outcome, **why}
        yield _Told("testsuiterun.finished", _run_id(notice, was), suite)
    if good and _GOES_ON[was, now]:
        yield _serves(service, notice, _GOES_ON[was, now])


def _begun(service: Service, notice: Notice, was: Phase | None) -> Iterator[_Told]:
    now = Phase(notice.status)
    pipeline = {"pipelineName": f"bluegreen {service.name}", "uri": _uri(service, notice)}
    if was is None:
        yield _Told("pipelinerun.queued", notice.release, pipeline)
    if now is Phase.DEPLOYING or was in _AGAIN or (was is None and now is not Phase.REQUESTED):
        yield _Told("pipelinerun.started", notice.release, pipeline)
    if now in _TASKS:
        yield _Told("taskrun.started", _run_id(notice, now), _task(notice, now))
    elif now in _SUITES:
        suite = {**_suite(service, notice, now), "trigger": {"type": "pipeline"}}
        yield _Told("testsuiterun.started", _run_id(notice, now), suite)
    elif now in RESTING:
        outcome = _OUTCOMES.get(now, "failure")
        yield _Told("pipelinerun.finished", notice.release, {**pipeline, **_outcome(notice, outcome)})


def _serves(service: Service, notice: Notice, kind: str) -> _Told:
    """Deployed: on the idle environment. Upgraded, and back to what was there before: in production."""
    where = _environment(service, notice) if kind == "deployed" else _production(service)
    before = notice.model_copy(update={"tag": notice.base, "commit": "", "digest": ""})
    artifact = _artifact(service, before if kind == "rolledback" and notice.base else notice)
    return _Told(f"service.{kind}", service.name, {"environment": where, "artifactId": artifact})


def _run_id(notice: Notice, phase: Phase) -> str:
    return f"{notice.release}/{(_TASKS | _SUITES)[phase]}"


def _task(notice: Notice, phase: Phase) -> dict[str, Any]:
    return {"taskName": _TASKS[phase], "pipelineRun": {"id": notice.release}}


def _suite(service: Service, notice: Notice, phase: Phase) -> dict[str, Any]:
    suite = {"id": f"{service.name}/{_SUITES[phase]}", "name": f"{_SUITES[phase]} checks"}
    return {"environment": _environment(service, notice), "testSuite": suite}


def _outcome(notice: Notice, outcome: str) -> dict[str, str]:
    return {"outcome": outcome, **({"errors": notice.reason} if outcome != "success" and notice.reason else {})}


def _production(service: Service) -> dict[str, str]:
    return {"id": _PRODUCTION, "source": quote(service.traffic.url, safe=":/?&=%#")}


def _environment(service: Service, notice: Notice) -> dict[str, str]:
    known = {each.value: service.url(each) for each in Environment}
    if notice.environment not in known:
        return _production(service)
    return {"id": notice.environment, "source": quote(known[notice.environment], safe=":/?&=%#")}


def _uri(service: Service, notice: Notice) -> str:
    found = links.links(service, notice)
    tag = f"https://github.com/{service.repository}/releases/tag/{quote(notice.tag)}"
    return found.get("deployment") or found.get("commit") or tag


def _artifact(service: Service, notice: Notice) -> str:
    """A purl: github.com/package-url/purl-spec."""
    if not isinstance(service.source, Image):
        return f"pkg:github/{quote(service.repository.lower())}@{quote(notice.commit or notice.tag, safe='')}"
    image = service.source
    host = _HOSTS.get(image.registry_type, "")
    where = f"?repository_url={host}" if host else ""
    version = quote(notice.digest or notice.tag, safe="")
    return f"pkg:docker/{quote(f'{image.registry}/{image.repository}')}@{version}{where}"
