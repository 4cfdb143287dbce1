"""Who may send a webhook or an alert: whoever knows the secret."""

from contextlib import nullcontext

import pytest

from bluegreen.core.errors import Unsigned
from bluegreen.core.inbound.signatures import check_alert, check_github
from tests.build import NOW
from tests.chain.alerting import mac, sample

WANTED = ("alertmanager", "grafana", "sentry.metric", "sentry.event", "sentry.issue", "datadog", "plain")
SIGNED = "sha256=" + mac(b"{}", "s")


@pytest.mark.parametrize("which", WANTED)
def test_each_sample_is_proven_by_its_own_headers_and_by_no_other_secret(which):
    headers, body = sample(which)
    check_alert(headers, body, "alert-secret-of-these-samples", NOW)
    with pytest.raises(Unsigned):
        check_alert(headers, body, "another-secret", NOW)


@pytest.mark.parametrize("which", ["grafana", "sentry.metric", "plain"])
def test_a_signed_body_that_was_changed_is_refused_even_where_the_secret_is_shown_too(which):
    headers, body = sample(which)
    with pytest.raises(Unsigned, match="does not fit the body"):
        check_alert(
            {**headers, "x-bluegreen-alert-secret": "alert-secret-of-these-samples"},
            body + b" ",
            "alert-secret-of-these-samples",
            NOW,
        )


def test_grafana_signs_the_time_too_where_it_is_told_to():
    headers = {"x-grafana-alerting-signature": mac(b"1795435200:{}", "s"), "x-grafana-alerting-timestamp": "1795435200"}
    check_alert(headers, b"{}", "s", NOW)
    with pytest.raises(Unsigned, match="does not fit the body"):
        check_alert({**headers, "x-grafana-alerting-timestamp": "1795435201"}, b"{}", "s", NOW)


@pytest.mark.parametrize(("seconds", "heard"), [(-299, True), (299, True), (-301, False), (301, False)])
def test_a_signed_time_is_held_to_five_minutes(seconds, heard):
    time = str(int(NOW.timestamp()) + seconds)
    headers = {"x-grafana-alerting-timestamp": time, "x-grafana-alerting-signature": mac(f"{time}:{{}}".encode(), "s")}
    with nullcontext() if heard else pytest.raises(Unsigned, match="more than 5 minutes from now"):
        check_alert(headers, b"{}", "s", NOW)


@pytest.mark.parametrize("time", ["", "now", "2026-11-23T12:00:00Z", "9" * 30, "-1e9", "٣"])
def test_a_signed_time_that_cannot_be_read_is_no_proof(time):
    headers = {"x-grafana-alerting-timestamp": time, "x-grafana-alerting-signature": mac(f"{time}:{{}}".encode(), "s")}
    with pytest.raises(Unsigned, match=r"malformed|more than 5 minutes"):
        check_alert(headers, b"{}", "s", NOW)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"authorization": ""},
        {"authorization": "Bearer"},
        {"authorization": "Bearer secret2"},
        {"authorization": "Basic c2VjcmV0"},
        {"authorization": "secret"},
        {"x-bluegreen-alert-secret": "é"},
        {"x-bluegreen-signature-256": "sha256=" + "é" * 64},
        {"sentry-hook-signature": ""},
    ],
)
def test_without_the_right_proof_nobody_is_heard(headers):
    with pytest.raises(Unsigned):
        check_alert(headers, b"{}", "secret", NOW)


def test_github_s_signature_over_the_body_is_taken():
    check_github({"x-hub-signature-256": SIGNED}, b"{}", "s")


@pytest.mark.parametrize(
    ("headers", "body", "says"),
    [
        ({}, b"{}", "is missing"),
        ({"x-hub-signature-256": ""}, b"{}", "is missing"),
        ({"x-hub-signature-256": SIGNED.removeprefix("sha256=")}, b"{}", "is malformed"),
        ({"x-hub-signature-256": SIGNED[:-1]}, b"{}", "is malformed"),
        ({"x-hub-signature-256": SIGNED}, b"{} ", "does not fit the body"),
        ({"x-bluegreen-signature-256": SIGNED}, b"{}", "is missing"),
    ],
)
def test_any_other_delivery_is_refused_with_the_reason(headers, body, says):
    with pytest.raises(Unsigned, match=says):
        check_github(headers, body, "s")


@pytest.mark.parametrize(
    ("signature", "says"),
    [
        (f"v1={mac(b'{}', 's')}", ""),
        (f"v1={'0' * 64},v1={mac(b'{}', 's')}", ""),
        (f"v1={'0' * 64}", "does not fit"),
        (mac(b"{}", "s"), "malformed"),
        ("v1=ü", "does not fit"),
        ("", "malformed"),
    ],
)
def test_of_pagerdutys_signatures_one_has_to_fit(signature, says):
    with pytest.raises(Unsigned, match=says) if says else nullcontext():
        check_alert({"x-pagerduty-signature": signature}, b"{}", "s", NOW)


OLD, NEW = "3f1d0c77a5b24e8690aa12bc", "9c2e5a1177b04d3368cc41fe"


@pytest.mark.parametrize("signed_with", [OLD, NEW])
def test_while_a_secret_is_being_changed_both_are_valid(signed_with):
    """`new,old`: GitHub and monitoring systems sign with one and, a moment later, with the other."""
    both = f"{NEW},{OLD}"
    check_github({"x-hub-signature-256": "sha256=" + mac(b"{}", signed_with)}, b"{}", both)
    check_alert({"x-bluegreen-signature-256": "sha256=" + mac(b"{}", signed_with)}, b"{}", both, NOW)
    check_alert({"x-bluegreen-alert-secret": signed_with}, b"{}", both, NOW)
    check_alert({"x-pagerduty-signature": "v1=" + mac(b"{}", signed_with)}, b"{}", both, NOW)
    for secret in (NEW if signed_with == OLD else OLD, "another-secret-that-is-long"):
        with pytest.raises(Unsigned):
            check_github({"x-hub-signature-256": "sha256=" + mac(b"{}", signed_with)}, b"{}", secret)


def test_a_comma_in_a_secret_makes_no_short_one_valid():
    with pytest.raises(Unsigned):
        check_alert({"x-bluegreen-alert-secret": "abc"}, b"{}", f"abc,{OLD}", NOW)
    check_alert({"x-bluegreen-alert-secret": f"abc,{OLD}"}, b"{}", f"abc,{OLD}", NOW)
