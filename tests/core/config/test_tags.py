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


MORE_VERSIONS = [("v1.2.3.4", "1.2.3.4"), ("web@1.3.0", "1.3.0"), ("v1.3.0rc1", "1.3.0rc1"), ("nightly", "nightly")]


@pytest.mark.parametrize(
    ("tag", "version"), [("v1.3.0", "1.3.0"), ("api-v2.0.1", "2.0.1"), ("2026-11", "2026-11"), *MORE_VERSIONS]
)
def test_a_tag_says_its_version(tag, version):
    assert tags.version(tag) == version


@pytest.mark.parametrize(
    "tag",
    [
        "v1.3.0rc1",
        "v1.3.0.dev1",
        "v2.0-beta",
        "v1.3.0-rc.1",
        "1.0.0a1",
        "v1.0.0.alpha",
        "v1.0-SNAPSHOT",
        "v1.post1.dev2",
    ],
)
def test_a_prerelease_is_one_however_it_is_written(tag):
    assert "is a prerelease" in tags.Tags(pattern="*").fault(tag)
    assert tags.Tags(pattern="*", prereleases=True).fault(tag) is None


@pytest.mark.parametrize(
    "tag",
    ["v1.3.0", "v1.2.3.4", "v42", "v1.3", "2026.11.01", "2026-11-01", "release-20261101", "2026.11.1-2", "1.0.post1"],
)
def test_a_release_is_one_however_it_is_written(tag):
    assert tags.Tags(pattern="*").fault(tag) is None


def test_numbers_compare_from_the_left_however_many():
    rising = ["v1.3.0", "v1.3.0.9", "v1.3.1", "v2.0.0.0", "v2.0.0.1", "v2.1", "v42"]
    for low, high in itertools.combinations(rising, 2):
        assert tags.older(low, high)
        assert not tags.older(high, low)
    assert not tags.older("v2", "v2.0.0")
    assert not tags.older("v2.0.0", "v2")


def test_tags_sort_as_pep_440_does():
    rising = [
        "1.0.dev1",
        "1.0a1.dev2",
        "1.0a1",
        "1.0a1.post1",
        "1.0a2",
        "1.0b1",
        "1.0rc1",
        "1.0rc10",
        "1.0",
        "1.0.post1",
    ]
    for low, high in itertools.combinations(rising, 2):
        assert tags.older(low, high)
        assert not tags.older(high, low)


def test_dates_sort_however_they_are_written():
    rising = ["release-20261031", "2026-11-01", "2026.11.1-2", "2026.11.02", "v20261103"]
    for low, high in itertools.pairwise(rising):
        assert tags.older(low, high)


@pytest.mark.parametrize(
    ("scheme", "reads", "refuses"),
    [
        ("auto", "web2-v1.3.0", "nightly"),
        ("auto", "team-2/v1.3.0", "v1.0.0.Draft"),
        ("semver", "v1.3.0", "v1.3"),
        ("semver", "api-v1.3.0", "v1.3.0.4"),
        ("pep440", "v1.3.0.post1", "v1.3.0-hotfix"),
        ("calver", "release-26.11.3", "v1.30.0"),
        ("calver", "20261101", "20261301"),
        ("numeric", "build-1.2.3.4", "v1.3.0-foo7"),
        ("numeric", "v42", "v3-beta7"),
    ],
)
def test_what_the_scheme_does_not_read_is_refused_with_what_it_allows(scheme, reads, refuses):
    wanted = tags.Tags(pattern="**", scheme=scheme, prereleases=True)
    assert wanted.fault(reads) is None
    assert f"tag {refuses} carries no version of scheme {scheme}: allowed is " in wanted.fault(refuses)


