"""hooks/github: turns a pushed release tag into a release. Verified first, then recorded, then answered at once."""

from bluegreen.core.admission import ReleaseRequest
from bluegreen.core.config.service import Service
from bluegreen.core.errors import Misconfigured
from bluegreen.core.inbound.signatures import check_github
from bluegreen.core.inbound.webhooks import Ignored, RunEnded, TagPushed, github_event
from bluegreen.core.phases import Phase
from bluegreen.core.release import Purpose
from bluegreen.invocation.entry_point import (
    STORE,
    WAKE,
    EntryPoint,
    Invocation,
    Response,
    web_answer,
)
from bluegreen.invocation.web_request import request_of, verified_body
from bluegreen.ordering.placing import place_announced
from bluegreen.steps.take_turn import wake_next


def run(invocation: Invocation) -> Response:
    request, secret = request_of(invocation.event), invocation.settings.secrets.github_webhook_secret
    if secret is None:
        raise Misconfigured("BLUEGREEN_GITHUB_WEBHOOK_SECRET is not set for this function")
    body = verified_body(request, lambda body: check_github(request.headers, body, secret.get_secret_value()))
    event = github_event(request.headers, body, invocation.clients.redaction.json)
    if isinstance(event, Ignored):
        return web_answer(200, True, f"ignored: {event.why}")
    if isinstance(event, RunEnded):
        return _run_ended(invocation, event)
    services = _services(invocation, event.repository.lower())
    if not services:
        return web_answer(200, True, f"ignored: repository {event.repository[:100]} belongs to no service")
    taken = {service.name: _take(invocation, service, event) for service in services}
    accepted = any(written for written, _ in taken.values())
    what = "; ".join(says if len(taken) == 1 else f"{name}: {says}" for name, (_, says) in taken.items())
    return web_answer(202 if accepted else 200, True, what, tag=event.tag)


def _run_ended(invocation: Invocation, event: RunEnded) -> Response:
    """Whoever follows that run looks now; what it came to is asked of GitHub."""
    woken = []
    for service in _services(invocation, event.repository.lower()):
        cloud = invocation.cloud(service)
        newest = cloud.journal.newest()
        release = newest.record.release if newest is not None else None
        if newest is None or release is None or release.phase is not Phase.SMOKING or release.smoke_run is None:
            continue
        if release.smoke_run.id in (0, event.run):  # 0: GitHub has not told which run is ours
            wake_next(cloud, newest.record)
            woken.append(service.name)
    if not woken:
        return web_answer(200, True, "ignored: no release waits for that run")
    return web_answer(202, True, f"{', '.join(woken)}: its smoke tests are looked at now")


def _services(invocation: Invocation, repository: str) -> list[Service]:
    """Those whose repository it is, by bluegreen.yml, else by the new name that GitHub told the watch."""
    everyone = list(invocation.settings.file.services.values())
    named = [service for service in everyone if service.repository.lower() == repository]
    return named or [service for service in everyone if _moved_to(invocation, service) == repository]


def _moved_to(invocation: Invocation, service: Service) -> str:
    newest = invocation.cloud(service).journal.newest()
    return newest.record.moved_to.lower() if newest is not None else ""


def _take(invocation: Invocation, service: Service, event: TagPushed) -> tuple[bool, str]:
    cloud = invocation.cloud(service)
    by = f"a push by {event.by}" if event.by else "a push"
    delivery = event.delivery or f"{event.tag}@{event.commit}"
    purpose = Purpose(part_of=invocation.settings.part_of(service, event.tag))
    order = ReleaseRequest(
        event.tag, event.commit, service.options, by, delivery, purpose, committed_at=event.committed_at
    )
    placed = place_announced(cloud, f"{event.tag} pushed", order)
    if not placed.outcome.taken:
        return False, f"ignored: {placed.outcome.says}"
    release = placed.version.record.release
    if release is not None and release.tag == event.tag:
        wake_next(cloud, placed.version.record)
    return True, placed.outcome.says


ENTRY_POINT = EntryPoint("hooks/github", (*STORE, *WAKE, "github_webhook_secret"), run, web=True)
