"""What was said is computed again exactly; and where it was not said so, that is told."""

import json

import pytest

from bluegreen.clients.store import release_versions
from bluegreen.clients.store.journal import decode
from bluegreen.core.finding import Verdict
from bluegreen.core.phases import Phase
from bluegreen.core.release_file import chain
from bluegreen.core.release_file.encoding import digest
from bluegreen.core.release_file.replay import replayed
from bluegreen.core.release_file.steps import Basis
from tests.build import BLUE
from tests.chain.laptop import Laptop
from tests.chain.test_status_now import broken
from tests.chain.test_way_back import deploy_by_hand, schedules
from tests.release_file.kept import bad, good, hour, kept, laptop, versions

ILL = {"share": 0.2, "when": "production"}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("of", "last"),
    [(good, Verdict.GOOD), (bad, Verdict.BAD), (hour, Verdict.GOOD)],
    ids=["live", "rolled back", "an hour"],
)
def test_every_verdict_is_computed_again_to_the_same(of, last):
    made = replayed(versions(of()), "web-1")
    assert made.whole, [look for look in made.looks if look.differs]
    assert len(made.looks) >= 3
    assert made.looks[-1].verdict is last
    assert made.looks[-1].says == of().reason(of().record().past[0].tag)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("tag", "fault", "watch"),
    [
        ("v1.3.0", {"db": "down"}, {}),
        ("v1.3.0", {"share": 1.0, "when": "production"}, {}),
        ("v1.3.0", {"share": 0.02, "when": "production"}, {}),
        ("v1.3.0", None, {"checks": 40, "bake": "30s", "extend": "30s"}),
    ],
)
def test_whatever_comes_of_a_release_its_verdicts_are_the_same_again(tag, fault, watch):
    made = replayed(versions(laptop(tag, watch, fault)), "web-1")
    assert made.whole, [look for look in made.looks if look.differs]


@pytest.mark.slow
def test_a_bake_that_held_as_somebody_had_deployed_to_the_way_back_is_the_same_again():
    found = Laptop(watch={"checks": 10, "over": "3m", "bake": "20m", "every": "5s"})
    for tag in ("v1.3.0", "v1.4.0"):
        found.push(tag)
        found.rest()
        found.clock.sleep(600)
    found.push("v1.5.0")
    found.until(Phase.WATCHING)
    deploy_by_hand(found, BLUE)
    schedules(found, 3)
    broken(found, share=0.3, when="production")
    schedules(found, 2)
    assert "not taken back: blue was deployed again" in found.record().in_flight.reason

    made = replayed(release_versions.of_release(found.state, "web", "web-3", whole=True), "web-3")
    assert [look.verdict for look in made.looks if look.verdict is Verdict.BAD]
    assert made.whole, [look for look in made.looks if look.differs]


def forged(change, at=-1, of=good):
    """The versions of a release, one of its looks changed by who then makes all hashes anew."""
    bodies, looks = kept(of()), []
    for number, body in enumerate(bodies):
        look = json.loads(body)["record"].get("judged")
        if look is not None and look not in [known for _, known in looks]:
            looks.append((number, look))
    place, wanted = looks[at]
    made: list[bytes] = []
    for number, body in enumerate(bodies):
        found = json.loads(body)
        if number >= place and found["record"].get("judged") == wanted:
            found["record"]["judged"] = change(json.loads(json.dumps(wanted)))
        found["previous"] = digest(made[-1]) if made else found["previous"]
        made.append(json.dumps(found, separators=(",", ":")).encode())
    assert not chain.faults(made)
    return replayed([decode(body) for body in made], "web-1")


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda look: look | {"verdict": "bad"}, "the verdict is good, not bad"),
        (lambda look: look | {"says": "all was well"}, "not 'all was well'"),
        (lambda look: look | {"check": "answered 500"}, "the verdict is wait, not good"),
        (lambda look: look | {"intervals": [[100, 900, 900, *[0] * 11]]}, "the verdict is wait, not good"),
    ],
    ids=["verdict", "reason", "check", "counts"],
)
def test_who_changes_a_look_and_makes_the_hashes_anew_is_told_where_it_does_not_follow(change, says):
    made = forged(change)
    assert not made.whole
    (odd,) = [look for look in made.looks if look.differs]
    assert says in odd.differs[0]


def test_what_another_rule_has_judged_may_come_out_otherwise():
    """As when the judge has changed since: nothing speaks against the record."""
    made = forged(lambda look: look | {"rule": 0, "says": "all was well, by the rule of that day"})

    assert made.whole
    assert not made.same
    assert "1 of 10 were judged by the rule of another Bluegreen" in made.other_rule
    assert "not 'all was well, by the rule of that day'" in made.other_rule


def test_what_another_rule_has_judged_and_this_one_judges_alike_is_the_same():
    def unnumbered(look):
        return {name: value for name, value in look.items() if name != "rule"}

    assert forged(unnumbered).same


def test_counts_that_were_made_smaller_do_not_lead_to_the_evidence_that_stands_beside_them():
    def smaller(look):
        return look | {"intervals": [[row[0], row[1], 1, *row[3:]] for row in look["intervals"]]}

    made = forged(smaller, at=3, of=bad)
    assert any("`counted` of the evidence is another" in says for look in made.looks for says in look.differs)


def test_a_phase_that_no_move_leads_to_is_told():
    found = versions(good())
    odd = found[-1].record.past[0].model_copy(update={"outcome": bad().record().past[0].outcome})
    changed = found[-1].model_copy(update={"record": found[-1].record.model_copy(update={"past": (odd,)})})
    made = replayed([*found[:-1], changed], "web-1")
    assert made.moves == (f"version {changed.seq}: no move leads from watching to rolled back",)


def steps_of(found, release="web-1"):
    return {(each.phase, each.to): each for each in replayed(versions(found, release), release).steps}


def test_the_checks_before_the_switch_are_computed_again_and_the_rest_says_why_not():
    steps = steps_of(good())
    assert not any(each.differs for each in steps.values())
    assert steps[Phase.CHECKING, Phase.SMOKING].basis is Basis.ROUNDS
    assert steps[Phase.SMOKING, Phase.READY].basis is Basis.ROUNDS
    assert steps[Phase.WATCHING, Phase.LIVE].basis is Basis.LOOKS
    left = {move: each.why for move, each in steps.items() if each.basis is Basis.CHAIN}
    assert {start for start, _ in left} == {Phase.REQUESTED, Phase.DEPLOYING, Phase.READY, Phase.SWITCHING}
    assert all(left.values())


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"in_a_row": 0}, "the checks lead to checking, not to smoking"),
        ({"failed": 99, "in_a_row": 0, "faults": "/ answered 500"}, "the checks lead to failed, not to smoking"),
        ({"successes": 99}, "the checks lead to checking, not to smoking"),
        ({"requests": 7}, "the reason is '7 health checks passed"),
    ],
)
def test_rounds_that_do_not_lead_where_the_release_went_are_told(change, says):
    found = versions(good())
    at = next(n for n, each in enumerate(found) if each.record.checked is not None)
    record = found[at].record
    odd = record.model_copy(update={"checked": record.checked.model_copy(update=change)})
    made = replayed([*found[:at], found[at].model_copy(update={"record": odd}), *found[at + 1 :]], "web-1")
    assert not made.whole
    assert any(says in each for step in made.steps for each in step.differs), made.steps


def test_checks_that_fail_are_computed_again_too():
    found = laptop("v1.3.0", fault={"share": 1.0})
    step = steps_of(found)[Phase.CHECKING, Phase.FAILED]
    assert (step.basis, step.differs) == (Basis.ROUNDS, ())
