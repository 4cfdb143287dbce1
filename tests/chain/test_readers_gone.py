"""A release whose migration takes something away: the code of every release that can come back is read first."""

import pytest

from bluegreen.core.phases import Phase
from tests.build import GREEN
from tests.chain.laptop_cloud import REPOSITORY
from tests.chain.test_migrations import laptop_with

DROP = 'ALTER TABLE "Patient" DROP COLUMN "nickName";'
CODE = "export const name = (p) => p.nickName\n"
CLEAN = "export const name = (p) => p.firstName\n"


def laptop_of(text=DROP, idle=CLEAN, active=CLEAN, path="src/name.ts", **settings):
    """v1.1.0 stands on the idle environment, v1.2.0 serves; the release is v1.3.0."""
    laptop = laptop_with(text, **settings)
    files = laptop.github.files[REPOSITORY]
    for tag, code in (("v1.1.0", idle), ("v1.2.0", active)):
        files.setdefault(laptop.repository.tags[tag].commit, {})[path] = code
    files[laptop.repository.tags["v1.3.0"].commit][path] = CLEAN
    return laptop


def refused(laptop):
    laptop.rest()
    assert laptop.outcome("v1.3.0") == "rejected"
    assert laptop.record().on(GREEN).tag == "v1.1.0"
    return laptop.reason("v1.3.0")


def test_a_drop_passes_once_nothing_that_can_come_back_names_it_and_nothing_older_can():
    laptop = laptop_of()
    laptop.until(Phase.WATCHING)
    record = laptop.record()
    kept = "db/migrations/V3__middle_name.sql:1: M101 of Patient.nickName: nothing names nickName in v1.2.0, v1.1.0"
    kept += " (names put together at run time may go unseen)"
    assert record.release.reviewed == (kept,)
    assert record.floor.tag == "v1.1.0"


@pytest.mark.parametrize(
    ("where", "told"),
    [
        ({"active": CODE}, "v1.2.0 (in production) still names it: src/name.ts:1"),
        ({"idle": f"\n\n{CODE}"}, "v1.1.0 (on green) still names it: src/name.ts:3"),
    ],
)
def test_a_drop_is_refused_while_a_release_that_can_come_back_names_it(where, told):
    laptop = laptop_of(**where)
    if "idle" in where:  # what is not changed after v1.1.0 is the same at v1.2.0
        laptop.github.files[REPOSITORY][laptop.repository.tags["v1.2.0"].commit]["src/name.ts"] = CLEAN
    reason = refused(laptop)
    assert reason.startswith("migration db/migrations/V3__middle_name.sql:1: M101 drop-column: nickName: ")
    assert told in reason


@pytest.mark.parametrize(
    "text",
    [
        DROP.replace("DROP COLUMN", "RENAME COLUMN").replace(";", " TO x;"),
        "DROP TABLE nick_names;",
        "ALTER TYPE t RENAME VALUE 'nick-name' TO 'x';",
    ],
)
def test_a_rename_a_table_and_a_value_are_asked_for_as_well(text):
    assert "still names it: src/name.ts:1" in refused(laptop_of(text, active=CODE))


@pytest.mark.slow
def test_one_that_waits_in_the_queue_counts():
    laptop = laptop_of(active=CLEAN)
    waiting = laptop.repository.release("v1.4.0")
    laptop.github.files[REPOSITORY][waiting.sha] = {"src/name.ts": CODE}
    laptop.invoke("deploy", {"tag": "v1.4.0"})
    laptop.rest()
    assert "v1.4.0 (queued) still names it: src/name.ts:1" in laptop.reason("v1.3.0")


def test_only_what_is_above_the_floor_counts():
    text = f"-- bluegreen: contract since v1.2.0 gone\n{DROP}"
    laptop = laptop_of(text, idle=CODE)
    laptop.until(Phase.WATCHING)
    assert laptop.record().floor.tag == "v1.2.0"
    assert "still names it" in refused(laptop_of(text, active=CODE))


def test_a_contract_without_a_floor_tells_that_production_still_names_it():
    laptop = laptop_of(f"-- bluegreen: contract gone\n{DROP}", active=CODE)
    laptop.until(Phase.WATCHING)
    told = str([message["payload"] for message in laptop.slack.messages])
    assert "what its migration takes away may still be named" in told
    assert "v1.2.0 (in production) still names it: src/name.ts:1" in told


def test_what_a_person_has_looked_at_is_not_asked_for():
    laptop = laptop_of(f"-- bluegreen: reviewed another nickName\n{DROP}", active=CODE)
    laptop.until(Phase.WATCHING)
    assert laptop.record().floor is None


