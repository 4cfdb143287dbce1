"""Durations are read strictly, and shown as people say them."""

import pytest

from bluegreen.core.config.units import percent, seconds, spoken


@pytest.mark.parametrize(
    ("written", "value"), [("500ms", 0.5), ("30s", 30), ("5m", 300), ("1h", 3600), ("2d", 172800), (7, 7), ("0s", 0)]
)
def test_a_duration_is_read(written, value):
    assert seconds(written) == value


@pytest.mark.parametrize("written", ["soon", "5 minutes", "-1s", -1, True, None, "1h30m", "\uff15m", "1_0s"])
def test_what_is_no_duration_is_refused(written):
    with pytest.raises(ValueError, match="duration"):
        seconds(written)


@pytest.mark.parametrize(
    ("value", "said"),
    [(0.4, "0.4 s"), (12, "12 s"), (300, "5 min"), (7200, "2 h"), (172_800, "2 days"), (28_393_200, "329 days")],
)
def test_a_duration_is_spoken(value, said):
    assert spoken(value) == said


@pytest.mark.parametrize(
    ("written", "value"), [("5%", 5), ("0.5 %", 0.5), (0, 0), (2.5, 2.5), ("100%", 100), ("0%", 0)]
)
def test_a_share_is_read(written, value):
    assert percent(written) == value


@pytest.mark.parametrize("written", ["5", "\uff15%", "5 percent", "%", "-1%", "101%", 101, -1, True, None, ""])
def test_what_is_no_share_is_refused(written):
    with pytest.raises(ValueError, match="share"):
        percent(written)
