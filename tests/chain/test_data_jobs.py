"""After the switch: a data job that is started once a release is proven, and what is left to clean up."""

import pytest

from bluegreen.core.data_jobs.stored import DataJobState
from bluegreen.core.errors import Misconfigured, Unavailable
from bluegreen.core.phases import Phase
from bluegreen.watch import data_jobs
from bluegreen_emulator.digitalocean.host import web_app
from bluegreen_emulator.faults import Fault
from tests.build import BLUE
from tests.chain.laptop import Laptop
from tests.chain.laptop_cloud import REPOSITORY
from tests.chain.test_migrations import NOTIFY

WORKFLOW = {"workflow": "backfill.yml", "within": "30m"}


class JobLaptop(Laptop):
    """`after`: what is started once a release is proven; with "" for its app it gets one."""

    def __init__(self, after=WORKFLOW, **migrations):
        self._after, self._migrations = dict(after), migrations
        super().__init__(notify=NOTIFY)
        self.actions = self.github.actions[REPOSITORY]
        self.actions.workflows = {"backfill.yml": ("tag", "release")}

    def _settings(self, environment, changes):
        if "app" in self._after:
            source = {"repo": REPOSITORY, "branch": "main", "deploy_on_push": False}
            job = {"name": "backfill", "kind": self._after.pop("kind", "PRE_DEPLOY"), "github": source}
            spec = {"name": "holi-jobs", "region": "fra", "jobs": [job]}
            self.jobs = self.digitalocean.create(spec, web_app("jobs")).id
            self._after["app"] = self._after["app"] or self.jobs
        return super()._settings(environment, changes | {"migrations": {"after": self._after, **self._migrations}})

    def job(self):
        return self.record().data_jobs[-1]

    def said(self, text):
        return [str(message["payload"]) for message in self.slack.messages if text in str(message["payload"])]


def live(laptop, tag="v1.3.0"):
    laptop.push(tag)
    laptop.rest()
    assert laptop.outcome(tag) == "live"
    return laptop


def test_it_is_started_once_the_release_is_proven_and_not_before():
    laptop = JobLaptop()
    laptop.push("v1.3.0")
    laptop.drain()
    while laptop.record().release is not None:
        assert laptop.actions.runs == {}
        laptop.minute()
    laptop.minute()
    (run,) = laptop.actions.runs.values()
    assert (run["head_branch"], run["inputs"]) == ("v1.3.0", {"tag": "v1.3.0", "release": "web-1"})
    assert (laptop.job().state, laptop.job().run) == (DataJobState.RUNNING, str(run["id"]))


@pytest.mark.slow
def test_it_is_awaited_and_its_end_is_told_and_shown():
    laptop = live(JobLaptop())
    for _ in range(3):
        laptop.minute()
    (run,) = laptop.actions.runs
    laptop.actions.finish(run)
    laptop.minute()
    assert laptop.job().state is DataJobState.DONE
    assert laptop.said("the data job of v1.3.0, backfill.yml: done")
    status = laptop.invoke("status")
    assert "the data job of v1.3.0, backfill.yml: done" in status["what"]
    assert status["services"]["web"]["data_jobs"][0]["url"].endswith(str(run))
    before = laptop.record()
    for _ in range(3):
        laptop.minute()
    assert len(laptop.actions.runs) == 1
    assert laptop.record() == before


@pytest.mark.slow
def test_a_failure_calls_somebody_and_nothing_is_started_again():
    laptop = live(JobLaptop())
    laptop.minute()
    (run,) = laptop.actions.runs
    laptop.actions.finish(run, "failure")
    for _ in range(5):
        laptop.minute()
    assert (laptop.job().state, len(laptop.actions.runs)) == (DataJobState.FAILED, 1)
    (told,) = laptop.said("the data job of v1.3.0, backfill.yml: failed")
    assert "it is not started again by itself" in told
    assert f"github.com/{REPOSITORY}/actions/runs/{run}" in told
    assert any("data job" in page for page in laptop.pager.open)


@pytest.mark.slow
def test_one_that_takes_too_long_calls_somebody_and_is_followed_on():
    laptop = live(JobLaptop())
    for _ in range(40):
        laptop.minute()
    assert laptop.job().state is DataJobState.LATE
    assert len(laptop.said("backfill.yml: late")) == 1
    assert len(laptop.pager.open) == 1
    (run,) = laptop.actions.runs
    laptop.actions.finish(run)
    laptop.minute()
    assert laptop.job().state is DataJobState.DONE
    assert not laptop.pager.open


def test_one_that_github_refuses_failed_at_once():
    laptop = JobLaptop()
    laptop.actions.workflows = {"backfill.yml": None}
    live(laptop)
    laptop.minute()
    assert laptop.job().state is DataJobState.FAILED
    assert "workflow_dispatch" in laptop.job().says


