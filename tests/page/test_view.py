"""What is shown of a record: foreign words harm nothing, steps and charts say what was written, and no more."""

import re
from html.parser import HTMLParser

import pytest

from bluegreen.core.environment import Environment
from bluegreen.core.inbound.bearers import Right
from bluegreen.core.judge.telemetry import Block, Counts, NoData
from bluegreen.core.phases import RESTING, Phase
from bluegreen.core.record import PastRelease, Version
from bluegreen.core.release import HistoryLine
from bluegreen.page import document, series, viewing
from bluegreen.page.actions import actions
from bluegreen.page.chart import chart
from bluegreen.page.effects import proof
from bluegreen.page.told import ago, cleaned, percent
from bluegreen.page.view import FleetView, Mood, RowView
from bluegreen.page.viewing import Seen, Telling
from tests.build import BLUE, GREEN, NOW, first, in_phase, later, service

ALL = frozenset(Right)
HOSTILE = [
    "</script><script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "v1.0\u202egnp.exe",
    "\u2067\u200f\u061cright to left\u2066",
    "v" * 10_000,
    "\x00\x07\x1b[31mred\r\n\tlines",
    "\ud800 half of a pair",
    "<!-- " * 400,
    "&lt;b&gt;&amp;",
    "' onfocus='alert(1)' autofocus='",
]


class Elements(HTMLParser):
    """Every element with its attributes, and all that stands in elements of a kind."""

    def __init__(self, text):
        super().__init__()
        self.found, self.depth = [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))


def version(record):
    return Version(seq=7, nonce="n", previous="", by="deploy", why="a reason", at=NOW, record=record)


def page(record, telling=None, last=None, now=None):
    seen = Seen(version(record), service(), last or record.release, telling or NoData("nobody"), now or later(30))
    return document.service_page(viewing.service_view(seen), ALL)


def spoilt(words):
    """A record in which whatever others may choose says these words."""
    record = in_phase(Phase.WATCHING, tag=words, reason=words, by=words, commit=words)
    line = HistoryLine(at=NOW, phase=Phase.WATCHING, by=words, says=words)
    record = record.with_release(history=(line,))
    past = PastRelease(id="web-0", tag=words, outcome=Phase.FAILED, at=NOW, reason=words, log=words)
    for environment in Environment:
        record = record.with_environment(environment, tag=words, commit=words)
    return record.model_copy(update={"past": (past,), "quarantine": {words: words}, "strayed": words})


@pytest.mark.parametrize(
    ("share", "says"),
    [(0.12, "12 %"), (1 - 0.95, "5 %"), (0.004, "0.4 %"), (0.00041, "0.04 %"), (0, "0 %"), (1, "100 %")],
)
def test_a_share_has_no_digit_that_says_nothing(share, says):
    assert percent(share) == says


@pytest.mark.parametrize("words", HOSTILE, ids=lambda words: ascii(words[:20]))
def test_words_of_others_are_words(words):
    text = page(spoilt(words))

    text.encode()
    found = Elements(text).found
    assert [tag for tag, _ in found].count("script") == 1
    assert not any(tag in ("img", "iframe", "object", "b") for tag, _ in found)
    assert not any(name.startswith("on") or name in ("autofocus", "style") for _, given in found for name in given)
    assert not re.search("[\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c\x00\x07\x1b]", text)
    assert len(text.encode()) < document.MOST


@pytest.mark.parametrize("words", HOSTILE, ids=lambda words: ascii(words[:20]))
def test_services_whose_tags_are_such_words_fit_into_one_answer(words):
    row = RowView("s" * 31, "green", words, words, f"{words} is live", Mood.GOOD, False)
    bad = row._replace(service="t" * 31, mood=Mood.BAD, unreadable=words)

    text = document.fleet_page(FleetView(NOW, (row,) * 300 + (bad,)))

    assert len(text.encode()) <= document.MOST
    assert "t" * 31 in text
    assert [tag for tag, _ in Elements(text).found].count("script") == 1


def test_no_element_carries_a_style_and_each_name_is_used_once():
    found = Elements(page(spoilt("v1.4.0"))).found
    names = [given["id"] for _, given in found if "id" in given]

    assert len(names) == len(set(names))
    assert not any("style" in given for _, given in found)


def test_a_credential_in_an_error_is_hidden():
    record = in_phase(Phase.WATCHING, reason="postgres://user:hunter2hunter2@db/x refused bgt_" + "s" * 43)

    text = page(record)

    assert "hunter2" not in text
    assert "s" * 43 not in text


