"""Tag patterns of services that share a repository: could one tag release two of them by accident?"""

from collections.abc import Iterable
from itertools import combinations

from bluegreen.core.config.globs import overlap
from bluegreen.core.config.service import Service
from bluegreen.core.config.source import Image


def fault(services: Iterable[Service]) -> str | None:
    """What is wrong between services, None when nothing is.

    Equal patterns are no accident: one tag is meant to release both services.
    """
    all_services = list(services)
    for service, other in combinations(all_services, 2):
        ours, theirs = service.tags.pattern, other.tags.pattern
        if service.repository.lower() == other.repository.lower() and ours != theirs and overlap(ours, theirs):
            return (
                f"{service.name} and {other.name} share {service.repository}, and some tags would fit both of their "
                f"patterns ({ours}, {theirs}): make them differ from the first character on, such as {service.name}-v* "
                f"and {other.name}-v* or v[0-9]*; or give both the same, so that one tag releases both"
            )
    return _two_registries(all_services)


def _two_registries(services: list[Service]) -> str | None:
    """There is one secret for registries: it must not be sent to one that it was not made for."""
    private = {s.source.registry_type for s in services if isinstance(s.source, Image) and s.source.private}
    if len(private) < 2:
        return None
    return (
        f"private images in {' and '.join(sorted(private))}: BLUEGREEN_REGISTRY_CREDENTIALS is for one registry only "
        "(images in DigitalOcean's own need none)"
    )
