"""`bluegreen judge`: recorded traces, whose and since when, verdicts, and what is refused."""

import json
import random

import pytest
from typer.testing import CliRunner

from benchmarks.judge.example import trace
from bluegreen_cli.main import app
from bluegreen_cli.stage import ROOT

HEAD = "second,environment,kind,requests,bad"
EXAMPLE = ROOT / "docs" / "judge" / "outage-then-fault.csv"


@pytest.fixture
def asked(tmp_path):
    """Runs the command over lines, which are written to a file."""

    def run(lines, *options, head=HEAD):
        path = tmp_path / "trace.csv"
        path.write_text("\n".join([head, *lines]) + "\n")
        return CliRunner().invoke(app, ["judge", str(path), *options])

    return run


@pytest.fixture
def told(asked):
    def run(lines, *options, **more):
        done = asked(lines, *options, "--json", **more)
        assert done.exit_code == 0, done.output
        return json.loads(done.stdout)

    return run


def example():
    return trace(1).splitlines()[1:]


def words(found):
    return [one["verdict"] for one in found["verdicts"]]


def bake(seconds=600, bad=0, probes=True):
    """Users of green at 4 a second, five seconds a line, and probes of both."""
    lines = []
    for at in range(0, seconds, 5):
        lines.append(f"{at},green,user,20,{bad}")
        if probes:
            lines += [f"{at},green,probe,25,{bad}", f"{at},blue,probe,25,0"]
    return lines


def test_the_example_is_held_through_the_outage_and_rolled_back_for_the_fault(told):
    found = told(example())
    assert words(found) == ["wait", "hold", "wait", "roll back"]
    assert (found["active"], found["other"], found["switch"]) == ("green", "blue", 1767225900)
    last = found["verdicts"][-1]
    assert 420 < last["since_switch"] <= 470
    assert last["second"] == 1767225900 + last["since_switch"]
    assert "blue, asked what probes ask: 0 of" in last["says"]


def test_the_example_of_the_documentation_is_the_generator_s():
    assert EXAMPLE.read_text() == trace(1)


def test_the_order_of_the_lines_does_not_matter(told):
    lines = example()
    random.Random(1).shuffle(lines)
    assert told(lines) == told(example())


def test_environments_may_have_any_two_names(told):
    lines = [line.replace("blue", "stable").replace("green", "canary 2") for line in example()]
    found = told(lines)
    assert (found["active"], found["other"]) == ("canary 2", "stable")
    says = found["verdicts"][-1]["says"]
    assert says.startswith("canary 2: ")
    assert "stable, asked what probes ask" in says
    assert "green" not in says


def test_fractions_of_a_second_and_any_beginning_will_do(told):
    shifted = [f"{float(line.split(',')[0]) - 1767225600 + 0.25},{line.split(',', 1)[1]}" for line in example()]
    found = told(shifted)
    assert found["switch"] == 300.25
    assert words(found) == words(told(example()))


def test_a_person_may_say_what_is_judged_and_since_when(told):
    found = told(example(), "--active", "blue", "--switch", "1767225600")
    assert (found["active"], found["switch"]) == ("blue", 1767225600)
    assert "roll back" not in words(found)


def test_a_rolled_back_release_is_judged_from_its_own_switch(told):
    lines = [*bake(300), *(f"{at},blue,user,20,0" for at in range(300, 400, 5))]
    found = told(lines, "--active", "green")
    assert found["switch"] == 0


def test_a_trace_that_ends_within_the_bake_says_so_far(asked):
    done = asked(bake(100))
    assert done.exit_code == 0
    assert "so far: wait, as the trace ends" in done.output
    assert json.loads(asked(bake(100), "--json").stdout)["final"] is False


def test_a_clean_bake_is_proven(told):
    found = told(bake(700), "--bake", "10m")
    assert found["verdict"] == "proven"
    assert found["final"] is True


def test_what_is_missing_is_not_zero(told):
    lines = [line for line in bake(1000) if int(line.split(",")[0]) < 200]
    found = told([*lines, "999,green,user,1,0"], "--bake", "10m")
    assert found["verdict"] == "unproven"


def test_without_probes_of_the_other_side_it_says_that_nobody_knows(asked):
    done = asked(bake(100, bad=10, probes=False))
    assert "whose fault it is cannot be known" in done.output


def test_thresholds_come_from_a_service_of_a_configuration(told, tmp_path, written):
    written["services"]["web"]["thresholds"]["tolerance"] = 50
    written["services"]["web"]["thresholds"]["error_rate"] = {"normal": 40, "warning": 45, "critical": 50}
    config = tmp_path / "bluegreen.yml"
    config.write_text(json.dumps(written))
    lines = bake(100, bad=4)
    assert told(lines)["verdict"] == "roll back"
    assert told(lines, "--config", str(config), "--service", "web")["verdict"] == "wait"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("x,blue,user,1,0", "line 2: second 'x'"),
        ("nan,blue,user,1,0", "line 2: second 'nan'"),
        ("1,,user,1,0", "line 2: environment is empty"),
        ("1,blue,users,1,0", "line 2: kind 'users': user or probe is wanted"),
        ("1,blue,user,-1,0", "line 2: requests '-1': a whole number below"),
        ("1,blue,user,1.5,0", "line 2: requests '1.5'"),
        ("1,blue,user,1,2", "line 2: bad 2: at most its 1 requests"),
        ("1,blue,user", "line 2: 3 fields, and 5 are wanted"),
        ("1,blue,user,1,000,0", "line 2: 6 fields, and 5 are wanted"),
        ("1_000,blue,user,1,0", "line 2: second '1_000': seconds are wanted, such as 1767225600"),
        ("\uff11,blue,user,1,0", "line 2: second '\uff11'"),
        ("1e12,blue,user,1,0", "line 2: second '1e12'"),
        ("0x10,blue,user,1,0", "line 2: second '0x10'"),
        ("1,blue,user,1_000,0", "line 2: requests '1_000': a whole number below 10^15 is wanted, in digits 0 to 9"),
        ("1,blue,user,\u0663,0", "line 2: requests"),
        ("1,blue,user,1" + "0" * 400 + ",0", "line 2: requests"),
        ("1,\x1b[31mblue,user,1,0", "line 2: environment '\\x1b[31mblue': a name of at most 60 printable"),
        (f"1,{'b' * 61},user,1,0", "a name of at most 60 printable characters is wanted"),
    ],
)
def test_a_bad_line_is_refused_with_its_number_and_what_was_allowed(asked, line, said):
    done = asked([line, "2,blue,user,1,0"])
    assert done.exit_code == 2
    assert said in done.stderr