def test_each_step_has_its_time_and_what_was_found_in_it():
    lines = [
        HistoryLine(at=later(s), phase=phase, by="deploy", says=says)
        for s, phase, says in (
            (0, Phase.REQUESTED, "v1.3.0 was asked for"),
            (5, Phase.DEPLOYING, "it goes to green"),
            (40, Phase.CHECKING, "green runs v1.3.0"),
        )
    ]
    record = in_phase(Phase.CHECKING, history=tuple(lines), reason="2 of 3 passed")
    release = viewing.service_view(Seen(version(record), service(), record.release, NoData(""), later(60))).release

    told = [(step.name, step.state, step.says) for step in release.steps]
    assert told[:4] == [
        ("requested", "done", "it goes to green"),
        ("deploying", "done", "green runs v1.3.0"),
        ("checking", "now", "2 of 3 passed"),
        ("smoking", "next", ""),
    ]
    assert [step.at for step in release.steps[:3]] == [later(0), later(5), later(40)]


def test_what_the_step_before_has_found_is_not_told_of_the_step_that_has_begun():
    lines = [
        HistoryLine(at=later(s), phase=phase, by=by, says=says)
        for s, phase, by, says in (
            (0, Phase.REQUESTED, "a push", "v1.3.0 was asked for"),
            (5, Phase.DEPLOYING, "deploy", "it goes to green"),
            (40, Phase.CHECKING, "ops/watch", "green runs v1.3.0"),
            (45, Phase.SMOKING, "checks/health", "3 health checks passed"),
        )
    ]
    record = in_phase(Phase.SMOKING, history=tuple(lines), reason="3 health checks passed")
    release = viewing.service_view(Seen(version(record), service(), record.release, NoData(""), later(60))).release

    assert [(step.name, step.says, step.by) for step in release.steps[2:4]] == [
        ("checking", "3 health checks passed", "checks/health"),
        ("smoking", "", "checks/health"),
    ]


def test_a_way_back_that_is_stuck_is_not_shown_as_if_all_were_well():
    past = PastRelease(id="web-1", tag="v1.3.0", outcome=Phase.STUCK, at=NOW, reason="green answers")
    record = first().model_copy(update={"past": (past,)})
    view = viewing.service_view(Seen(version(record), service(), None, NoData(""), NOW))

    assert [each.confirmed for each in view.environments] == [False, False]
    assert "it is not confirmed that blue serves production" in view.trouble[0]
    assert "100 % of traffic" not in document.service_page(view, frozenset())


@pytest.mark.parametrize("outcome", [phase for phase in Phase if phase in RESTING])
def test_what_became_of_a_release_is_said_in_words(outcome):
    past = PastRelease(id="web-1", tag="v1.3.0", outcome=outcome, at=NOW, reason="")
    said = viewing.row(first().model_copy(update={"past": (past,)})).state

    assert said.startswith("v1.3.0 ")
    assert not re.search(r"was (live|failed|expired|stuck|unproven)|is (smoking|watching)", said)


@pytest.mark.parametrize(("by", "state"), [("ops/watch", "bad"), ("rollback", "done")])
def test_a_step_that_found_the_fault_is_marked_and_not_where_a_person_went_back(by, state):
    moves = ((0, Phase.REQUESTED, "deploy"), (50, Phase.WATCHING, "switch"), (70, Phase.ROLLING_BACK, by))
    lines = tuple(HistoryLine(at=later(s), phase=phase, by=who, says="") for s, phase, who in moves)
    record = in_phase(Phase.ROLLING_BACK, history=lines)
    release = viewing.service_view(Seen(version(record), service(), record.release, NoData(""), later(80))).release

    assert (release.steps[1].name, release.steps[1].state) == ("watching", state)


def test_a_chart_has_a_gap_where_nothing_was_counted_and_no_zero():
    counts = Counts(requests=100, failed=3, buckets=(0, 90, 10, 0, 0, 0, 0, 0, 0, 0))
    blocks = [
        Block(at=later(-20), seconds=5, users={GREEN: counts}),
        Block(at=later(-200), seconds=5, users={BLUE: counts}),
    ]

    errors, slow = series.charts(blocks, NOW, service().thresholds, [(later(-100), "switch"), (later(-900), "old")])

    lines = {line.name: [v for _, v in line.points] for line in errors.lines}
    assert sorted(v for v in lines["green"] if v is not None) == [3.0]
    assert lines["blue"].count(None) == len(lines["blue"]) - 1
    assert [v for line in slow.lines for _, v in line.points if v is not None] == [50.0, 50.0]
    assert [(mark.at, mark.name) for mark in errors.marks] == [(200.0, "switch")]
    assert errors.levels == (("warning", 1.0), ("critical", 5.0))


