"""Each promise, broken once: it is seen, named, and in the JSON."""

from dataclasses import replace

import pytest

from bluegreen_demo import settings, summary
from bluegreen_demo.figures import Figures, Rested, TakenBack, Webhook
from bluegreen_demo.promises import broken
from bluegreen_emulator.traffic import Counts

KEPT = Figures(
    releases=[
        Rested("v1.3.0", "live", "live", "10 of 10 checks passed, 0 of 580 requests failed in 10 s"),
        Rested("v1.4.0", "rolled back", "rolled back", "green: 61 of 300 failed in 10 s"),
    ],
    requests=Counts(sent=4812, failed=0, bad=61, per_second=49.8),
    bad={"v1.4.0": 61},
    webhooks=[
        Webhook("v1.3.0", 950.0, 202, cold=True),
        Webhook("", 20.0, 200, cold=False),
        Webhook("v1.4.0", 120.0, 202, cold=False),
        Webhook("v1.5.0", 80.0, 202, cold=False),
    ],
    ready_to_switched={"v1.3.0": 4.1, "v1.4.0": 3.2},
    fault_to_last_bad={"v1.4.0": 2.3},
    held={"v1.3.0": "both fail"},
    rollbacks=[TakenBack("v1.5.0", 0.8, 0.9)],
    violations=[],
    told={"slack": 17, "github": 8},
    took=64.2,
)


def test_a_run_in_which_all_went_well_breaks_nothing():
    assert broken(KEPT) == []


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"requests": Counts(100, 2, 0, 50.0), "dropped": ["/: ReadError"]}, "2 of 100 requests were dropped (/: Re"),
        ({"requests": Counts(0, 0, 0, 0.0)}, "the clients sent no request"),
        ({"releases": [Rested("v1.3.0", "", "live", "")]}, "v1.3.0 did not come to rest"),
        ({"releases": [Rested("v1.4.0", "live", "rolled back", "fine")]}, "v1.4.0 came to rest as live, not rolled"),
        ({"rollbacks": [TakenBack("v1.5.0", 31.0, 2.0)]}, "v1.5.0 answered 31.0 s after its rollback"),
        ({"rollbacks": [TakenBack("v1.5.0", 1.0, None)]}, "not every router instance followed"),
        ({"fault_to_last_bad": {"v1.4.0": 30.5}}, "v1.4.0 gave bad answers for 30.5 s"),
        ({"webhooks": [Webhook("v1.3.0", 10_001.0, 202, True)]}, "1 webhooks were not answered within 10 s"),
        ({"webhooks": [Webhook("", 50.0, 401, False)]}, "1 webhooks were answered 401"),
        ({"violations": ["GET /v2/apps: query parameter colour is unknown"]}, "query parameter colour is unknown"),
    ],
)
def test_each_broken_promise_is_named_with_its_numbers(changes, says):
    found = broken(replace(KEPT, **changes))
    assert len(found) == 1
    assert says in found[0]


def test_the_json_has_every_key_that_is_promised():
    written = summary.as_json(KEPT, settings.load(), [])
    assert [(one["tag"], one["outcome"]) for one in written["releases"]] == [
        ("v1.3.0", "live"),
        ("v1.4.0", "rolled back"),
    ]
    assert written["requests"] | {"sent": 4812, "failed": 0} == written["requests"]
    assert written["webhook_ms"] | {"p50": 120.0, "max": 950.0} == written["webhook_ms"]
    assert written["ready_to_switched_s"] == 3.65
    assert written["fault_to_last_bad_s"] == 2.3
    assert written["held"] == {"v1.3.0": "both fail"}
    assert written["rollback_s"] == {"p50": 0.8, "max": 0.8}
    assert {one["name"] for one in written["shortened"]} >= {"watch bake", "checks health grace"}


def test_what_was_not_measured_is_null_and_not_nought():
    written = summary.as_json(replace(KEPT, rollbacks=[], fault_to_last_bad={}), settings.load(), ["it stopped"])
    assert written["rollback_s"] == {"p50": None, "max": None}
    assert written["fault_to_last_bad_s"] is None
    assert written["ok"] is False


def test_the_summary_fits_eighty_columns_and_names_what_was_shortened():
    lines = list(summary.lines(KEPT, settings.load(), 80))
    assert max(map(len, lines)) <= 80
    text = "\n".join(lines)
    assert "4,812 sent, 50 a second, 0 dropped; 61 bad" in text
    assert "cold 950 ms; warm p50 100 ms, worst 120 ms" in text
    assert "in earnest" in text