@pytest.mark.parametrize(
    ("lines", "options", "said"),
    [
        ([], [], "holds no lines"),
        (["1,a,user,1,0", "1,b,user,1,0", "1,c,user,1,0"], [], "names 3 environments, and at most two"),
        (["1,a,probe,1,0", "1,b,probe,1,0"], [], "--active has to say"),
        (["1,a,user,1,0"], ["--active", "b"], "--active b: the trace names a"),
        (["1,a,user,1,0"], ["--switch", "9"], "no five seconds after the switch"),
        (["1,a,user,1,0"], ["--switch", "nan"], "--switch: second 'nan': seconds are wanted, such as 1767225600"),
        (["1,a,user,1,0"], ["--switch", "1_000"], "--switch: second '1_000'"),
        (["1,a,user,1,0"], ["--switch", "\uff11"], "--switch: second"),
        (["1,a,user,1,0"], ["--bake", "0s"], "--bake 0s: from 5s to 30d are wanted"),
        (["1,a,user,1,0"], ["--bake", "4999ms"], "--bake 4999ms: from 5s to 30d"),
        (["1,a,user,1,0"], ["--bake", "31d"], "--bake 31d: from 5s to 30d"),
        (["1,a,user,1,0"], ["--bake", "9" * 400 + "d"], "from 5s to 30d"),
        (["1,a,user,1,0"], ["--bake", "\uff15m"], "a duration such as"),
        (["1,a,user,1,0"], ["--bake", "1_000s"], "a duration such as"),
        (["1,a,user,1,0"], ["--active", "A"], "--active A: the trace names a, and one of these is wanted"),
        (["1,a,user,1,0"], ["--bake", "soon"], "--bake soon"),
        (["1,a,user,1,0"], ["--service", "web"], "--config has to name"),
    ],
)
def test_a_trace_that_cannot_be_judged_is_refused_with_the_reason(asked, lines, options, said):
    done = asked(lines, *options)
    assert done.exit_code == 2
    assert said in done.stderr


@pytest.mark.parametrize(
    ("head", "said"),
    [
        (f"{HEAD},latency", "column 'latency': each of second, environment, kind, requests, bad is wanted once"),
        (f"{HEAD},bad", "column 'bad': each of"),
        (f"{HEAD},", "column ''"),
        ("second,environment,kind,requests", "the columns second, environment, kind, requests, bad are wanted"),
    ],
)
def test_columns_that_nobody_reads_are_refused(asked, head, said):
    done = asked(["1,a,user,1,0,0"], head=head)
    assert done.exit_code == 2
    assert said in done.stderr


def test_many_bad_lines_are_not_all_named(asked):
    done = asked(["x"] * 1000)
    assert len(done.stderr.splitlines()) == 11
    assert "and 990 more" in done.stderr


@pytest.mark.parametrize(
    "content", [b"", b"\xff\xfe\x00", b"a,b\n1,2\n", b'second,environment,kind,requests,bad\n"1\n']
)
def test_a_file_that_is_no_trace_is_refused(tmp_path, content):
    path = tmp_path / "trace.csv"
    path.write_bytes(content)
    done = CliRunner().invoke(app, ["judge", str(path)])
    assert done.exit_code == 2
    assert done.stderr
    assert "Traceback" not in done.output


def test_a_missing_file_is_refused():
    done = CliRunner().invoke(app, ["judge", "nowhere.csv"])
    assert done.exit_code == 2
    assert "nowhere.csv cannot be read" in done.stderr


def failing(clients, paths=1):
    """Beside twenty good users, URLs that fail in every release are asked by so many clients, on so many paths."""
    lines = []
    for at in range(0, 600, 5):
        lines += [f"{at},green,user,187,0,,", f"{at},green,probe,25,0,,", f"{at},blue,probe,25,0,,"]
        lines += [f"{at},green,user,1,1,10.0.0.{(at + n) % clients},/broken/{n % paths}" for n in range(8)]
    return lines


@pytest.mark.parametrize(
    ("clients", "paths", "found"), [(1, 1, "hold"), (30, 1, "roll back"), (1, 4, "roll back"), (2, 1, "roll back")]
)
def test_a_url_that_fails_for_one_client_only_is_held(told, clients, paths, found):
    assert words(told(failing(clients, paths), head=f"{HEAD},client,path"))[-1] == found
    assert words(told([line.rsplit(",", 2)[0] for line in failing(clients, paths)]))[-1] == "roll back"


def test_who_asked_may_be_left_out_of_any_line(told):
    """A client that is not named is nobody known's: what fails there counts as it always did."""
    lines = [line.replace("10.0.0.0", "") for line in failing(1)]
    assert words(told(lines, head=f"{HEAD},client,path"))[-1] == "roll back"