@pytest.mark.slow
@pytest.mark.parametrize(
    ("mode", "text", "told"),
    [
        ("160000", "f" * 40, "libs/x (a submodule)"),
        ("100644", "x" * 1_000_001, "libs/x (1000001 bytes)"),
        ("100644", "version https://git-lfs.github.com/spec/v1\n", "libs/x (kept in Git LFS)"),
        ("120000", "../vendor/x.js", "libs/x (a link to vendor/x.js)"),
    ],
)
def test_what_cannot_be_read_is_refused_by_name_unless_it_is_declared(mode, text, told):
    for declared in ("", "-- bluegreen: contract since v1.2.0 gone\n", "-- bluegreen: reviewed seen\n"):
        laptop = laptop_of(declared + DROP)
        files = laptop.github.files[REPOSITORY][laptop.repository.tags["v1.2.0"].commit]
        files |= {"libs/x": text, "vendor/x.js": CODE}
        laptop.github.trees[REPOSITORY].modes["libs/x"] = mode
        if declared:
            laptop.until(Phase.WATCHING)
        else:
            reason = refused(laptop)
            assert "not all code could be read for nickName" in reason
            assert told in reason


def test_a_link_to_code_that_is_read_anyway_is_fine():
    laptop = laptop_of()
    laptop.github.files[REPOSITORY][laptop.repository.tags["v1.2.0"].commit]["lib"] = "src"
    laptop.github.trees[REPOSITORY].modes["lib"] = "120000"
    laptop.until(Phase.WATCHING)
    assert laptop.record().release.tag == "v1.3.0"


def test_a_release_without_any_code_says_nothing():
    laptop = laptop_with(DROP)
    assert "no file of it counts as code" in refused(laptop)


def test_globs_say_what_is_read():
    laptop = laptop_of(active=CODE, code=["src/**", "!src/name.ts"])
    files = laptop.github.files[REPOSITORY]
    files[laptop.repository.tags["v1.1.0"].commit]["src/other.ts"] = CLEAN
    laptop.until(Phase.WATCHING)
    assert laptop.record().release.tag == "v1.3.0"


def many(laptop, tag, **more):
    files = {f"src/m{number}.ts": f"export const m{number} = 1\n" for number in range(60)}
    laptop.github.files[REPOSITORY].setdefault(laptop.repository.tags[tag].commit, {}).update(files | more)


def test_many_files_are_read_as_one_archive_and_each_only_once():
    laptop = laptop_of()
    many(laptop, "v1.1.0")
    many(laptop, "v1.2.0", **{"src/m7.ts": CODE})
    assert "still names it: src/m7.ts:1" in refused(laptop)
    assert laptop.github.trees[REPOSITORY].archives == 1


def test_what_an_archive_leaves_out_is_read_by_itself():
    laptop = laptop_of()
    many(laptop, "v1.2.0", **{"src/m7.ts": CODE})
    laptop.github.trees[REPOSITORY].export_ignore = ("src/m7.ts",)
    assert "still names it: src/m7.ts:1" in refused(laptop)


def test_a_tree_that_is_not_listed_at_once_is_read_folder_by_folder():
    laptop = laptop_of(active=CODE, path="zone/name.ts")
    files = laptop.github.files[REPOSITORY][laptop.repository.tags["v1.2.0"].commit]
    files |= {f"web/{number}/x.ts": CLEAN for number in range(3)}
    laptop.github.trees[REPOSITORY].most_listed = 7
    assert "still names it: zone/name.ts:1" in refused(laptop)


def test_a_folder_that_github_does_not_list_is_named():
    laptop = laptop_of()
    files = laptop.github.files[REPOSITORY][laptop.repository.tags["v1.2.0"].commit]
    files |= {f"web/{number}.ts": CLEAN for number in range(9)}
    laptop.github.trees[REPOSITORY].most_listed = 7
    assert "web/ (not listed by GitHub)" in refused(laptop)


def test_a_rate_limit_is_waited_for():
    laptop = laptop_of()
    laptop.github.access.limit_next(times=2)
    record = laptop.rest()
    assert laptop.outcome("v1.3.0") == "live"
    assert record.floor.tag == "v1.1.0"


def test_migrations_that_are_not_listed_are_refused_by_the_name_of_their_folder():
    laptop = laptop_of()
    files = laptop.github.files[REPOSITORY][laptop.repository.tags["v1.2.0"].commit]
    files |= {f"db/{number}.sql": "SELECT 1;" for number in range(9)}
    laptop.github.trees[REPOSITORY].most_listed = 7
    assert refused(laptop) == "holi-labs/holi has more files than GitHub lists in db/: what is there is not known"
