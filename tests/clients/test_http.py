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
