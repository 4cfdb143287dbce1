"""Section `signals`: what the server would refuse in the first bake is refused where it is written."""

import pytest
from pydantic import ValidationError

from bluegreen.core.config.signals import PrometheusSignal

E = 'environment="{environment}"'


def prometheus(**given):
    return PrometheusSignal(kind="prometheus", **{"url": "https://prometheus.example.com/p", **given})


@pytest.mark.parametrize(
    "query",
    [
        f"http_requests_total{{{E}}}",
        f' http_requests_total {{ {E} , status =~ "5..", }} \n',
        "web_{environment}_requests_total",
        'do.apps.requests{resource_urn="do:app:{app}"}',
        f'{{__name__="http_requests_total",{E}}}',
        f'{{"http.requests",{E}}}',
        f'job:requests:total{{{E},path="a, {{b}} \\" or (c)[5m]"}}',
        "x{environment='{environment}',path=`/{id}`}",
    ],
)
@pytest.mark.parametrize("name", ["requests", "failed", "latency"])
def test_a_plain_selector_is_taken(name, query):
    others = {"requests": f"all_requests_total{{{E}}}"} | {name: query}
    assert getattr(prometheus(**others), name) == query


@pytest.mark.parametrize(
    "query",
    [
        f"rate(x{{{E}}}[1m])",
        f"sum by (instance) (x{{{E}}})",
        f"x{{{E}}}[5m]",
        f"x{{{E}}} offset 5m",
        f"x{{{E}}} @ 12",
        f"x{{{E}}} or y{{{E}}}",
        f"x{{{E}}} * 60",
        f"x{{{E}",
        f"x{{{E}}} # of the web",
        "x{environment={environment}}",
    ],
)
@pytest.mark.parametrize("name", ["requests", "failed", "latency"])
def test_anything_else_is_refused_with_what_is_wanted(name, query):
    with pytest.raises(ValidationError, match=r"a plain selector such as .* is wanted: no function"):
        prometheus(**{name: query})


def test_a_gauge_may_be_any_query():
    assert prometheus(cpu=f"100 * avg(rate(x{{{E}}}[1m]))").cpu


@pytest.mark.parametrize("select", ["", " ", 'job="web"', 'job="web", path!~"/health.*",'])
def test_select_is_matchers(select):
    assert prometheus(select=select).counted.startswith("http_requests_total{environment=")


@pytest.mark.parametrize("select", ['{job="web"}', "job=web", 'job="web" status="200"', 'job="web"} or y{a="b"'])
def test_select_that_is_something_else_is_refused(select):
    with pytest.raises(ValidationError, match=r'matchers such as job="web"'):
        prometheus(select=select)


@pytest.mark.parametrize(
    "given",
    [
        {"failed": f"http_requests_total{{{E}}}"},
        {"requests": f"x{{{E}}}", "failed": f"x{{{E}}} "},
    ],
)
def test_failed_that_are_all_requests_are_refused(given):
    with pytest.raises(ValidationError, match="each of them would have failed"):
        prometheus(**given)


@pytest.mark.parametrize("url", ["https://p.example.com/api/v1", "https://p.example.com/api/v1/"])
def test_the_address_is_the_server_s_and_not_that_of_its_queries(url):
    with pytest.raises(ValidationError, match="/api/v1 is added to it"):
        prometheus(url=url)
