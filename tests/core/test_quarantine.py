"""What was rolled back does not come back by itself: neither its tag, nor its image under another one."""

from bluegreen.core import admission, progress, quarantine
from bluegreen.core.finding import Finding, Verdict
from bluegreen.core.phases import Phase
from bluegreen.core.record import QUARANTINED_KEPT
from bluegreen.core.release import Purpose
from bluegreen.steps import requested
from tests.build import BLUE, COMMIT, GREEN, NOW, first, in_phase, release_request, service

SERVICE = service()
DIGEST = "sha256:" + "d" * 64
WHY = "41 of 203 failed"


def quarantined(tag="v1.4.0", image=DIGEST):
    return quarantine.put(first(), tag, image, WHY)


def lifting(record, tag="v1.4.0", **given):
    return admission.admit(
        record, SERVICE, release_request(tag, delivery="")._replace(purpose=Purpose(lift=True), **given), NOW
    )


def gates(record, digest="", commit=COMMIT):
    seen = requested.RequestObservation(GREEN, commit, digest, "", "", "")
    return requested.judge(record, seen, SERVICE, NOW)


def test_a_release_that_was_rolled_back_is_quarantined_with_its_image_and_the_finding():
    record = in_phase(Phase.ROLLING_BACK, digest=DIGEST, target=GREEN, previous=BLUE, reason=WHY)
    record = progress.advance(record, Finding(verdict=Verdict.GOOD, says="followed"), SERVICE, "rollback", NOW)
    assert [*record.quarantine] == ["v1.3.0"]
    assert record.quarantined_images == {DIGEST: "v1.3.0"}


def test_another_tag_of_a_quarantined_image_is_refused_with_the_finding():
    record = admission.admit(quarantined(), SERVICE, release_request("v1.4.1", delivery=""), NOW).record
    ruling = gates(record, DIGEST)
    assert ruling.finding.verdict is Verdict.BAD
    assert ruling.finding.says == f"the image of v1.4.1 is that of v1.4.0, which is quarantined: {WHY}"


def test_where_there_is_no_image_the_commit_stands_for_it():
    record = admission.admit(quarantined(image=COMMIT), SERVICE, release_request("v1.4.1", delivery=""), NOW).record
    assert "the commit of v1.4.1 is that of v1.4.0" in gates(record).finding.says


def test_another_image_of_a_newer_tag_is_welcome():
    record = admission.admit(quarantined(), SERVICE, release_request("v1.4.1"), NOW).record
    assert gates(record, "sha256:" + "e" * 64).finding.verdict is Verdict.GOOD


def test_a_person_has_a_quarantined_tag_released_and_people_are_told():
    outcome = lifting(quarantined())
    record = outcome.record
    assert f"its quarantine is lifted once it serves (it was: {WHY})" in outcome.says
    assert [*record.quarantine] == ["v1.4.0"]  # it may be passed over, or fail before
    assert record.release.tag == "v1.4.0"
    assert "although it is quarantined" in record.release.history[0].says
    headline = "v1.4.0, which is quarantined, is released all the same by"
    assert any(headline in notice.headline for notice in record.outbox)
    assert gates(record, DIGEST).finding.verdict is Verdict.GOOD


def test_lifting_another_tag_of_the_same_image_lets_that_tag_pass_alone():
    record = lifting(quarantined(), "v1.4.1").record
    ruling = gates(record, DIGEST)
    assert ruling.finding.verdict is Verdict.GOOD
    assert [*ruling.record.quarantine] == ["v1.4.0"]


def test_a_webhook_never_lifts():
    outcome = lifting(quarantined(), delivery="d1")
    assert "is quarantined" in outcome.says
    assert outcome.record.quarantine == {"v1.4.0": WHY}


def test_lifting_what_is_not_quarantined_does_no_harm():
    assert lifting(first()).record.release.tag == "v1.4.0"


def test_a_quarantine_is_not_lifted_by_an_order_that_is_refused():
    record = quarantined("v1.2.0")
    outcome = lifting(record, "v1.2.0")
    assert "active already; its quarantine stays" in outcome.says
    assert outcome.record == record


def test_the_quarantine_is_bounded_and_forgets_an_image_with_its_tag():
    record = first()
    for number in range(QUARANTINED_KEPT + 5):
        record = quarantine.put(record, f"v2.{number}.0", f"sha256:{number}", WHY)
    assert len(record.quarantine) == len(record.quarantined_images) == QUARANTINED_KEPT
    assert "v2.0.0" not in record.quarantine
    assert "sha256:0" not in record.quarantined_images


def test_a_rejected_image_is_told_how_to_lift_it():
    record = admission.admit(quarantined(), SERVICE, release_request("v1.4.1", delivery=""), NOW).record
    ruling = gates(record, DIGEST)
    record = progress.advance(ruling.record, ruling.finding, SERVICE, "deploy", NOW)
    assert "deploy -p service:web -p tag:v1.4.1 -p lift:true" in record.outbox[0].next_step
