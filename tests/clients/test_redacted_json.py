"""An answer's texts are looked at in one piece: what comes out is what a look at each would give."""

import json
from base64 import b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bluegreen.clients.redaction import Redaction
from bluegreen.clients.shapes import redacted

SECRETS = {
    "TOKEN": "dop_v1_f00f00f00",
    "PASSWORD": "pa/ss=wörd 12",
    "HOOK": "https://hooks.example/T0/B0/abcdefghijklmnop",
}
REDACTION = Redaction(SECRETS)
HALVES = [half for secret in [*SECRETS.values()][:2] for half in (secret[:7], secret[7:])]
CODES = [
    str,
    lambda text: b64encode(text.encode()).decode(),
    lambda text: text.encode().hex(),
    lambda text: json.dumps(text)[1:-1],
    lambda text: text[:5] + "\n" + text[5:],
]
SOME = st.sampled_from(["", "web", "\ud800", "\x1e", "a\nb", "YWJjZGVmZ2hpams=", "6162636465666768", *HALVES])
TEXTS = st.one_of(
    SOME,
    SOME,
    st.builds(
        lambda text, code, around: around + code(text),
        st.sampled_from([*SECRETS.values()]),
        st.sampled_from(CODES),
        SOME,
    ),
)
ANSWERS = st.recursive(
    st.one_of(TEXTS, st.integers(), st.none()),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS | st.just("spec"), inner, max_size=4),
    max_leaves=12,
)


def each(value, verbatim):
    match value:
        case str():
            return REDACTION.text(value)
        case list():
            return [each(item, verbatim) for item in value]
        case dict():
            return {
                REDACTION.text(key): item if key in verbatim else each(item, verbatim) for key, item in value.items()
            }
    return value


@given(ANSWERS, st.sampled_from([frozenset(), frozenset({"spec"})]))
def test_it_is_what_a_look_at_each_text_gives(answer, verbatim):
    assert redacted(answer, REDACTION.text, verbatim) == each(answer, verbatim)


DIGITS = "4815162342108642"


@pytest.mark.parametrize("told", ["{}", "-{}", "{}.0", "90{}17"])
def test_a_secret_of_digits_is_found_in_a_number(told):
    redaction = Redaction({"PIN": DIGITS})
    answer = json.loads(f'{{"a": [{told.format(DIGITS)}, 7]}}')
    assert DIGITS not in json.dumps(redaction.json(answer))
    assert "[PIN]" in json.dumps(redaction.json(answer))


@pytest.mark.parametrize("number", [0, 7, True, 4815, 481516234210864, 2**63, -(10**15), 1e300, float("inf")])
def test_a_number_that_is_no_secret_stays_one(number):
    told = Redaction({"PIN": DIGITS, "SHORT": "481516"}).json({"a": number, "b": "a text"})["a"]
    assert told == number
    assert type(told) is type(number)


def test_two_halves_in_two_texts_are_no_secret():
    answer = {"a": [*HALVES], HALVES[0]: HALVES[1]}

    assert redacted(answer, REDACTION.text) == answer
