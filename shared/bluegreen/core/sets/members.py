"""Section `sets` of bluegreen.yml: services that are released together, and which of them a tag releases."""

from collections.abc import Mapping

from pydantic import Field, field_validator

from bluegreen.core.config.service import Name, Service
from bluegreen.core.model import Frozen
from bluegreen.core.release import SetRelease


class ReleaseSet(Frozen):
    services: tuple[Name, ...] = Field(min_length=2)  # switched in this order, taken back in reverse

    @field_validator("services")
    @classmethod
    def _once(cls, services: tuple[str, ...]) -> tuple[str, ...]:
        if len(set(services)) < len(services):
            raise ValueError("each service once")
        return services


def fault(sets: Mapping[str, ReleaseSet], services: Mapping[str, Service]) -> str | None:
    """What is wrong with the sets of bluegreen.yml, None when they are sound."""
    owner: dict[str, str] = {}
    for name, release_set in sets.items():
        for service in release_set.services:
            if service not in services:
                return f"{name}: service {service} is not known (known: {', '.join(sorted(services))})"
            if service in owner:
                return f"{name}: service {service} is in set {owner[service]} already, and a service is in one set only"
            owner[service] = name
    return None


def set_of(sets: Mapping[str, ReleaseSet], service: str) -> str | None:
    """The name of the set that a service is in."""
    return next((name for name, release_set in sets.items() if service in release_set.services), None)


def pushed(
    sets: Mapping[str, ReleaseSet], services: Mapping[str, Service], service: str, tag: str
) -> SetRelease | None:
    """The set release that a pushed tag makes: of a service and those members of its set that the same tag releases.

    None where the service is alone in it. Its id is derived from the tag, so every member's webhook finds the same one.
    """
    name = set_of(sets, service)
    if name is None:
        return None
    repository = services[service].repository.lower()
    siblings = [member for member in sets[name].services if services[member].repository.lower() == repository]
    members = tuple(member for member in siblings if services[member].tag_fault(tag) is None)
    alone = len(members) < 2 or service not in members
    return None if alone else SetRelease(id=f"{name}/{tag}", name=name, members=members)


def asked(name: str, release_set: ReleaseSet, tag: str, nonce: str) -> SetRelease:
    """A new set release, for a person who asks for it."""
    return SetRelease(id=f"{name}/{tag}/{nonce[-12:]}", name=name, members=release_set.services)
