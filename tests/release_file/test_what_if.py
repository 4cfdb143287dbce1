"""Past releases judged by other thresholds, and what is said of a file that cannot be used."""

import json

import pytest

from bluegreen.core.config.thresholds import Level, Thresholds
from bluegreen.core.finding import Verdict
from bluegreen.core.judge.evidence import Evidence
from bluegreen.core.judge.intervals import Period, SlowBounds, earlier, slower, summed_up, timed_intervals
from bluegreen.core.judge.look import by_other_thresholds, judged
from bluegreen.core.judge.telemetry import Block, Counts
from bluegreen.core.release_file.encoding import SpoiltFile
from bluegreen.core.release_file.unbroken import UnbrokenBake
from bluegreen.core.release_file.what_if import looks_in, looks_of, supposed
from tests.build import BLUE, GREEN, NOW, later
from tests.release_file.kept import at_desk, bad, files, good, hour, kept

LENIENT = "error_rate: {normal: 10, warning: 30, critical: 60}\n"


def test_a_folder_is_said_to_be_one(desk, tmp_path):
    done = desk.say("replay", "--what-if", str(tmp_path))
    assert done.exit_code == 2
    assert "is a folder: a file with the section `thresholds`" in " ".join(done.stderr.split())


@pytest.mark.parametrize(
    ("command", "option"),
    [(("history", "--stats", "--window", "0d"), "--window '0d'"), (("monitor", "--every", "0s"), "--every '0s'")],
)
def test_a_duration_that_is_out_of_bounds_names_its_option(desk, command, option):
    done = desk.say(*command)
    assert done.exit_code == 2
    assert f"{option}: from " in " ".join(done.stderr.split())


@pytest.mark.parametrize(
    "of", [good, bad, pytest.param(hour, marks=pytest.mark.slow)], ids=["live", "rolled back", "an hour"]
)
def test_by_its_own_thresholds_a_release_ends_as_it_did(of):
    looks = looks_of(kept(of()), "web-1")
    same = supposed(looks, looks[0].thresholds)
    assert (same.verdict, same.says) == (looks[-1].verdict, looks[-1].says)


@pytest.mark.slow
def test_by_more_lenient_ones_what_was_taken_back_is_not(desk, tmp_path):
    (tmp_path / "thresholds.yml").write_text(LENIENT)
    done = at_desk(desk, bad()).say("replay", "v1.4.0", "--what-if", str(tmp_path / "thresholds.yml"), "--json")
    assert done.exit_code == 0, done.output
    (found,) = json.loads(done.stdout)["releases"]
    assert (found["was"], found["would_be"], found["same"]) == ("rolled back", "no end of its bake", False)


@pytest.mark.slow
def test_without_a_release_all_that_are_kept_are_judged(desk, tmp_path):
    (tmp_path / "thresholds.yml").write_text(LENIENT)
    done = at_desk(desk, good()).say("replay", "--what-if", str(tmp_path / "thresholds.yml"))
    assert done.exit_code == 0, done.output
    assert "1 judged by thresholds.yml: 0 would have ended otherwise" in done.output


def counts(times):
    return Counts(requests=sum(times), buckets=times)


def test_what_is_slow_is_counted_by_the_other_level_as_if_it_had_been_the_one():
    """The rows that another level leads to are those that it would have led to when they were counted."""
    slow, quick = (0, 0, 0, 0, 0, 0, 50, 0, 0, 0), (150, 0, 0, 0, 30, 20, 10, 5, 3, 2)
    blocks = [
        Block(
            at=later(5 * n), seconds=5, users={GREEN: counts(quick)}, probes={GREEN: counts(slow), BLUE: counts(quick)}
        )
        for n in range(12)
    ]
    one, other = SlowBounds(2000, 1000, 20), SlowBounds(250, 100, 20)
    found = timed_intervals(blocks, GREEN, Period(NOW, NOW, later(60)), one)
    wanted = timed_intervals(blocks, GREEN, Period(NOW, NOW, later(60)), other)
    again = [
        slower(row, *times, other.critical, max(other.warning, found.usual_p95))
        for row, times in zip(found.rows, found.times, strict=True)
    ]
    assert again == [*wanted.rows]
    assert again != [*found.rows]


