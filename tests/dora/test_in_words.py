"""DORA's five as people read them."""

import pytest

from bluegreen.core.dora import DoraMetrics
from bluegreen.page.dora import rows

DAY = 86_400.0


def said(term, many=2, lead_time=60.0):
    found = DoraMetrics(30.0, many, 0, 0, lead_time, None, leads_known=many, recoveries_known=0)
    return dict(rows(found))[term]


@pytest.mark.parametrize(
    ("many", "words"),
    [
        (0, "none: 0 deployments in 30 days"),
        (1, "1 deployment in 30 days"),
        (4, "4 deployments in 30 days"),
        (5, "1.2 a week: 5 deployments in 30 days"),
        (45, "1.5 a day: 45 deployments in 30 days"),
    ],
)
def test_a_frequency_is_said_where_it_tells_more_than_the_number(many, words):
    assert said("Deployment frequency", many) == words


@pytest.mark.parametrize(
    ("seconds", "words"), [(7100, "118 min"), (1.9 * DAY, "46 h"), (2.9 * DAY, "3 days"), (322.1 * DAY, "322 days")]
)
def test_a_long_time_is_said_in_days(seconds, words):
    assert said("Lead time", lead_time=seconds) == f"{words} from commit to production (median)"