@pytest.mark.parametrize("number", [1, 2, 3, 5])
def test_no_word_of_a_chart_covers_what_is_drawn(number):
    counts = Counts(requests=100, failed=100)
    blocks = [Block(at=later(-20 * each), seconds=5, users={GREEN: counts}) for each in range(1, 10)]
    marks = [(later(-30 * each), "rollback") for each in range(1, number + 1)]

    found = Elements(chart(series.charts(blocks, NOW, service().thresholds, marks)[0])).found
    box = next(attrs["viewbox"] for tag, attrs in found if tag == "svg" and attrs.get("role") == "img")
    begins, drawn = float(box.split()[1]), [a for tag, a in found if tag == "path" and a["class"].startswith("line")]
    highest = min(float(y) for a in drawn for y in re.findall(r" ([-\d.]+)", a["d"]) if a["d"] != "M0 4H22")
    words = [float(a["y"]) for tag, a in found if tag == "text" and a.get("class") == "marked"]
    assert (len(words), begins < min(words), max(words) < highest) == (number, True, True)


@pytest.mark.parametrize("seconds", [(100, 90), (40, 20, 5), (3,), (1, 0)])
def test_a_word_of_a_chart_stands_behind_its_own_line_and_crosses_no_other(seconds):
    counts = Counts(requests=100, failed=100)
    blocks = [Block(at=later(-200), seconds=5, users={GREEN: counts})]
    marks = [(later(-before), "rollback") for before in seconds]

    found = Elements(chart(series.charts(blocks, NOW, service().thresholds, marks)[0])).found
    box = next(attrs["viewbox"] for tag, attrs in found if tag == "svg" and attrs.get("role") == "img")
    ends = [a["d"][1:].partition("V")[0].split() for _, a in found if a.get("class") == "mark rollback"]
    lines = [(float(x), float(top)) for x, top in ends]
    words = [(float(a["x"]), float(a["y"])) for tag, a in found if tag == "text" and a.get("class") == "marked"]
    wide = 50
    for (own, _), (x, y) in zip(lines, words, strict=True):
        assert 0 < x - own < 6
        assert x + wide <= float(box.split()[2])
        assert not [line for line, top in lines if x < line < x + wide and top < y - 9]


def test_charts_have_a_table_each_with_the_same_numbers():
    counts = Counts(requests=100, failed=3)
    blocks = (Block(at=later(-20), seconds=5, users={GREEN: counts}),)

    text = page(in_phase(Phase.WATCHING), Telling(blocks, NOW))

    assert text.count('role="img"') == text.count("As a table") == 2
    assert "<td>3 %</td>" in text


def test_no_data_is_shown_as_such_and_never_as_good():
    text = page(in_phase(Phase.WATCHING))

    assert text.count("not counted") >= 8
    assert 'chip good">within' not in text


def test_an_action_is_possible_exactly_when_its_order_is_taken():
    possible = {a.key for a in actions(in_phase(Phase.WATCHING), service(), NOW) if a.possible}
    assert possible == {"pause", "rollback"}
    possible = {
        a.key for a in actions(in_phase(Phase.READY), service(options={"auto_switch": False}), NOW) if a.possible
    }
    assert {"abort"} <= possible
    assert all(a.why_not for a in actions(first(), service(), NOW) if not a.possible)


def test_a_journal_that_was_lost_offers_nothing():
    record = in_phase(Phase.WATCHING).model_copy(update={"lost": "r0 has applied version 90"})

    assert not any(a.possible for a in actions(record, service(), NOW))


def test_what_a_button_does_is_said_before_it_is_pressed():
    effect = dict(next(a for a in actions(in_phase(Phase.WATCHING), service(), NOW) if a.key == "rollback").effect)

    assert effect["Target"] == "v1.2.0 on blue gets all requests; v1.3.0 on green gets none"
    assert {"Proven", "Commits", "Configuration", "Database", "Takes", "Afterwards"} <= effect.keys()


def test_another_effect_has_another_stamp():
    record = in_phase(Phase.WATCHING)
    others = [
        record.with_environment(BLUE, tag="v1.1.9"),
        record.model_copy(update={"epoch": record.epoch + 2}),
        record.model_copy(update={"service": "api"}),
    ]

    stamps = {next(a for a in actions(r, service(), NOW) if a.key == "rollback").stamp for r in (record, *others)}

    assert len(stamps) == 4


@pytest.mark.parametrize(
    ("seconds", "says"), [(-3, "just now"), (59, "59 s ago"), (60, "1 min ago"), (86400, "1 d ago")]
)
def test_ages(seconds, says):
    assert ago(seconds) == says


def test_what_cannot_be_seen_is_shown_and_what_is_long_is_cut():
    assert cleaned("a\u202eb") == "a\N{REPLACEMENT CHARACTER}b"
    assert cleaned("x" * 500, 10) == "x" * 9 + "…"


def test_a_release_that_is_watched_has_passed_its_checks_and_what_is_counted_now_is_no_proof():
    record = in_phase(Phase.WATCHING, reason="128 of 631 requests failed in 17 s")
    record = record.with_environment(record.release.target, tag=record.release.tag, proven=True)

    told = proof(record, record.release.target)
    assert told == "it passed its checks, and is being watched"
