"""Mistakes in what looks after a release whose bake is over."""

from datetime import timedelta

from bluegreen.core import progress
from bluegreen.core.after_bake import policy
from bluegreen.watch import after_bake
from tests.simulation.mutants.mutation import Patch, mutant


@mutant
def nobody_looks_after_what_serves_once_its_bake_is_over() -> list[Patch]:
    return [(policy, "serves", lambda record: False)]


@mutant
def after_the_bake_production_goes_back_whatever_the_policy() -> list[Patch]:
    return [(policy, "_why_not_back", lambda record, service, found, now: "")]


@mutant
def after_the_bake_a_burst_is_enough_to_go_back() -> list[Patch]:
    return [(policy, "LASTS", timedelta())]


@mutant
def an_unproven_release_stays_proven() -> list[Patch]:
    return [(progress, "_with_what_was_seen", lambda record, release: record)]


@mutant
def after_the_bake_the_way_back_is_never_found_to_answer() -> list[Patch]:
    return [(after_bake, "_answers", lambda cloud, record: False)]
