"""A release's migrations: dangerous ones are refused before anything is deployed, contract releases raise the floor."""

import httpx
import pytest

from bluegreen.core.phases import Phase
from tests.build import BLUE, GREEN
from tests.chain.laptop import Laptop
from tests.chain.laptop_cloud import REPOSITORY

PATH = "db/migrations/V2__middle_name.sql"
BAD = 'ALTER TABLE "Patient" ADD COLUMN "middleName" VARCHAR(255) NOT NULL;'
GOOD = 'ALTER TABLE "Patient" ADD COLUMN "middleName" VARCHAR(255);'
CONTRACT = '-- bluegreen: contract nothing reads it since v1.2.0\nALTER TABLE "Patient" DROP COLUMN "nick";'
NOTIFY = [{"kind": "slack"}, {"kind": "pager", "service": "pagerduty"}]
MIGRATIONS = {"files": ["db/**/*.sql"]}


def laptop_with(*texts, fault=None, **migrations):
    """Each text is the migration of one release: v1.3.0, v1.4.0 …; the first is pushed."""
    laptop = Laptop(migrations=MIGRATIONS | migrations, notify=NOTIFY)
    for number, text in enumerate(texts, start=3):
        commit = laptop.repository.release(f"v1.{number}.0", fault=fault)
        laptop.github.files[REPOSITORY][commit.sha] = {PATH.replace("V2", f"V{number}"): text}
    laptop.push("v1.3.0")
    return laptop


def test_a_dangerous_one_is_refused_before_anything_is_deployed():
    laptop = laptop_with(BAD)
    before = laptop.deployments(GREEN)
    record = laptop.rest()
    assert laptop.outcome("v1.3.0") == "rejected"
    past = record.past[0]
    assert past.reason.startswith(
        "migration db/migrations/V3__middle_name.sql:1: M201 add-not-null-column: Patient.middleName is added NOT NULL"
    )
    assert record.on(GREEN).tag == "v1.1.0"
    assert laptop.deployments(GREEN) == before
    told = str(laptop.slack.messages[-1]["payload"])
    assert "the safe way: 1. Add it nullable" in told
    assert "Then push a newer tag" in told


def test_its_safe_form_passes():
    laptop = laptop_with(BAD, GOOD)
    laptop.rest()
    # The tag after it does not hold the dangerous file: it was taken out.
    commit = laptop.repository.tags["v1.3.0"].commit
    laptop.github.files[REPOSITORY][commit] = {}
    laptop.push("v1.4.0")
    laptop.until(Phase.WATCHING)
    assert laptop.record().on(GREEN).tag == "v1.4.0"


def test_what_was_migrated_before_is_known():
    laptop = laptop_with("ALTER TABLE t ALTER COLUMN name TYPE text;")
    active = laptop.repository.tags["v1.2.0"].commit
    laptop.github.files[REPOSITORY][active] = {"db/V1__t.sql": "CREATE TABLE t (name varchar(10));"}
    laptop.until(Phase.WATCHING)
    assert laptop.record().on(GREEN).tag == "v1.3.0"


def test_a_tag_of_the_commit_in_production_costs_no_question():
    laptop, asked = with_history()
    laptop.push("v1.3.0", sha=laptop.repository.tags["v1.2.0"].commit)
    laptop.until(Phase.DEPLOYING)
    assert [path for path in asked if "/git/trees/" in path or "/git/blobs/" in path] == []


def test_where_no_migration_changed_only_what_is_left_to_a_later_release_is_read():
    laptop, asked = with_history()
    files = laptop.github.files[REPOSITORY]
    commit = laptop.repository.release("v1.3.0").sha
    files[commit] = files[laptop.repository.tags["v1.2.0"].commit] | {"README.md": "new"}
    laptop.push("v1.3.0")
    laptop.until(Phase.DEPLOYING)
    assert len([path for path in asked if "/git/trees/" in path]) == 2
    assert len([path for path in asked if "/git/blobs/" in path]) == 1
    assert [each.statement for each in laptop.record().release.clean_ups] == ["DROP TABLE old;"]


def with_history():
    """Production has run forty migrations and left one statement to later; with the paths that GitHub is asked for."""
    laptop = Laptop(migrations=MIGRATIONS | {"cleanup": ["later/*.sql"]}, notify=NOTIFY)
    run = {f"db/V{number}.sql": f"CREATE TABLE t{number} (id int);" for number in range(40)}
    commit = laptop.repository.tags["v1.2.0"].commit
    laptop.github.files[REPOSITORY][commit] = run | {"later/a.sql": "DROP TABLE old;"}
    asked, http = [], laptop.shared.http

    def listed(request):
        if request.url.host == "api.github.com":
            asked.append(request.url.path)
        return http.send(request)

    laptop.shared.__dict__["http"] = httpx.Client(transport=httpx.MockTransport(listed))
    return laptop, asked


@pytest.mark.parametrize("policy", ["warn", "off"])
def test_another_policy_lets_it_go(policy):
    laptop = laptop_with(BAD, policy=policy)
    laptop.until(Phase.WATCHING)
    told = any("a dangerous migration is released all the same" in str(m["payload"]) for m in laptop.slack.messages)
    assert told is (policy == "warn")


def test_a_review_is_kept_with_the_release():
    laptop = laptop_with(f"-- bluegreen: reviewed the table is empty\n{BAD}")
    laptop.until(Phase.WATCHING)
    kept = laptop.record().release.reviewed
    assert kept == ("db/migrations/V3__middle_name.sql:2: M201 of Patient.middleName: the table is empty",)
    assert laptop.record().floor is None