@pytest.mark.slow
@pytest.mark.parametrize("after", [WORKFLOW, {"app": "", "job": "backfill"}])
def test_one_whose_run_cannot_be_read_any_more_failed_and_the_next_goes_on(after):
    laptop = live(JobLaptop(after))
    laptop.minute()
    assert laptop.job().state is DataJobState.RUNNING
    asked = "digitalocean" if laptop.job().app else "github"
    laptop.faults[asked].add(Fault(method="GET", path=f"{laptop.job().run}$", status=404, message={"message": "gone"}))
    for _ in range(3):
        laptop.minute()
    assert laptop.job().state is DataJobState.FAILED
    assert laptop.job().says.startswith("nobody knows what became of it: ")
    assert "404" in laptop.job().says
    assert len(laptop.said("the data job of v1.3.0")) == 1
    live(laptop, "v1.4.0")
    laptop.minute()
    assert (laptop.job().tag, laptop.job().state) == ("v1.4.0", DataJobState.RUNNING)


@pytest.mark.slow
def test_one_whose_app_is_gone_failed_before_it_was_begun_and_the_next_goes_on():
    laptop = live(JobLaptop({"app": "", "job": "backfill"}))
    laptop.faults["digitalocean"].add(Fault(method="GET", path=f"{laptop.jobs}/deployments", status=404))
    for _ in range(3):
        laptop.minute()
    assert laptop.job().state is DataJobState.FAILED
    assert laptop.job().says.startswith("it was not started: ")
    assert len(laptop.said("the data job of v1.3.0, backfill: failed")) == 1
    live(laptop, "v1.4.0")
    laptop.minute()
    assert (laptop.job().tag, laptop.job().state) == ("v1.4.0", DataJobState.RUNNING)


def test_where_the_answer_is_lost_the_run_is_found_and_not_started_again():
    laptop = live(JobLaptop())
    laptop.faults["github"].add(Fault(method="POST", path="dispatches", status=504, after_effect=True))
    laptop.minute()
    assert (laptop.job().state, laptop.job().run) == (DataJobState.STARTING, "")
    laptop.minute()
    (run,) = laptop.actions.runs
    assert (laptop.job().state, laptop.job().run) == (DataJobState.RUNNING, str(run))


@pytest.mark.slow
def test_where_nobody_knows_whether_it_was_started_a_person_is_asked():
    laptop = live(JobLaptop())
    laptop.faults["github"].add(Fault(method="POST", path="dispatches", status=504, after_effect=True))
    laptop.minute()
    laptop.actions.runs.clear()
    for _ in range(8):
        laptop.minute()
    assert laptop.job().state is DataJobState.FAILED
    assert "nobody knows whether it was started" in laptop.job().says
    assert laptop.actions.runs == {}


def test_two_watches_at_once_start_one():
    laptop = live(JobLaptop())
    first = laptop.cloud("ops/watch")
    version = first.journal.newest()
    data_jobs.look(first, version)
    data_jobs.look(laptop.cloud("ops/watch"), version)  # which has read the same version
    assert len(laptop.actions.runs) == 1


def test_one_whose_release_production_has_left_is_left_out():
    laptop = live(JobLaptop())
    assert laptop.invoke("rollback")["ok"]
    laptop.rest()
    laptop.minute()
    assert laptop.record().active is BLUE
    assert laptop.job().state is DataJobState.LEFT_OUT
    assert laptop.actions.runs == {}
    assert laptop.said("the data job of v1.3.0, backfill.yml: left out")


@pytest.mark.slow
def test_a_rollback_that_is_undone_starts_none_a_second_time():
    laptop = live(JobLaptop())
    laptop.minute()
    (run,) = laptop.actions.runs
    laptop.actions.finish(run)
    laptop.minute()
    undone(laptop)
    assert len(laptop.record().data_jobs) == 1
    assert [*laptop.actions.runs] == [run]


@pytest.mark.slow
def test_one_that_was_left_out_is_started_once_the_rollback_is_undone():
    laptop = live(JobLaptop())
    undone(laptop)
    assert [job.state for job in laptop.record().data_jobs] == [DataJobState.LEFT_OUT, DataJobState.RUNNING]
    assert len(laptop.actions.runs) == 1


def undone(laptop):
    assert laptop.invoke("rollback")["ok"]
    laptop.rest()
    laptop.minute()
    assert laptop.invoke("rollback", {"undo": "true"})["ok"]
    laptop.rest()
    laptop.minute()
    assert laptop.outcome("v1.3.0") == "live"
    laptop.minute()


@pytest.mark.slow
def test_a_release_that_is_never_proven_starts_none_and_says_so():
    laptop = JobLaptop()
    laptop.routers = 0
    laptop.push("v1.3.0")
    laptop.rest()
    laptop.minute()
    assert laptop.outcome("v1.3.0") == "unproven"
    assert laptop.actions.runs == {}
    assert laptop.said("was never proven, so backfill.yml was not started")


