"""A byte that is changed anywhere is found: in a release file, and in the journal."""

import json
import random

import pytest

from bluegreen.core.release_file import chain
from bluegreen.core.release_file.encoding import SpoiltFile, decoded
from tests.release_file.kept import bad, good, kept

KEY = "services/web/releases/web-1.json"


def mutated(body, chance):
    """One byte other than it was, one left out, or one more."""
    at, way = chance.randrange(len(body)), chance.randrange(6)
    if way == 0:
        return body[:at] + body[at + 1 :]
    if way == 1:
        return body[:at] + bytes([chance.randrange(256)]) + body[at:]
    return body[:at] + bytes([body[at] ^ chance.randrange(1, 256)]) + body[at + 1 :]


def is_found(body, original):
    """Refused, or its versions do not fit together, or it does not speak of that release."""
    try:
        part = decoded(body)
    except SpoiltFile:
        return True
    return part[:3] != decoded(original)[:3] or bool(chain.faults(part.bodies))


def unfound(seeds, of):
    original = of().state.get(KEY)
    missed = []
    for seed in seeds:
        changed = mutated(original, random.Random(seed))
        if changed != original and not is_found(changed, original):
            missed.append(seed)
    return missed


@pytest.mark.slow
@pytest.mark.parametrize("of", [good, bad], ids=["live", "rolled back"])
def test_a_changed_byte_of_a_release_file_is_found(of):
    assert not is_found(of().state.get(KEY), of().state.get(KEY))
    assert not unfound(range(200), of)


@pytest.mark.search
@pytest.mark.parametrize("begin", range(0, 10_000, 1000))
def test_each_of_ten_thousand_changed_bytes_is_found(begin):
    assert not unfound(range(begin, begin + 1000), good)


@pytest.mark.slow
def test_a_changed_byte_of_a_version_in_the_journal_is_found_by_the_next_one():
    bodies = kept(good())
    for seed in range(300):
        chance = random.Random(seed)
        at = chance.randrange(len(bodies) - 1)
        changed = [*bodies[:at], mutated(bodies[at], chance), *bodies[at + 1 :]]
        assert chain.faults(changed) or changed == bodies, seed


@pytest.mark.slow
def test_versions_that_are_left_out_or_change_places_are_found():
    bodies = kept(good())
    assert chain.faults([*bodies[:3], *bodies[4:]]) == ["version 4 is missing"]
    assert chain.faults([bodies[1], bodies[0], *bodies[2:]])


@pytest.mark.slow
def test_each_byte_of_what_stands_around_the_versions_is_part_of_the_file():
    """Format, service, release, part, head: the first of the file; and a space that says nothing."""
    original = good().state.get(KEY)
    for at in range(original.index(b'"versions"')):
        for other in (original[at] ^ 1, original[at] ^ 2):
            changed = original[:at] + bytes([other]) + original[at + 1 :]
            assert is_found(changed, original), at
    assert is_found(original.replace(b",", b", ", 1), original)


def test_another_last_version_is_not_the_one_that_the_head_names():
    original = good().state.get(KEY)
    facts = json.loads(original)
    last = facts["versions"][-1]
    facts["pieces"][last[0]] = facts["pieces"][last[0]].replace('"by":"', '"by":"x')
    assert is_found(json.dumps(facts, separators=(",", ":")).encode(), original)
