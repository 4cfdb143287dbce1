"""hooks/github: a push of a release tag becomes a release. Verified first, recorded second, answered at once."""

from bluegreen.core import admission
from bluegreen.core.admission import ReleaseRequest
from bluegreen.core.config.service import Service
from bluegreen.core.errors import Misconfigured
from bluegreen.core.inbound.signatures import check_github
from bluegreen.core.inbound.webhooks import Ignored, TagPushed, github_event
from bluegreen.core.release import Purpose
from bluegreen.invocation.call import (
    STORE,
    WAKE,
    Answer,
    Call,
    Visit,
    reply,
)
from bluegreen.invocation.web_request import proven, request_of
from bluegreen.ordering.placing import place
from bluegreen.steps.turn import wake_next


def run(visit: Visit) -> Answer:
    request, secret = request_of(visit.event), visit.settings.secrets.github_webhook_secret
    if secret is None:
        raise Misconfigured("BLUEGREEN_GITHUB_WEBHOOK_SECRET is not set for this function")
    body = proven(request, lambda body: check_github(request.headers, body, secret.get_secret_value()))
    event = github_event(request.headers, body)
    if isinstance(event, Ignored):
        return reply(200, True, f"ignored: {event.why}")
    services = [s for s in visit.settings.file.services.values() if s.repository.lower() == event.repository.lower()]
    if not services:
        return reply(200, True, f"ignored: repository {event.repository[:100]} belongs to no service")
    taken = {service.name: _take(visit, service, event) for service in services}
    accepted = any(written for written, _ in taken.values())
    what = "; ".join(says if len(taken) == 1 else f"{name}: {says}" for name, (_, says) in taken.items())
    return reply(202 if accepted else 200, True, what, tag=event.tag)


def _take(visit: Visit, service: Service, event: TagPushed) -> tuple[bool, str]:
    cloud = visit.cloud(service)
    by = f"a push by {event.by}" if event.by else "a push"
    delivery, purpose = event.delivery or f"{event.tag}@{event.commit}", Purpose(part_of=cloud.part_of(event.tag))
    order = ReleaseRequest(event.tag, event.commit, service.options, by, delivery, purpose)
    placed = place(cloud, f"{event.tag} pushed", lambda record, now: admission.admit(record, service, order, now))
    if not placed.outcome.taken:
        return False, f"ignored: {placed.outcome.says}"
    release = placed.version.record.release
    if release is not None and release.tag == event.tag:
        wake_next(cloud, placed.version.record)
    return True, placed.outcome.says


CALL = Call("hooks/github", (*STORE, *WAKE, "github_webhook_secret"), run, web=True)
