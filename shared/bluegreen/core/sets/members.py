"""Release sets: services that are released together. What bluegreen.yml says, and who is meant by a tag."""

from collections.abc import Mapping

from pydantic import Field, field_validator

from bluegreen.core import tags
from bluegreen.core.config.service import Name, Service
from bluegreen.core.model import Frozen
from bluegreen.core.release import SetRelease


class ReleaseSet(Frozen):
    services: tuple[Name, ...] = Field(min_length=2)  # switched in this order, un-switched in reverse

    @field_validator("services")
    @classmethod
    def _once(cls, services: tuple[str, ...]) -> tuple[str, ...]:
        if len(set(services)) < len(services):
            raise ValueError("each service once")
        return services


def fault(sets: Mapping[str, ReleaseSet], services: Mapping[str, Service]) -> str | None:
    """What is wrong with the sets of a file, None when they are sound."""
    owner: dict[str, str] = {}
    for name, found in sets.items():
        for service in found.services:
            if service not in services:
                return f"{name}: service {service} is not known (known: {', '.join(sorted(services))})"
            if service in owner:
                return f"{name}: service {service} is in set {owner[service]} already, and a service is in one set only"
            owner[service] = name
    return None


def set_of(sets: Mapping[str, ReleaseSet], service: str) -> str | None:
    """The name of the set that a service is in."""
    return next((name for name, found in sets.items() if service in found.services), None)


def pushed(
    sets: Mapping[str, ReleaseSet], services: Mapping[str, Service], service: str, tag: str
) -> SetRelease | None:
    """The set release that a pushed tag makes of a service: it and those of its set that the same tag releases."""
    name = set_of(sets, service)
    if name is None:
        return None
    repository = services[service].repository.lower()
    theirs = [one for one in sets[name].services if services[one].repository.lower() == repository]
    members = tuple(one for one in theirs if _releases(services[one], tag))
    alone = len(members) < 2 or service not in members
    return None if alone else SetRelease(id=f"{name}/{tag}", name=name, members=members)


def asked(name: str, found: ReleaseSet, tag: str, nonce: str) -> SetRelease:
    """The set release that a person asks for: another one each time."""
    return SetRelease(id=f"{name}/{tag}/{nonce[-12:]}", name=name, members=found.services)


def _releases(service: Service, tag: str) -> bool:
    return tags.fault(tag, service.tags.pattern, service.tags.prereleases) is None
