"""Which tags are releases, and which of two is newer."""

import itertools
import random

import pytest

from bluegreen.core.config import tags


def test_tags_sort_as_semver_does():
    rising = [
        "v1.0.0-alpha",
        "v1.0.0-alpha.1",
        "v1.0.0-alpha.beta",
        "v1.0.0-beta.2",
        "v1.0.0-beta.11",
        "v1.0.0",
        "v1.0.1",
        "v1.10.0",
        "v2.0.0",
    ]
    assert sorted(random.Random(1).sample(rising, len(rising)), key=tags.precedence) == rising
    for low, high in itertools.pairwise(rising):
        assert tags.older(low, high)
        assert not tags.older(high, low)


def test_a_tag_without_a_version_is_neither_older_nor_newer():
    assert not tags.older("nightly", "v1.0.0")
    assert not tags.older("v1.0.0", "nightly")


@pytest.mark.parametrize(("tag", "version"), [("v1.3.0", "1.3.0"), ("api-v2.0.1", "2.0.1"), ("2026-11", "2026-11")])
def test_a_tag_says_its_version(tag, version):
    assert tags.version(tag) == version
