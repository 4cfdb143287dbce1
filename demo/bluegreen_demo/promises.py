"""What must hold; the exit code says whether it did."""

from collections.abc import Iterator

from bluegreen_demo.figures import Figures

ROLLBACK_S = 30.0
WEBHOOK_MS = 10_000.0  # GitHub waits no longer


def broken(figures: Figures) -> list[str]:
    """Each promise that was not kept, with the numbers; none when all were."""
    return [*_requests(figures), *_releases(figures), *_times(figures), *_webhooks(figures), *_openapi(figures)]


def _requests(figures: Figures) -> Iterator[str]:
    if figures.requests.failed:
        shown = ", ".join(figures.dropped[:3])
        yield f"{figures.requests.failed} of {figures.requests.sent} requests were dropped ({shown})"
    if not figures.requests.sent:
        yield "the clients sent no request"


def _releases(figures: Figures) -> Iterator[str]:
    for release in figures.releases:
        if not release.outcome:
            yield f"{release.tag} did not come to rest"
        elif release.outcome != release.expected:
            yield f"{release.tag} came to rest as {release.outcome}, not {release.expected}: {release.reason}"


def _times(figures: Figures) -> Iterator[str]:
    for tag, seconds in figures.fault_to_last_bad.items():
        if seconds > ROLLBACK_S:
            yield f"{tag} gave bad answers for {seconds:.1f} s, longer than {ROLLBACK_S:g} s"
    for rollback in figures.rollbacks:
        if rollback.last_answer > ROLLBACK_S:
            yield f"{rollback.tag} answered {rollback.last_answer:.1f} s after its rollback was asked for"
        if rollback.followed is None or rollback.followed > ROLLBACK_S:
            yield f"not every router instance followed the rollback of {rollback.tag} within {ROLLBACK_S:g} s"


def _webhooks(figures: Figures) -> Iterator[str]:
    slow = [webhook for webhook in figures.webhooks if webhook.ms > WEBHOOK_MS or not webhook.status]
    refused = [webhook for webhook in figures.webhooks if webhook.status >= 300]
    if slow:
        yield f"{len(slow)} webhooks were not answered within {WEBHOOK_MS / 1000:g} s"
    if refused:
        yield f"{len(refused)} webhooks were answered {', '.join(sorted({str(w.status) for w in refused}))}"


def _openapi(figures: Figures) -> Iterator[str]:
    for violation in figures.violations[:5]:
        yield f"against DigitalOcean's API description: {violation}"
