import itertools

import pytest

from bluegreen_emulator.app.fault import ALLOWED, Fault, Spread, parse


@pytest.mark.parametrize("share", [0.01, 0.05, 0.2, 0.5])
def test_any_run_of_requests_holds_its_share_of_failures(share):
    spread = Spread()
    failed = [spread.fails(share) for _ in range(2000)]
    assert abs(sum(failed) / 2000 - share) < 0.005
    for start in range(0, 1900, 100):
        assert abs(sum(failed[start : start + 100]) - 100 * share) <= 3


def test_failures_do_not_come_in_a_beat():
    spread = Spread()
    places = [n for n in range(500) if spread.fails(0.2)]
    assert len({later - earlier for earlier, later in itertools.pairwise(places)}) > 1


@pytest.mark.parametrize(
    "given",
    [
        {"share": 1.5},
        {"share": True},
        {"share": "0.2"},
        {"slow_ms": -1},
        {"slow_ms": 1.5},
        {"db": "broken"},
        {"redis": []},
        {"crash": 1},
        {"when": "sometimes"},
        {"unknown": 1},
        [],
        None,
    ],
)
def test_a_bad_fault_is_refused_with_all_that_is_allowed(given):
    with pytest.raises(ValueError, match="share") as refused:
        parse(given)
    assert all(name in str(refused.value) for name in ALLOWED)


def test_production_is_what_came_through_the_router_and_is_no_probe():
    fault = Fault(when="production")
    assert fault.applies({"x-forwarded-host": "app.example"})
    assert not fault.applies({})
    assert not fault.applies({"x-forwarded-host": ""})
    assert not fault.applies({"x-forwarded-host": "app.example", "x-bluegreen-probe": "1"})
    assert Fault().applies({})
