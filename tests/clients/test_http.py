"""Statuses become errors by meaning; what may be repeated is, what may not is asked once."""

import httpx
import pytest

from bluegreen.clients.http import Api
from bluegreen.core.errors import Misconfigured, NotFound, RateLimited, Refused, Unavailable


class Service:
    """A little HTTP service: answers in the order given, the last one for ever."""

    def __init__(self, *answers):
        self.answers, self.asked, self.slept = list(answers), 0, []
        client = httpx.Client(transport=httpx.MockTransport(self._answer))
        self.api = Api("DigitalOcean", "https://api.test/", client, {"Authorization": "Bearer hush"}, self.slept.append)

    def _answer(self, request):
        self.asked += 1
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        status, body, *headers = answer
        return httpx.Response(status, json=body, headers=headers[0] if headers else None)


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (400, Refused),
        (401, Misconfigured),
        (403, Misconfigured),
        (404, NotFound),
        (409, Refused),
        (422, Refused),
        (429, RateLimited),
        (500, Unavailable),
        (503, Unavailable),
        (504, Unavailable),
    ],
)
def test_a_status_is_an_error_by_meaning_with_the_others_words(status, error):
    service = Service((status, {"id": "x", "message": "said by the other side"}))
    with pytest.raises(error, match="said by the other side") as caught:
        service.api.once("POST", "/v2/x")
    assert "hush" not in str(caught.value)


def test_githubs_403_for_too_many_requests_means_later():
    service = Service((403, {"message": "You have exceeded a secondary rate limit."}, {"retry-after": "7"}))
    with pytest.raises(RateLimited) as caught:
        service.api.once("GET", "/x")
    assert caught.value.delay == 7


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (403, "Load Balancer can't be updated while it processes previous actions"),
        (422, "Droplet already has a pending event."),
    ],
)
def test_a_refusal_that_is_over_by_itself_means_later_and_blames_no_token(status, said):
    service = Service((status, {"id": "forbidden", "message": said}, {}))
    with pytest.raises(Unavailable, match=r"pending|previous") as caught:
        service.api.once("PUT", "/x")
    assert "permission" not in str(caught.value)


@pytest.mark.parametrize(("headers", "delay"), [({"retry-after": "2"}, 2), ({}, 60), ({"retry-after": "soon"}, 60)])
def test_a_rate_limit_says_how_long_to_wait(headers, delay):
    service = Service((429, {}, headers))
    with pytest.raises(RateLimited) as caught:
        service.api.once("GET", "/x")
    assert caught.value.delay == delay


def test_reading_is_tried_again():
    service = Service((500, {}), httpx.ConnectTimeout("x"), (200, {"a": 1}))
    assert service.api.get("/x") == {"a": 1}
    assert service.asked == 3


def test_reading_gives_up_after_three_tries():
    service = Service((503, {}))
    with pytest.raises(Unavailable):
        service.api.get("/x")
    assert service.asked == 3


def test_a_long_wait_is_left_to_the_watch():
    service = Service((429, {}))
    with pytest.raises(RateLimited):
        service.api.get("/x")
    assert service.asked == 1


def test_writing_is_asked_once():
    service = Service((500, {}))
    with pytest.raises(Unavailable):
        service.api.once("POST", "/x", {})
    assert service.asked == 1


def test_an_answer_that_is_not_json_means_later():
    client = httpx.Client(transport=httpx.MockTransport(lambda request: httpx.Response(200, text="<html>")))
    with pytest.raises(Unavailable, match="not JSON"):
        Api("GitHub", "https://api.test", client, {}, lambda seconds: None).once("GET", "/x")


@pytest.mark.parametrize(
    ("method", "status", "onward", "asked"),
    [
        ("GET", 301, "https://api.test/repositories/7", 2),
        ("GET", 301, "/repositories/7", 2),
        ("POST", 307, "https://api.test/repositories/7", 2),
        ("POST", 301, "https://api.test/repositories/7", 1),
        ("GET", 301, "https://elsewhere.test/repositories/7", 1),
        ("GET", 301, "http://api.test/repositories/7", 1),
        ("GET", 301, "https://api.test:8443/repositories/7", 1),
        ("GET", 301, "https://api.test:login/", 1),
        ("GET", 301, "data:,x", 1),
        ("GET", 301, "", 1),
    ],
)
def test_what_has_moved_is_followed_on_the_same_host_only(method, status, onward, asked):
    service = Service((status, {}, {"location": onward}), (200, {"id": 7}))
    api = service.api.following()
    if asked == 2:
        assert api.once(method, "/repos/a/b") == {"id": 7}
        assert api.moved
    else:
        with pytest.raises((Refused, Unavailable)):
            api.once(method, "/repos/a/b")
    assert service.asked == asked


def test_an_address_that_moves_for_ever_is_given_up():
    service = Service((301, {}, {"location": "/a"}), (301, {}, {"location": "/b"}))
    with pytest.raises(Refused):
        service.api.following().once("GET", "/c")
    assert service.asked <= 3


def test_others_than_those_that_follow_do_not():
    service = Service((301, {}, {"location": "/a"}), (200, {}))
    with pytest.raises(Refused):
        service.api.once("GET", "/c")
    assert service.asked == 1
