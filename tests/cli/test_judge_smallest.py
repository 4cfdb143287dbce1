"""The smallest inputs by which the first rule was found wrong, through `bluegreen judge TRACE.csv`.

A row every five seconds: 50 requests of users, 25 probes of either side; five minutes of blue before the switch.
"""

import json
import re

import pytest
from typer.testing import CliRunner

from bluegreen_cli.main import app

BEFORE, ENDS = 300, 3600


def none(at):
    return 0


def turns(first, second):
    """By turns, row by row."""
    return lambda at: second if at // 5 % 2 else first


def between(begin, end, bad):
    return lambda at: bad if begin <= at < end else 0


@pytest.fixture
def told(tmp_path):
    """`users`, `probes`, `idle`: bad ones by the second of the row; `asked`: how many requests or probes."""

    def run(users=none, probes=none, idle=none, before=none, ends=ENDS, asked=(50, 25, lambda at: 25)):
        requests, probed, of_idle = asked
        lines = ["second,environment,kind,requests,bad"]
        lines += [f"{at},blue,user,{requests},{before(at)}" for at in range(-BEFORE, 0, 5)]
        for at in range(0, ends, 5):
            lines.append(f"{at},green,user,{requests},{users(at)}")
            lines.append(f"{at},green,probe,{probed},{probes(at)}")
            lines.append(f"{at},blue,probe,{of_idle(at)},{idle(at)}")
        path = tmp_path / "trace.csv"
        path.write_text("\n".join(lines) + "\n")
        bake = f"{ends // 60}m"
        arguments = ["judge", str(path), "--active", "green", "--switch", "0", "--bake", bake, "--json"]
        done = CliRunner().invoke(app, arguments)
        assert done.exit_code == 0, done.output
        return json.loads(done.stdout)["verdicts"]

    return run


def back(verdicts):
    """Seconds after the switch; None: it was not taken back."""
    last = verdicts[-1]
    return last["since_switch"] if last["verdict"] == "roll back" else None


def test_probes_do_not_prove_what_users_do_not_get(tmp_path):
    """One user in 20 s, and every tenth fails: 18 of 180."""
    lines = ["second,environment,kind,requests,bad"]
    for at in range(0, 3900, 5):
        if at % 20 == 0:
            lines.append(f"{at},green,user,1,{int(at % 200 == 180)}")
        lines += [f"{at},green,probe,25,0", f"{at},blue,probe,25,0"]
    path = tmp_path / "trace.csv"
    path.write_text("\n".join(lines) + "\n")
    done = CliRunner().invoke(app, ["judge", str(path), "--active", "green", "--switch", "0", "--json"])
    last = json.loads(done.stdout)["verdicts"][-1]
    assert last["verdict"] == "unproven"
    assert "of 195 requests did), and 0.5 % is allowed" in last["says"]


def test_probes_alone_prove_nothing(tmp_path):
    lines = ["second,environment,kind,requests,bad", "-5,blue,user,9,0"]
    lines += [f"{at},{side},probe,25,0" for at in range(0, 3900, 5) for side in ("green", "blue")]
    path = tmp_path / "trace.csv"
    path.write_text("\n".join(lines) + "\n")
    done = CliRunner().invoke(app, ["judge", str(path), "--active", "green", "--switch", "0", "--json"])
    last = json.loads(done.stdout)["verdicts"][-1]
    assert (last["verdict"], "only probes were seen" in last["says"]) == ("unproven", True)


def test_eight_percent_before_and_after_is_no_fault_at_any_traffic(told):
    assert back(told(turns(400, 430), before=turns(430, 400), asked=(5000, 25, lambda at: 25))) is None


def test_trouble_before_the_switch_does_not_blind_it_and_is_said(told):
    found = told(lambda at: 5, before=between(-120, -90, 50), ends=600)
    assert back(found) <= 60
    assert "30 s of an outage are left out" in found[-1]["says"]


def test_a_hotfix_in_an_incident_is_judged_like_any_other(told):
    assert back(told(lambda at: 5, before=between(-240, 0, 50), ends=600)) <= 60


@pytest.mark.parametrize("since", [0, 600])
def test_a_small_unrelated_fault_on_the_idle_side_protects_nothing(told, since):
    found = told(turns(2, 3), probes=between(since, ENDS, 1), idle=turns(0, 1))
    assert back(found) is not None
    assert back(found) <= 300


