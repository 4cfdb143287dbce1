"""Mistakes in how the overseer hands over what is in flight."""

from bluegreen.cloud import Cloud
from bluegreen.core.record import Version
from bluegreen.watch import overseer
from tests.simulation.mutants.mutation import Patch, mutant

_WOKEN = overseer._woken


@mutant
def what_the_platform_does_not_take_is_followed_by_nobody() -> list[Patch]:
    def handed_on(bundle: list[overseer.Group]) -> bool:
        _WOKEN([cloud for group in bundle for cloud in group])
        return True

    return [(overseer, "_handed_on", handed_on)]


@mutant
def what_nobody_has_in_hand_is_not_seen_among_many() -> list[Patch]:
    def wants_a_look(cloud: Cloud, version: Version) -> bool:
        return False

    return [(overseer, "wants_a_look", wants_a_look)]
