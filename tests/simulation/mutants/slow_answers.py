"""Mistakes around answers that come slowly."""

import math
from collections.abc import Iterator
from contextlib import contextmanager

import httpx

from bluegreen.clients import bounded, http
from bluegreen.clients.store import bounded_s3
from bluegreen.steps import step
from tests.simulation.mutants.mutation import Patch, mutant


@contextmanager
def _without_end(seconds: float, clock: object = None) -> Iterator[None]:
    yield


@mutant
def a_client_whose_limit_is_forgotten() -> list[Patch]:
    return [(http, "LIMITS", httpx.Timeout(None))]


@mutant
def the_stores_limit_is_forgotten() -> list[Patch]:
    return [(bounded_s3, "_LIMITS", {})]


@mutant
def an_invocation_asks_for_as_long_as_it_is_answered() -> list[Patch]:
    return [(bounded, "within", _without_end)]


@mutant
def a_look_leaves_no_time_to_write_down_what_was_seen() -> list[Patch]:
    return [(step, "_TO_WRITE", 0.0)]


@mutant
def a_turn_ignores_what_is_left_of_its_time() -> list[Patch]:
    return [(bounded, "left", lambda: math.inf)]