def test_what_was_usual_before_the_switch_is_counted_anew_too():
    blocks = [
        Block(at=later(-5 * n), seconds=5, users={BLUE: counts((90, 0, 0, 0, 0, 10, 0, 0, 0, 0))}) for n in (1, 2)
    ]
    rows = earlier(blocks, GREEN, NOW)
    assert summed_up(rows, 2000).slow == 0
    assert summed_up(rows, 100).slow == 20


def test_slow_answers_convict_by_a_stricter_level_alone():
    looks = looks_of(kept(good()), "web-1")
    strict = looks[0].thresholds.model_copy(update={"response_time_p95": Level(normal=0, warning=0, critical=0)})
    assert supposed(looks, strict) is not None
    assert supposed(looks, Thresholds()).verdict is Verdict.GOOD


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ("error_rat: 3\n", "t.yml:1:1 error_rat: is no setting here; was error_rate meant?; allowed are: error_rate,"),
        ("cpu: {normal: 1, warning: 2, critical: 3, most: 4}\n", "cpu.most: is no setting here"),
        ("error_rate:\n  normal: 1\n  warning: x\n  critical: 3\n", "t.yml:3:3 error_rate.warning: a number is wanted"),
        ("error_rate:\n  normal: true\n  warning: 2\n  critical: 3\n", "t.yml:2:3 error_rate.normal: a number is want"),
        ("cpu: {normal: 9, warning: 1, critical: 2}\n", "t.yml:1:1 cpu: normal, warning and critical have to rise"),
        (
            "cpu:\n  normal: 1\n  warning: 2\n  critical: 200\n",
            "cpu.critical: 200 is not allowed: allowed is 0 to",
        ),
        ("connections: {normal: -1, warning: 1, critical: 2}\n", "connections.normal: -1 is not allowed"),
        ("memory: {normal: 1}\n", "memory.warning: is wanted; allowed are: normal, warning, critical"),
        ("\n\ntolerance: 90\n", "t.yml:3:1 tolerance: 50.0 or less is wanted"),
        ("least_requests: 1.5\n", "t.yml:1:1 least_requests: a number is wanted"),
        ("thresholds:\n  cpu: hot\n", "t.yml:2:3 cpu: a section is wanted"),
        ("- a\n", "t.yml:1 holds no thresholds; allowed are: error_rate"),
        ("", "t.yml:1 holds no thresholds"),
        ("cpu: [\n", "is not YAML"),
        ("cpu: {normal: 1, warning: 2, critical: 3}\ncpu: 4\n", "'cpu' is written twice"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_with_its_line_and_what_is_allowed(desk, tmp_path, written, says):
    (tmp_path / "t.yml").write_text(written)
    done = desk.say("replay", "--what-if", str(tmp_path / "t.yml"))
    assert done.exit_code == 2
    assert says in " ".join(done.stderr.split())


def test_a_file_that_is_not_there_is_said(desk, tmp_path):
    done = desk.say("replay", "--what-if", str(tmp_path / "none.yml"))
    assert done.exit_code == 2
    assert "none.yml is not there: write the section `thresholds`" in " ".join(done.stderr.split())


@pytest.mark.parametrize(
    "of", [good, bad, pytest.param(hour, marks=pytest.mark.slow)], ids=["live", "rolled back", "an hour"]
)
@pytest.mark.parametrize("critical", [0.5, 2, 5, 60])
def test_a_calm_bake_ends_in_the_same_way_in_a_few_looks(of, critical):
    """As without leaving any out: the evidence of each look follows from the one before."""
    looks = looks_of(kept(of()), "web-1")
    thresholds = looks[0].thresholds.model_copy(
        update={"error_rate": Level(normal=0.1, warning=0.2, critical=critical)}
    )
    evidence, ends = Evidence(), (Verdict.GOOD, Verdict.BAD, Verdict.UNPROVEN)
    for look in looks:
        finding, evidence, at = judged(by_other_thresholds(look, thresholds), evidence)
        if finding.verdict in ends:
            break
    found = supposed(looks, thresholds)
    assert (found.verdict, found.says, found.at) == (finding.verdict, finding.says, at)


def decided(looks):
    """Which of the looks are judged, and not only tested."""
    bake = UnbrokenBake(apart=True)
    return [place for place, look in enumerate(looks) if bake.judged(look, is_last=look is looks[-1]) is not None]


@pytest.mark.parametrize(
    "change", [{"check": "status 500"}, {"other_check": "status 500"}, {"asked": False}, {"no_data": "gone"}]
)
def test_a_look_is_passed_over_only_where_nothing_is_out_of_the_ordinary(change):
    looks = looks_of(kept(good()), "web-1")
    usual = decided(looks)
    place = next(n for n in range(len(looks)) if n not in usual)
    assert place in decided([*looks[:place], looks[place].model_copy(update=change), *looks[place + 1 :]])


def test_no_look_is_passed_over_where_a_test_comes_to_something():
    looks = looks_of(kept(bad()), "web-1")
    troubled = [n for n, look in enumerate(looks) if look.verdict is not Verdict.WAIT]
    assert {*troubled, len(looks) - 1} <= {*decided(looks)}


def test_failures_that_no_test_objects_to_are_counted_though_looks_are_passed_over():
    looks = looks_of(kept(good()), "web-1")
    odd = looks[4].intervals[0]._replace(users_failed=1)
    changed = [*looks[:4], looks[4].model_copy(update={"intervals": (odd, *looks[4].intervals[1:])}), *looks[5:]]
    assert decided(changed) == decided(looks)
    assert "1 of " in supposed(changed, looks[0].thresholds).says


@pytest.mark.parametrize("of", [good, bad], ids=["live", "rolled back"])
def test_looks_are_read_out_of_a_file_as_out_of_its_versions(of):
    stored = files(of()).bodies("web-1")
    assert looks_in(stored, "web", "web-1") == looks_of(kept(of()), "web-1")


def test_a_file_of_another_release_and_one_whose_looks_are_spoilt_are_refused():
    (stored,) = files(good()).bodies("web-1")
    with pytest.raises(SpoiltFile, match="speaks of web-1"):
        looks_in([stored], "web", "web-2")
    with pytest.raises(SpoiltFile, match="a look in it cannot be read"):
        looks_in([stored.replace(b'\\"usual_p95\\"', b'\\"usual_p96\\"', 1)], "web", "web-1")


def test_a_check_that_met_the_other_environment_says_nothing_again():
    look = looks_of(kept(good()), "web-1")[0]
    asked = judged(look.model_copy(update={"check": "500", "asked": True}), Evidence()).evidence
    misled = judged(look.model_copy(update={"check": "500", "asked": False}), Evidence()).evidence
    assert (asked.failed_in_a_row, misled.failed_in_a_row) == (1, 0)


@pytest.mark.slow
def test_a_release_that_was_changed_is_not_judged_by_other_thresholds(desk, tmp_path):
    found, path = at_desk(desk, good()), tmp_path / "thresholds.yml"
    path.write_text("tolerance: 5\n")
    key = "services/web/releases/web-1.json"
    body = found.bucket(0).get(key)
    assert b"2 of 2 checks passed" in body
    found.bucket(0).put(key, body.replace(b"2 of 2 checks passed", b"1 of 2 checks passed", 1))
    done = found.say("replay", "v1.3.0", "--what-if", str(path))
    assert done.exit_code == 1
    assert "was changed" in done.stderr