def test_a_contract_release_raises_the_floor_and_rollback_below_it_is_refused_with_the_way_forward():
    laptop = laptop_with(CONTRACT)
    laptop.until(Phase.WATCHING)
    record = laptop.record()
    assert (record.floor.tag, record.active) == ("v1.3.0", GREEN)
    answer = laptop.invoke("rollback")
    assert not answer["ok"]
    assert answer["what"].startswith("v1.2.0 is below the rollback floor v1.3.0")
    assert answer["next"].startswith("the way is forward: push a fix as a newer tag, made from v1.3.0 or later")
    assert laptop.record().active is GREEN
    for earlier in ("v1.2.0", "v1.1.0"):
        assert not laptop.invoke("rollback", {"to": earlier})["ok"]
        assert not laptop.invoke("deploy", {"tag": earlier})["ok"]
    status = laptop.invoke("status")
    assert "rollback floor v1.3.0" in status["what"]
    assert status["services"]["web"]["floor"]["by"] == "v1.3.0"
    assert status["services"]["web"]["rollback"].startswith("none: v1.2.0 is below the rollback floor")


@pytest.mark.slow
def test_once_it_is_live_a_rollback_below_the_floor_is_refused_as_well():
    laptop = laptop_with(CONTRACT)
    laptop.rest()
    assert laptop.outcome("v1.3.0") == "live"
    answer = laptop.invoke("rollback")
    assert not answer["ok"]
    assert answer["what"].startswith("v1.2.0 is below the rollback floor v1.3.0")
    assert answer["next"].startswith("the way is forward")
    assert laptop.record().active is GREEN


@pytest.mark.slow
def test_the_automatic_rollback_holds_and_calls_somebody():
    laptop = laptop_with(CONTRACT, fault={"share": 0.5, "when": "production"})
    laptop.until(Phase.WATCHING)
    laptop.minute()
    record = laptop.record()
    assert record.active is GREEN
    assert laptop.outcome("v1.3.0") == "unproven"
    assert any("at fault, and below the rollback floor: not going back" in text for text in laptop.told())
    told = next(str(m["payload"]) for m in laptop.slack.messages if "not going back" in m["payload"]["text"])
    assert "v1.2.0 is below the rollback floor v1.3.0" in told
    assert "the way is forward: push a fix as a newer tag" in told
    assert "bluegreen:web:web-1" in laptop.pager.open


def test_a_floor_that_names_an_earlier_release_lets_production_go_back_to_it():
    laptop = laptop_with(CONTRACT.replace("contract", "contract since v1.2.0"))
    laptop.until(Phase.WATCHING)
    assert laptop.record().floor.tag == "v1.2.0"
    assert laptop.invoke("rollback")["ok"]
    assert laptop.record().active is BLUE
    assert not laptop.invoke("rollback", {"to": "v1.1.0"})["ok"]


@pytest.mark.slow
def test_without_globs_nothing_is_asked():
    """The very migration that is refused where bluegreen.yml names it."""
    laptop = laptop_with(BAD, files=[])
    laptop.rest()
    assert laptop.outcome("v1.3.0") == "live"


def first_day(text, **more):
    """Nobody has said what runs on either environment."""
    laptop = Laptop(migrations=MIGRATIONS, notify=NOTIFY, adopt={"active": "blue", **more})
    commit = laptop.repository.release("v1.3.0")
    laptop.github.files[REPOSITORY][commit.sha] = {PATH.replace("V2", "V3"): text}
    laptop.push("v1.3.0")
    return laptop


@pytest.mark.slow
@pytest.mark.parametrize(
    ("adopt", "told"),
    [
        ({"green": "v1.1.0"}, "compared with v1.1.0 on green"),
        ({}, "compared with v1.2.0, the tag before"),
    ],
)
def test_on_the_first_day_what_is_nearest_is_compared_with_and_people_are_told(adopt, told):
    refused = first_day(BAD, **adopt)
    refused.rest()
    assert refused.outcome("v1.3.0") == "rejected"
    assert "M201" in refused.reason("v1.3.0")
    passes = first_day(GOOD, **adopt)
    passes.rest()
    assert passes.outcome("v1.3.0") != "rejected"
    notices = str([message["payload"] for message in passes.slack.messages])
    assert "its migrations were judged without knowing what runs" in notices
    assert told in notices


def test_without_any_tag_before_the_last_migration_is_judged_beside_the_others():
    laptop = first_day("CREATE INDEX ON a (id);")
    for tag in ("v1.1.0", "v1.2.0"):
        laptop.repository.tags.pop(tag)
    files = laptop.github.files[REPOSITORY][laptop.repository.tags["v1.3.0"].commit]
    files["db/V1__a.sql"] = "CREATE TABLE a (id int);"
    laptop.rest()
    assert "V3__middle_name.sql:1: M301" in laptop.reason("v1.3.0")


def test_a_dump_is_compared_with_the_one_in_production():
    laptop = laptop_with("SELECT 1;", files=["db/structure.sql"])
    files, table = laptop.github.files[REPOSITORY], "CREATE TABLE public.t (\n    id bigint,\n    nick text\n);\n"
    files[laptop.repository.tags["v1.2.0"].commit] = {"db/structure.sql": table}
    files[laptop.repository.tags["v1.3.0"].commit] = {"db/structure.sql": table.replace(",\n    nick text", "")}
    laptop.rest()
    assert "db/structure.sql:1: M101 drop-column" in laptop.reason("v1.3.0")