@pytest.mark.parametrize(
    "tag",
    [
        *("30-11-2026", "release-01.02.2024", "v1_12_2026", "web@31-12-2026", "11-30-2026"),
        *("build30-11-2026", "s3-proxy-v30-11-2026", "30-11-2026-2", "v30_11_2026.1"),
    ],
)
def test_a_date_whose_year_is_last_has_no_order_and_is_refused(tag):
    for scheme in ("auto", "calver"):
        wanted = tags.Tags(pattern="*", scheme=scheme, prereleases=True)
        assert f"tag {tag} carries no version of scheme {scheme}" in wanted.fault(tag)
    assert not tags.older("01-12-2026", "30-11-2026")
    for name in ("release-", "build", "s3-proxy-v"):
        assert tags.version(f"{name}30-11-2026") == "30-11-2026"
    assert tags.Tags(pattern="*").fault("v1.2.2034") is None  # a version by semver


@pytest.mark.parametrize("tag", ["sha-abc1234", "abc1234", "commit-e4567890", "web@deadbeef1", f"git/{'a' * 39}1"])
def test_a_commit_is_no_version(tag):
    wanted = tags.Tags(pattern="**", prereleases=True)
    assert f"tag {tag} carries no version" in wanted.fault(tag)
    assert tags.version(tag) == tag
    for day in ("build-d20261101", "d202611011215", "d20261101121530"):
        assert wanted.fault(day) is None
    assert wanted.fault("b4321") is None


def test_without_a_scheme_any_tag_is_a_release_and_none_is_older():
    unread = tags.Tags(pattern="*", scheme="none")
    assert unread.fault("nightly") is None
    assert not unread.older("v1.0.0", "v2.0.0")


def test_a_scheme_decides_what_a_dash_means():
    assert tags.Tags(pattern="*", scheme="semver").fault("1.3.0-1")
    assert tags.Tags(pattern="*", scheme="pep440").fault("1.3.0-1") is None
    assert tags.Tags(scheme="pep440").older("1.3.0", "1.3.0-1")
    assert tags.Tags(scheme="semver").older("1.3.0-1", "1.3.0")


def test_a_tag_from_before_a_change_of_scheme_keeps_its_place():
    assert tags.Tags(scheme="calver").older("v0.0.0", "2026.11.01")


@pytest.mark.parametrize(("tag", "pattern"), [("web@1.3.0", "web@*"), ("@holi/web@1.3.0", "@holi/web@*")])
def test_the_tags_that_changesets_makes_are_releases(tag, pattern):
    assert tags.Tags(pattern=pattern).fault(tag) is None
    assert tags.version(tag) == "1.3.0"


def test_a_librarys_tag_in_a_folder_is_no_release_of_the_default_pattern():
    assert "does not match the pattern v*" in tags.Tags().fault("vendor-lib/v9.0.0")


@pytest.mark.parametrize(
    ("tag", "version"),
    [
        ("web2-v1.0.0", "1.0.0"),
        ("s3-proxy-v1.2.3", "1.2.3"),
        ("python3-v1.2.0", "1.2.0"),
        ("api2/v1.0", "1.0"),
        ("k8s-1.2.3", "1.2.3"),
        ("jenkins-2.440.1", "2.440.1"),
        ("REL_15_3", "15_3"),
        ("v1.0.0.Final", "1.0.0.Final"),
        ("2.7.3.RELEASE", "2.7.3.RELEASE"),
    ],
)
def test_a_name_with_a_digit_before_the_version_is_no_version(tag, version):
    assert tags.Tags(pattern="**").fault(tag) is None
    assert tags.version(tag) == version


def test_a_version_behind_a_name_with_a_digit_is_compared():
    assert tags.older("s3-proxy-v1.2.3", "s3-proxy-v1.10.0")
    assert tags.older("v1.0.0.Final", "v1.0.1.Final")


@pytest.mark.parametrize(
    ("tag", "version"),
    [
        ("web2-1.0.0", "1.0.0"),
        ("h2-2.2.224", "2.2.224"),
        ("vue3-2024.01.15", "2024.01.15"),
        ("php8.2-v1.2.3", "1.2.3"),
        ("ios-17.2-v1.0.0", "1.0.0"),
        ("node-18-v1.2.3", "1.2.3"),
        ("v8-engine-v1.0.0", "1.0.0"),
        ("RELEASE.2024-01-16T16-07-38Z", "2024-01-16T16-07-38Z"),
        ("2024.01.15-1a2b3c4", "2024.01.15-1a2b3c4"),
        ("2024-W05", "2024-W05"),
    ],
)
def test_a_version_is_found_behind_numbers_that_are_none_of_it(tag, version):
    assert tags.Tags(pattern="**").fault(tag) is None
    assert tags.version(tag) == version


