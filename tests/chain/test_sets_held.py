"""A member of a set that is paused while the others go on."""

from tests.chain.pair import WEB, Pair


def test_an_abort_of_the_set_says_what_becomes_of_the_member_whose_release_waits():
    pair = Pair()
    pair.minute()
    pair.invoke("deploy", {"service": WEB, "pause": "true"})
    pair.push("v1.3.0")
    for _ in range(4):
        pair.minute()
    answer = pair.invoke("abort", {"set": "shop"})
    assert answer["ok"]
    assert (
        "api: v1.3.0 was aborted; web: v1.3.0 waits there, and ends with the set once its turn comes" in answer["what"]
    )

    pair.invoke("deploy", {"service": WEB, "resume": "true"})
    records = pair.rest_both()
    assert [record.past[0].outcome.value for record in records.values()] == ["aborted", "aborted"]
    assert pair.moves() == []