@pytest.mark.slow
def test_one_that_runs_is_followed_and_one_that_is_due_left_out_where_the_section_is_gone():
    laptop = live(JobLaptop())
    laptop.minute()
    (run,) = laptop.actions.runs
    without(laptop)
    laptop.actions.finish(run)
    laptop.minute()
    assert laptop.job().state is DataJobState.DONE

    laptop = live(JobLaptop())
    without(laptop)
    laptop.minute()
    assert laptop.job().state is DataJobState.LEFT_OUT
    assert "was taken out of bluegreen.yml" in laptop.job().says
    assert laptop.actions.runs == {}


def without(laptop):
    """`migrations.after` is taken out of bluegreen.yml, and functions are deployed with it."""
    services = laptop.settings.file.services
    migrations = services["web"].migrations.model_copy(update={"after": None})
    services["web"] = services["web"].model_copy(update={"migrations": migrations})


def test_without_a_job_in_the_record_it_costs_nothing_also_where_the_work_before_it_fails():
    asked = reads(JobLaptop())
    assert asked == reads(Laptop())
    assert asked > 0


def reads(laptop):
    """How often a minute of the watch reads the bucket, where it cannot keep the files of a release that is over."""
    laptop.push("v1.3.0")
    laptop.until(Phase.DEPLOYING)
    assert laptop.invoke("abort")["ok"]
    state, asked = laptop.state, []
    read, create = state.get, state.create

    def refuse(key, body):
        if "/releases/" in key:
            raise Unavailable("the bucket takes nothing")
        create(key, body)

    state.create = refuse
    laptop.rest()
    state.get = lambda key: asked.append(key) or read(key)
    laptop.minute()
    assert [line for line in laptop.lines if line["what"].startswith("the versions of a release that is over")]
    return len(asked)


@pytest.mark.parametrize("fails", [False, True])
def test_a_job_of_an_app_of_its_own_is_its_deployment(fails):
    laptop = live(JobLaptop({"app": "", "job": "backfill"}))
    if fails:
        laptop.digitalocean.fail_next_deployment(laptop.jobs, "exit 1")
    made = len(laptop.digitalocean.app(laptop.jobs).deployments)
    for _ in range(4):
        laptop.minute()
    assert len(laptop.digitalocean.app(laptop.jobs).deployments) == made + 1
    assert laptop.job().state is (DataJobState.FAILED if fails else DataJobState.DONE)


def test_a_job_that_could_not_fail_is_refused_by_name():
    laptop = live(JobLaptop({"app": "", "job": "backfill", "kind": "POST_DEPLOY"}))
    laptop.minute()
    assert laptop.job().state is DataJobState.FAILED
    assert "has to have a PRE_DEPLOY job backfill: there is of kind POST_DEPLOY" in laptop.job().says


@pytest.mark.parametrize(
    ("after", "stands"),
    [
        ({}, "none of them"),
        ({"workflow": "a.yml", "app": "x", "job": "y"}, "workflow and app and job"),
        ({"app": "x"}, "app"),
        ({"job": "y"}, "job"),
    ],
)
def test_what_is_to_be_started_is_said_one_way(after, stands):
    wanted = rf"migrations\.after: either workflow is wanted, such as .*, or app, .*; here {stands} stands$"
    with pytest.raises(Misconfigured, match=wanted):
        Laptop(migrations={"after": after})


def test_a_workflow_is_a_file_s_name():
    with pytest.raises(Misconfigured, match=r"migrations\.after\.workflow: it has to match"):
        Laptop(migrations={"after": {"workflow": "../a.yml"}})


LEFT = '-- bluegreen: cleanup ALTER TABLE "Patient" DROP COLUMN "nick";\nALTER TABLE "Patient" ADD COLUMN name text;'


@pytest.mark.slow
def test_what_is_left_to_clean_up_is_remembered_until_a_release_does_it():
    laptop = JobLaptop(files=["db/*.sql"], cleanup=["db/later/*.sql"])
    files = laptop.github.files[REPOSITORY]
    first = laptop.repository.release("v1.3.0")
    files[first.sha] = {"db/V3.sql": LEFT, "db/later/a.sql": "-- later\nDROP TABLE old;\n"}
    live(laptop)
    left = {each.statement for each in laptop.record().clean_ups}
    assert left == {'ALTER TABLE "Patient" DROP COLUMN "nick";', "DROP TABLE old;"}
    status = laptop.invoke("status")
    assert 'v1.3.0 has left to clean up: ALTER TABLE "Patient" DROP COLUMN "nick";' in status["what"]
    assert len(status["services"]["web"]["clean_up"]) == 2
    second = laptop.repository.release("v1.4.0")
    files[second.sha] = {
        "db/V4.sql": '-- bluegreen: reviewed gone\nalter table "Patient"\n  drop column "nick"',
        "db/later/a.sql": "",
    }
    live(laptop, "v1.4.0")
    assert laptop.record().clean_ups == ()
