"""Odd traces, and what somebody on call would say to each."""

import json
from random import Random

import pytest
import yaml
from typer.testing import CliRunner

from bluegreen_cli.main import app
from bluegreen_cli.stage import ROOT

HEAD = "second,environment,kind,requests,bad"


def rows(users=lambda at: 50, bad=lambda at: 0, probes=lambda at: 0, idle=lambda at: 0, before=lambda at: 0, ends=1500):
    """A row every five seconds; `bad`, `before`: per mille of users' requests; `probes`, `idle`: bad ones of 25."""
    found = [(at, "blue", "user", 50, 50 * before(at) // 1000) for at in range(-300, 0, 5)]
    for at in range(0, ends, 5):
        found += [(at, "green", "user", users(at), users(at) * bad(at) // 1000)]
        found += [(at, "green", "probe", 25, probes(at)), (at, "blue", "probe", 25, idle(at))]
    return found


@pytest.fixture
def told(tmp_path):
    def run(found, bake="20m", *more):
        path = tmp_path / "trace.csv"
        path.write_text("\n".join([HEAD, *(",".join(map(str, row)) for row in found)]))
        options = ["--active", "green", "--switch", "0", "--bake", bake, "--json", *more]
        done = CliRunner().invoke(app, ["judge", str(path), *options])
        assert done.exit_code == 0, done.output
        verdicts = json.loads(done.stdout)["verdicts"]
        return [each["verdict"] for each in verdicts], verdicts[-1]

    return run


def test_gaps_in_the_rows_delay_it_and_no_more(told):
    failing = rows(bad=lambda at: 60 if at >= 600 else 0, probes=lambda at: 2 if at >= 600 else 0)
    words, last = told([row for row in failing if not 200 < row[0] < 230 and row[0] % 40 != 15])
    assert words[-1] == "roll back"
    assert 600 < last["since_switch"] <= 680


def test_rows_that_come_twice_are_added_up_and_in_any_order(told):
    once = rows(bad=lambda at: 60 if at >= 300 else 0)
    halves = [(at, side, kind, n, bad) for at, side, kind, n, bad in once for _ in range(2)]
    Random(1).shuffle(halves)
    words, last = told(halves)
    assert words[-1] == "roll back"
    assert last["since_switch"] <= 370


def test_rows_of_nobody_prove_nothing(told):
    words, last = told(rows(users=lambda at: 0))
    assert words == ["wait", "unproven"]
    assert "only probes were seen" in last["says"]


def test_counts_as_large_as_they_can_be(told):
    good, last = told(rows(users=lambda at: 10**15 - 1))
    assert (good[-1], last["since_switch"]) == ("proven", 1200)
    worse, _ = told(rows(users=lambda at: 10**15 - 1, bad=lambda at: 20))
    assert worse[-1] == "roll back"


def test_traffic_that_stops_is_no_proof(told):
    words, last = told([*rows(ends=700), (3599, "green", "user", 1, 0)])
    assert words[-1] == "unproven"
    assert "signals are missing" in last["says"]


def test_traffic_of_the_idle_side_only_says_nothing_of_the_release(told):
    words, last = told([row for row in rows() if row[1] == "blue"] + [(0, "green", "user", 1, 0)])
    assert words == ["wait", "unproven"]
    assert "signals are missing" in last["says"]


def test_a_switch_in_the_middle_of_a_shared_outage_is_held_and_over_with_it(told):
    words, _ = told(
        rows(
            before=lambda at: 300 if at >= -60 else 0,
            bad=lambda at: 300 if at < 60 else 0,
            probes=lambda at: 8 if at < 60 else 0,
            idle=lambda at: 8 if at < 60 else 0,
        )
    )
    assert words == ["hold", "wait", "proven"]


@pytest.mark.parametrize(("bad", "end"), [(0, "proven"), (30, "roll back")])
def test_traffic_that_ramps_a_thousandfold_is_neither_good_nor_bad_by_that(told, bad, end):
    words, _ = told(rows(users=lambda at: int(2 * 1000 ** min(1, at / 300)), bad=lambda at: bad))
    assert words[-1] == end


def test_one_instance_of_ten_is_found_within_a_minute(told):
    words, last = told(rows(bad=lambda at: 100, probes=lambda at: 2 + at // 5 % 2))
    assert (words[-1], last["since_switch"] <= 60) == ("roll back", True)


@pytest.mark.parametrize(("idle", "end"), [(5, "proven"), (0, "roll back")])
def test_minutes_of_cron_count_where_the_other_side_has_not_the_same(told, idle, end):
    def cron(per_row):
        return lambda at: per_row if at % 600 < 60 else 0

    words, _ = told(rows(bad=cron(200), probes=cron(5), idle=cron(idle), ends=3700), "1h")
    assert words[-1] == end


def test_a_fix_of_half_an_incident_is_held_while_the_other_side_is_no_better(told):
    words, last = told(rows(before=lambda at: 400, bad=lambda at: 200, probes=lambda at: 5, idle=lambda at: 10))
    assert (words[0], words[-1]) == ("hold", "unproven")
    assert "green no more than blue: nothing speaks for going back" in last["says"]


def test_a_fix_of_an_incident_is_proven_beside_a_side_that_still_fails(told):
    words, _ = told(rows(before=lambda at: 400, idle=lambda at: 10))
    assert words == ["wait", "proven"]


def test_a_dead_way_back_holds_a_release_that_fails(told):
    words, last = told(rows(bad=lambda at: 60, probes=lambda at: 2, idle=lambda at: 25))
    assert (words[-1], "nothing speaks for going back" in last["says"]) == ("unproven", True)


def test_a_user_in_an_hour_who_is_failed_proves_nothing(told):
    lonely = [row for row in rows(ends=4000) if row[2] == "probe"]
    words, last = told([*lonely, (1800, "green", "user", 1, 1)], "1h")
    assert words == ["wait", "unproven"]
    assert "1 of 1 requests did" in last["says"]


def test_a_moment_of_two_failures_at_little_traffic_is_no_fault(told):
    words, _ = told(rows(users=lambda at: int(at % 20 == 0), bad=lambda at: 1000 if at in (100, 120) else 0))
    assert words[-1] == "unproven"


@pytest.mark.parametrize("normal", [0.0001, 10, 49, 51, 60, 97, 100])
def test_thresholds_of_any_size_judge_an_outage(told, tmp_path, normal):
    config = tmp_path / "bluegreen.yml"
    written = yaml.safe_load((ROOT / "bluegreen.yml").read_text())
    shares = {"normal": normal, "warning": min(100, normal * 1.2), "critical": 100}
    written["services"]["web"]["thresholds"] = {"error_rate": shares}
    config.write_text(yaml.safe_dump(written))

    words, _ = told(rows(bad=lambda at: 1000 if at >= 300 else 0), "20m", "--config", str(config), "--service", "web")
    assert words[0] == "wait"


def test_looks_are_done_and_not_passed_while_too_much_fails(told):
    _, last = told([(at, "green", "user", 100, 100) for at in (*range(-30, 0, 5), *range(0, 10, 5))][6:], "20m")
    assert "checks passed" not in last["says"]


@pytest.mark.parametrize("options", [("--switch", "9999999"), ("--switch", "-1")])
def test_a_switch_long_before_the_trace_is_refused(tmp_path, options):
    path = tmp_path / "trace.csv"
    path.write_text(f"{HEAD}\n1767225600,blue,user,10,0\n1767225605,green,user,10,0\n")
    done = CliRunner().invoke(app, ["judge", str(path), *options])
    assert done.exit_code == 2
    assert "the trace begins at second 1767225600" in done.output


def test_milliseconds_are_recognised(tmp_path):
    path = tmp_path / "trace.csv"
    path.write_text(f"{HEAD}\n1767225600000,blue,user,10,0\n")
    done = CliRunner().invoke(app, ["judge", str(path)])
    assert done.exit_code == 2
    assert "are these milliseconds? divide by 1000" in done.output


def coarse(found, every):
    """As a server tells it that scrapes so seldom: what was counted since stands in one row."""
    sums = {}
    for at, side, kind, n, bad in found:
        row = sums.setdefault((at // every * every, side, kind), [0, 0])
        row[0], row[1] = row[0] + n, row[1] + bad
    return [(*row, *counted) for row, counted in sums.items()]


@pytest.mark.parametrize(("every", "within"), [(15, 60), (30, 110), (60, 320)])
def test_a_fault_that_lasts_is_found_however_seldom_is_counted(told, every, within):
    """How long it lasts is what counts, and time goes on between two rows, too: 1,445 s where it did not."""
    words, last = told(coarse(rows(bad=lambda at: 100, probes=lambda at: 2 + (at // 5) % 2), every), "1h")
    assert words[-1] == "roll back"
    assert last["since_switch"] <= within


@pytest.mark.parametrize("every", [15, 30, 60])
def test_a_restart_takes_nothing_back_however_seldom_is_counted(told, every):
    def down(at):
        return at % 600 in (300, 305)

    found = rows(bad=lambda at: 1000 * down(at), probes=lambda at: 25 * down(at))
    words, _ = told(coarse(found, every), "1h")
    assert "roll back" not in words
