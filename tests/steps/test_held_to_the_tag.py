"""Every component that is built from the repository runs the tag, and nobody but the release deploys the app."""

import pytest

from bluegreen.clients.digitalocean_answers import AppDeployment
from bluegreen.sources.pointer_branch import PointerBranchSource
from bluegreen_emulator.code import Repository
from tests.build import GREEN, service
from tests.chain.laptop import Laptop
from tests.chain.laptop_cloud import REPOSITORY
from tests.steps.specs import change, released, spec_of

KINDS = ("static_sites", "workers", "jobs", "functions")
TAG, OTHER = "a" * 40, "b" * 40


def part(branch, repo=REPOSITORY, name="more", **source):
    return {"name": name, "github": {"repo": repo, "branch": branch, **source}}


def laptop_with(kind, *parts, app="holi-green", **settings):
    laptop = Laptop(**settings)
    laptop.repository.branches["stable"] = laptop.repository.tags["v1.1.0"].commit
    tools = Repository("holi-labs/tools")
    tools.release("v9.0.0")
    laptop.digitalocean.apps.lifecycle.sources.repositories[tools.full_name] = tools
    change(laptop, app, **{kind: list(parts)})
    return laptop


@pytest.mark.parametrize("kind", KINDS)
def test_a_component_on_another_branch_is_refused_before_anything_is_deployed(kind):
    laptop = laptop_with(kind, part("stable"), drift=False)
    before = laptop.deployments(GREEN)

    assert released(laptop) == "rejected"
    says = f"{kind}.more is built from branch stable, but a release is put on branch deploy/green"
    assert says in laptop.reason("v1.3.0")
    assert laptop.deployments(GREEN) == before


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_a_component_on_the_environment_s_branch_runs_the_tag(kind):
    laptop = laptop_with(kind, part("deploy/green"), drift=False)

    assert released(laptop) == "live", laptop.reason("v1.3.0")
    versions = laptop.digitalocean.app("holi-green").active.versions
    assert versions["more"].commit_hash == laptop.repository.tags["v1.3.0"].commit


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_a_component_of_another_repository_is_told_and_does_not_fail_the_release(kind):
    laptop = laptop_with(kind, part("main", "holi-labs/tools"), drift=False)

    assert released(laptop) == "live", laptop.reason("v1.3.0")
    [line] = [line for line in laptop.lines if "it goes to green" in str(line)]
    assert f"{kind}.more is built from holi-labs/tools, which no release changes" in str(line)


def test_a_component_that_is_released_apart_is_named_in_the_settings():
    laptop = laptop_with("jobs", part("stable"), drift=False, source={"kind": "pointer_branch", "apart": ["more"]})

    assert released(laptop) == "live", laptop.reason("v1.3.0")


def test_a_job_that_would_be_copied_from_another_branch_is_refused_as_well():
    laptop = laptop_with("jobs", part("stable"), app="holi-blue")

    assert released(laptop, fix="true") == "rejected"
    assert "jobs.more is built from branch stable" in laptop.reason("v1.3.0")
    assert "jobs" not in spec_of(laptop, "holi-green")


def fault(built, repos=(REPOSITORY,) * 5, name=REPOSITORY):
    """`built`: commits of a service, a static site, a worker, a job and functions."""
    kinds = ("services", "static_sites", "workers", "jobs", "functions")
    spec = {kind: [part("deploy/green", repo)] for kind, repo in zip(kinds, repos, strict=True)}
    made = {kind: [{"name": "more", "source_commit_hash": sha}] for kind, sha in zip(kinds, built, strict=True)}
    deployment = AppDeployment.model_validate({"id": "d", "spec": spec, **made})
    found = service(repository=name)
    return PointerBranchSource(found, found.source, None, None).fault(GREEN, deployment, TAG, "")


@pytest.mark.parametrize("place", range(5))
def test_whatever_was_built_from_another_commit_is_named(place):
    built = [TAG] * 5
    built[place] = OTHER
    kind = ("services", "static_sites", "workers", "jobs", "functions")[place]
    assert fault(built) == f"DigitalOcean built bbbbbbbbbbbb, but the tag is commit aaaaaaaaaaaa ({kind}.more)"


