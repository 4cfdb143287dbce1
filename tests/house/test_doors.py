"""Every door answers whatever it is called with, and says what it takes."""

import json

import pytest

from bluegreen.door import invoke
from tests.house.doors import FUNCTIONS, entry_point_of

NO_OBJECTS = [["tag"], 7, 1.5, True, "tag:v1.3.0"]


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize("event", NO_OBJECTS, ids=repr)
def test_an_event_that_is_no_object_is_refused_and_no_bug(name, event):
    answer = json.loads(json.dumps(invoke(entry_point_of(name), event)))
    told = answer["body"] if FUNCTIONS[name].web else answer

    assert (told["ok"], told["what"]) == (False, "the event has to be an object: parameters by their names")
    assert answer.get("statusCode", 400) == 400