def test_few_probes_are_not_worse_than_none(told):
    few = told(turns(2, 3), asked=(50, 25, turns(1, 0)), ends=600)
    none_at_all = told(turns(2, 3), asked=(50, 25, none), ends=600)
    assert back(few) == back(none_at_all) <= 60
    assert "too few to tell whose fault it is" in few[-1]["says"]
    assert "nobody knows whose fault it is" in none_at_all[-1]["says"]


@pytest.mark.parametrize("begins", range(300, 305))
def test_a_restart_of_seven_seconds_takes_nothing_back(told, begins):
    def bad(of):
        return lambda at: round(of * max(0, min(at + 5, begins + 7) - max(at, begins)) / 5)

    assert back(told(bad(50), bad(25), ends=600)) is None


def test_a_row_of_dead_probes_takes_nothing_back(told):
    assert back(told(probes=between(300, 305, 25), ends=600)) is None


def test_a_start_that_decays_takes_nothing_back(told):
    assert back(told(lambda at: max(0, 5 - at // 6), lambda at: max(0, 2 - at // 15), ends=600)) is None


def test_bursts_that_users_always_got_take_nothing_back(told):
    def burst(at):
        return 12 if at % 600 in (100, 105) else 0

    assert back(told(burst, before=burst)) is None


def test_bursts_of_either_side_apart_take_nothing_back(told):
    found = told(between(600, 620, 5), between(600, 620, 2), idle=between(1500, 1520, 2))
    assert back(found) is None


def test_a_shared_outage_leaves_no_deafness(told):
    outage = between(300, 360, 15)
    late = turns(1, 2)

    def users(at):
        return outage(at) or (late(at) if at >= 1200 else 0)

    shared = between(300, 360, 8)
    probes = turns(1, 0)

    def ours(at):
        return shared(at) or (probes(at) if at >= 1200 else 0)

    after_outage = back(told(users, ours, shared))
    without = back(told(lambda at: late(at) if at >= 1200 else 0, lambda at: probes(at) if at >= 1200 else 0))
    assert after_outage - 1200 <= 1.5 * (without - 1200)


def test_a_total_outage_of_both_is_held_and_of_one_is_taken_back(told):
    dead = between(300, ENDS, 50), between(300, ENDS, 25)
    both = told(*dead, idle=between(300, ENDS, 25), ends=900)
    assert [one["verdict"] for one in both][:2] == ["wait", "hold"]
    assert back(both) is None
    assert back(told(*dead, ends=900)) == 310


@pytest.mark.parametrize("begins", range(300, 305))
def test_a_total_outage_is_found_after_nine_seconds_where_each_second_is_known(tmp_path, begins):
    trace = tmp_path / "seconds.csv"
    counts = (("green", "user", 10), ("green", "probe", 5), ("blue", "probe", 5))
    lines = [
        f"{second},{environment},{kind},{n},{n * (second >= begins and environment == 'green')}"
        for second in range(340)
        for environment, kind, n in counts
    ]
    trace.write_text("\n".join(["second,environment,kind,requests,bad", *lines]))
    arguments = ["judge", str(trace), "--active", "green", "--switch", "0", "--json"]
    found = CliRunner().invoke(app, arguments)
    assert back(json.loads(found.stdout)["verdicts"]) == begins + 9


def numbers(says):
    """The two of "7 of 1,500"."""
    [found] = re.findall(r"([\d,]+) of ([\d,]+)", says)
    return [int(number.replace(",", "").strip()) for number in found]


@pytest.mark.parametrize(
    ("users", "probes", "idle"),
    [
        (turns(2, 3), none, none),
        (turns(2, 3), turns(1, 1), turns(0, 1)),
        (between(100, ENDS, 50), between(100, ENDS, 25), none),
    ],
)
def test_the_numbers_of_a_message_are_those_of_the_trace(told, users, probes, idle):
    """Whatever window it shows: counted anew from the rows before the verdict."""
    found = told(users, probes, idle, ends=900)[-1]
    ours, theirs = found["says"].split(";")[:2]
    end = int(found["since_switch"])
    (bad, of), (idle_bad, idle_of) = map(numbers, (ours, theirs))
    begin = end - idle_of // 25 * 5
    rows = range(begin, end, 5)
    by_users, by_probes = sum(map(users, rows)), sum(map(probes, rows))
    assert (bad, of) in (
        (by_users, 50 * len(rows)),
        (by_probes, 25 * len(rows)),
        (by_users + by_probes, 75 * len(rows)),
    )
    assert idle_bad == sum(map(idle, rows))