@pytest.mark.parametrize(
    "rising",
    [
        ["20240114", "20240115-rc1", "20240115", "20240116"],
        ["2024-01-14", "2024-01-15-rc1", "2024-01-15", "2024.1.15.1"],
        ["20240115", "20240115.1-rc.1", "20240115.1", "20240116-abc1234"],
        ["web2-1.0.0", "web2-1.1.0-rc.1", "web2-1.1.0"],
        ["26.09.1-2", "26.09.1", "26.10.1-2", "26.10.1"],
        ["RELEASE.2024-01-16T16-07-38Z", "RELEASE.2024-01-16T17-00-00Z", "RELEASE.2024-02-01T00-00-00Z"],
    ],
)
def test_dates_and_prereleases_keep_their_order(rising):
    for low, high in itertools.pairwise(rising):
        assert tags.older(low, high)
        assert not tags.older(high, low)


@pytest.mark.parametrize("tag", ["v1.3.0-rc1-v2.0", "1.3.0-rc1-2.0", "1.3.0-rc1-v2.0", "api2-rc1", "20240115-rc1"])
def test_a_number_behind_a_prerelease_makes_it_no_release(tag):
    assert "is a prerelease" in tags.Tags(pattern="*").fault(tag)


@pytest.mark.parametrize("tag", ["v1.3.0", "web/v1", "web@2", "straße-1", "…", "a-b+c", "1", "v1@x", "x.lock.y"])
def test_a_name_that_git_takes(tag):
    assert tags.is_git_name(tag)


_REFUSED = "|bad tag|-v1|v1.|.v1|a/.b|a..b|a//b|/a|a/|a.lock|a.lock/b|a~1|a^|a:b|a?|a*|a[1]|a\\b|a@{1}|@|a\tb|a\x7fb"


@pytest.mark.parametrize("tag", _REFUSED.split("|"))
def test_a_name_that_git_refuses(tag):
    assert not tags.is_git_name(tag)


@pytest.mark.parametrize("scheme", tags.Scheme)
@pytest.mark.parametrize(
    "tag", ["9" * 5_000, "v1." + "9" * 5_000, "v1.2.3-" + "9" * 5_000, "a-" * 50_000 + "1", "v" * 101]
)
def test_what_is_longer_than_a_tag_may_be_is_refused_and_holds_no_version_whoever_asks(tag, scheme):
    """Python refuses to read a number of more than 4,300 digits."""
    section = tags.Tags(pattern="**", scheme=scheme)
    assert section.fault(tag) == f"tag {tag[:40]}… has {len(tag):,} characters: allowed are 100"
    assert (tags.precedence(tag, scheme), section.older(tag, "v1.0.0"), tags.version(tag)) == (None, False, tag)


def test_a_credential_that_was_given_for_a_tag_is_not_repeated():
    said = tags.Tags().fault("DB_PASSWORD=hunter2Canary")
    assert "hunter2" not in said
    assert "is not a usable tag name" in said


def test_the_longest_tag_is_read():
    assert tags.Tags().fault("v1.3." + "9" * 95) is None
    assert tags.Tags().fault("v1.3." + "9" * 96) is not None


@pytest.mark.parametrize(
    "tag", ["v+1.0.0", "v1a1.0.0", "web+v1.0.0", "v+1_0_0", "1x1.2.3", "v1.0.0a.b.1.0", "release+2.1.0"]
)
def test_of_what_no_scheme_reads_the_second_half_is_no_version(tag):
    assert "carries no version" in tags.Tags(pattern="**").fault(tag)
