"""GitHub is told of the journal's newest version, at the end of each deployment status; and is asked for it."""

import json

import pytest

from bluegreen.core.release_file.encoding import digest
from bluegreen.core.release_file.witness import LENGTH, Witness, found, suffix
from bluegreen_cli.evidence import verifying
from bluegreen_cli.evidence.verifying import Result
from tests.build import service
from tests.chain.laptop_cloud import REPOSITORY
from tests.release_file.kept import files, good, kept, versions


def told(laptop):
    """What GitHub's statuses say, oldest first."""
    deployments = laptop.github.deployments[REPOSITORY]
    return [status["description"] for statuses in deployments.statuses.values() for status in statuses]


def test_every_status_ends_with_a_version_and_its_hash_and_is_no_longer_than_github_takes():
    said = [each for each in told(good()) if each != "replaced"]
    assert len(said) >= 2
    assert all(len(each) <= 140 for each in said)
    for witness in map(found, said):
        body = good().state.get(f"services/web/journal/{witness.seq:08d}.json")
        assert witness.fits(digest(body))


def test_the_last_status_names_the_version_with_the_verdict():
    last = found([each for each in told(good()) if each.startswith("live")][-1])
    assert last.seq == versions(good())[-1].seq
    assert last.fits(digest(kept(good())[-1]))


def test_a_suffix_is_read_as_it_was_written_and_nothing_else_is():
    text = f"live: all is well{suffix(999_999_999, 'ab' * 32)}"
    assert found(text) == Witness(999_999_999, "ab" * 16)
    assert len(suffix(999_999_999, "ab" * 32)) == LENGTH - 1
    assert suffix(1, "") == ""
    for other in ("live", "[journal 1 xyz]", f"{text} and more", "[journal 1 " + "ab" * 15 + "]"):
        assert found(other) is None


class Place:
    """What verifying asks for, of a laptop's cloud."""

    def __init__(self, laptop):
        self.clients = laptop.cloud("test").clients


def compared(laptop, forged=lambda bodies: bodies):
    from bluegreen_cli.evidence.kept import KeptRelease

    github = service(notify=[{"kind": "github"}])
    bodies = forged(kept(laptop))
    release = KeptRelease(github, "web-1", tuple(bodies), tuple(versions(laptop)), files(laptop).path("web-1"), ())
    return [*verifying._witnesses(Place(laptop), release)]


def test_what_github_was_told_fits():
    (proof,) = compared(good())
    assert proof.result is Result.FINE, proof


def test_a_journal_made_anew_does_not_fit_to_what_github_was_told():
    def anew(bodies):
        made = []
        for body in bodies:
            facts = json.loads(body)
            facts["previous"] = digest(made[-1]) if made else ""
            facts["by"] = "somebody else"
            made.append(json.dumps(facts).encode())
        return made

    proofs = compared(good(), anew)
    assert proofs
    assert all(proof.result is Result.FAULT for proof in proofs)
    assert "the journal was made anew" in proofs[0].says


@pytest.mark.parametrize("many", [1, 5])
def test_what_is_not_known_is_a_doubt(many):
    without = service(notify=[])
    from bluegreen_cli.evidence.kept import KeptRelease

    bodies = tuple(kept(good())[:many])
    release = KeptRelease(without, "web-1", bodies, tuple(versions(good())[:many]), "x", ())
    (proof,) = verifying._witnesses(Place(good()), release)
    assert proof.result is Result.DOUBT