def test_of_other_repositories_any_commit_will_do():
    assert fault([TAG] * 5) is None
    assert fault([TAG, OTHER, OTHER, OTHER, OTHER], (REPOSITORY, *("holi-labs/tools",) * 4)) is None
    assert fault([TAG, "", TAG, "", ""]) is None


def test_where_the_repository_was_renamed_all_is_held_against_the_tag():
    assert fault([TAG] * 5, name="holi-labs/renamed") is None
    assert "built bbbbbbbbbbbb, but the tag is commit aaaaaaaaaaaa (jobs.more)" in fault(
        [TAG, TAG, TAG, OTHER, TAG], name="holi-labs/renamed"
    )
    assert fault([TAG] * 5, name="Holi-Labs/Holi") is None


def test_a_deployment_that_names_no_commit_is_not_taken_for_the_tag():
    assert "built an unknown commit" in fault([""] * 5)


@pytest.mark.parametrize("app", ["holi-blue", "holi-green"])
def test_an_app_that_deploys_by_itself_is_refused(app):
    laptop = Laptop(drift=False)
    source = spec_of(laptop, app)["services"][0]["github"]
    change(laptop, app, web={"github": {**source, "deploy_on_push": True}})
    before = laptop.deployments(GREEN)

    assert released(laptop) == "rejected"
    says = f"{app.removeprefix('holi-')} has services.web.github.deploy_on_push: App Platform would deploy by itself"
    assert says in laptop.reason("v1.3.0")
    assert laptop.deployments(GREEN) == before


@pytest.mark.slow
def test_a_copy_takes_deploy_on_push_away_where_only_the_idle_app_has_it():
    laptop = Laptop()
    source = spec_of(laptop, "holi-green")["services"][0]["github"]
    change(laptop, "holi-green", web={"github": {**source, "deploy_on_push": True}})

    assert released(laptop, fix="true") == "live", laptop.reason("v1.3.0")
    assert spec_of(laptop, "holi-green")["services"][0]["github"]["deploy_on_push"] is False


@pytest.mark.parametrize("kind", KINDS)
def test_whatever_component_it_is(kind):
    laptop = laptop_with(kind, part("main", "holi-labs/tools", deploy_on_push=True), app="holi-blue", drift=False)

    assert released(laptop) == "rejected"
    assert f"blue has {kind}.more.github.deploy_on_push" in laptop.reason("v1.3.0")


@pytest.mark.slow
def test_an_image_that_follows_its_tag_is_refused_on_the_active_app_and_pinned_on_the_idle_one():
    for app, outcome in (("holi-green", "live"), ("holi-blue", "rejected")):
        laptop = Laptop(images=True, drift=False)
        image = spec_of(laptop, app)["services"][0]["image"]
        change(laptop, app, web={"image": {**image, "deploy_on_push": {"enabled": True}}})

        assert released(laptop) == outcome, laptop.reason("v1.3.0")


def test_beside_an_image_nothing_is_built_from_the_repository():
    laptop = Laptop(images=True, drift=False)
    laptop.repository.branches["stable"] = laptop.repository.tags["v1.1.0"].commit
    change(laptop, "holi-green", jobs=[part("stable")])

    assert released(laptop) == "rejected"
    assert "jobs.more is built from Git, so it would stay at old code" in laptop.reason("v1.3.0")


def test_a_clone_address_names_the_repository_too():
    laptop = Laptop(drift=False)
    laptop.repository.branches["stable"] = laptop.repository.tags["v1.1.0"].commit
    address = f"https://github.com/{REPOSITORY}.git"
    change(laptop, "holi-green", jobs=[{"name": "more", "git": {"repo_clone_url": address, "branch": "stable"}}])

    assert released(laptop) == "rejected"
    assert "jobs.more is built from branch stable" in laptop.reason("v1.3.0")
