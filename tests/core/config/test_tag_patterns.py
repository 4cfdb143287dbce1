"""Several services in one repository: whose tag is it?"""

import pytest

from bluegreen.core.config.globs import overlap
from bluegreen.settings import parse
from tests.build import of_its_own, written


@pytest.mark.parametrize(
    ("one", "other", "both"),
    [
        ("api-v*", "web-v*", False),
        ("v*", "api-v*", False),
        ("v*", "vault-v*", True),
        ("v[0-9]*", "vault-v*", False),
        ("v[!a-z]*", "vault-v*", False),
        ("*-v*", "v*", True),
        ("*", "web-v*", True),
        ("api-v?", "api-v1", True),
        ("api-v?", "api-v10", False),
        ("v[0-9].*", "v[1-3].*", True),
        ("release-*", "*-hotfix", True),
        ("", "*", True),
        ("", "v*", False),
        ("*", "vendor-lib/v*", False),
        ("**", "vendor-lib/v*", True),
        ("*/v*", "vendor-lib/**", True),
        ("v?1", "v/1", False),
        ("v[!a]1", "v/1", False),
    ],
)
def test_patterns_overlap_exactly_when_a_tag_may_fit_both(one, other, both):
    assert overlap(one, other) is overlap(other, one) is both


@pytest.mark.parametrize(
    ("tag", "pattern", "fit"),
    [
        ("vendor-lib/v9.0.0", "v*", False),
        ("v9/x", "v*", False),
        ("vendor-lib/v9.0.0", "v**", True),
        ("vendor-lib/v9.0.0", "**/v*", True),
        ("vendor-lib/v9.0.0", "vendor-lib/v*", True),
        ("v1/3", "v1?3", False),
        ("v1/3", "v1[!0-9]3", False),
        ("web@1.3.0", "web@*", True),
        ("@holi/web@1.3.0", "@holi/web@*", True),
        ("v1.3", "v[0-9].[0-9]", True),
        ("v1x3", "v1.3", False),
        ("va", "v[!a-z]", False),
        ("v[", "v[", True),
        ("v^", "v[^a]", True),
        ("v5", "v[9-0]*", False),
        ("v", "[!]", True),
        ("-" * 99 + "y", "*-*-*-*-*-*-*-*x", False),
    ],
)
def test_a_star_stays_between_two_slashes_and_two_cross_them(tag, pattern, fit):
    assert overlap(pattern, tag) is fit


def test_a_plus_after_a_set_is_refused_with_what_to_write_instead():
    assert "v[0-9]*.[0-9]*.[0-9]*" in faults({"web": "v[0-9]+.[0-9]+.[0-9]+", "api": "api-v*"})


def faults(patterns, **repository):
    found = written()
    web = found["services"]["web"]
    services = {name: {**web, "tags": {"pattern": pattern}, **of_its_own(name)} for name, pattern in patterns.items()}
    services["api"] |= repository
    return "; ".join(parse({**found, "services": services})[1])


def test_overlapping_patterns_in_one_repository_are_a_fault_that_names_both():
    told = faults({"web": "v*", "api": "vault-v*"})
    assert "web and api share holi-labs/holi" in told
    assert "(v*, vault-v*)" in told


def test_the_same_pattern_twice_is_a_wish_and_so_are_other_repositories():
    assert not faults({"web": "v*", "api": "v*"})
    assert not faults({"web": "v*", "api": "api-v*"})
    assert not faults({"web": "v*", "api": "vault-v*"}, repository="holi-labs/vault")


def test_credentials_for_one_registry_never_reach_another():
    found = written()
    image = {"kind": "image", "registry": "holi-labs", "repository": "web", "private": True}
    for name, kind in (("web", "GHCR"), ("api", "DOCKER_HUB")):
        found["services"][name] = {**found["services"]["web"], "source": {**image, "registry_type": kind}}
    assert "is for one registry only" in "; ".join(parse(found)[1])
