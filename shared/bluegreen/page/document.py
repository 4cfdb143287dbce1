"""The whole answer: one document without anything from elsewhere, and the policy that it is served with.

All web functions of a region share one origin, so the origin protects nothing: another tenant's page could read this
one's storage, its cookies and, opened from there, its very elements. So the policy puts the document into an origin of
its own (`sandbox` without `allow-same-origin`), lets only the one script run whose hash it names, and lets that script
talk only to this function. There cookies and storage do not exist; the token stays in the script's memory.
"""

import hashlib
from base64 import b64encode
from pkgutil import get_data

from bluegreen.core.inbound.bearers import Right
from bluegreen.page import panels
from bluegreen.page.buttons import actions
from bluegreen.page.fleet import listed
from bluegreen.page.markup import Html, element, joined
from bluegreen.page.told import sentence
from bluegreen.page.view import FleetView, ServiceView

MOST = 60_000  # bytes of an answer
_STYLE, _SCRIPT = (Html((get_data(__package__, name) or b"").decode()) for name in ("style.css", "script.js"))


def policy(own_url: str) -> str:
    """`connect-src` is this function's address alone; a form without JavaScript may post there too."""
    return "; ".join(
        (
            "sandbox allow-scripts allow-forms",
            "default-src 'none'",
            f"script-src 'sha256-{_hash(_SCRIPT)}'",
            f"style-src 'sha256-{_hash(_STYLE)}'",
            f"connect-src {own_url}",
            f"form-action {own_url}",
            "frame-ancestors 'none'",
            "base-uri 'none'",
        )
    )


def service_page(view: ServiceView, rights: frozenset[Right], is_one_of_many: bool = False) -> str:
    back = element("nav", element("a", "All services", href="?"), aria_label="services")
    main = (
        element("h1", element("bdi", view.service), class_="unseen"),
        back if is_one_of_many else None,
        panels.banner(view),
        element(
            "div",
            panels.environments(view),
            element("div", actions(view, rights), panels.standing(view), panels.dora(view), class_="side"),
            panels.release(view.release, view),
            panels.judge(view.judge),
            class_="columns",
        ),
        panels.history(view),
        panels.deeds(view),
    )
    return _document(element("main", *main, id="view", **_state(view.in_flight, view.etag, view.now.isoformat())))


def fleet_page(view: FleetView) -> str:
    """However many services there are, the answer keeps to its size: those about which least is to be said go first."""
    state = _state(any(row.in_flight for row in view.rows), "", view.now.isoformat())
    most = len(view.rows)
    while len((page := _document(element("main", listed(view, most), id="view", **state))).encode()) > MOST:
        most -= max(most // 20, 1)
    return page


def login_page(says: str = "") -> str:
    """Nothing of any service. Without JavaScript the token travels in the body of a form, never in an address."""
    refused = element("p", says, class_="refused", role="alert") if says else None
    field = {"type": "password", "autocomplete": "off", "spellcheck": "false", "required": True}
    with_script = element(
        "form",
        element("label", "Token", for_="token"),
        element("input", id="token", **field),
        element("button", "Look", type="submit"),
        id="login",
        hidden=True,
    )
    without = element(
        "form",
        element("label", "Token", for_="plain-token"),
        element("input", id="plain-token", name="token", **field),
        element("label", "Service, where there are several", for_="plain-service"),
        element("input", id="plain-service", name="service", autocomplete="off"),
        element("button", "Look", type="submit"),
        method="post",
    )
    hint = element(
        "p",
        "It is kept in this page's memory until the page is closed, and nowhere else. ",
        element("code", "bluegreen token NAME"),
        " makes one.",
        class_="hint",
    )
    card = element(
        "div",
        element("h1", "Bluegreen"),
        refused,
        with_script,
        element("noscript", without),
        hint,
        class_="panel login",
    )
    return _document(element("main", card, id="view", data_login=True))


def trouble_page(says: str) -> str:
    """What was shown before is gone: numbers of then would be taken for numbers of now."""
    words = (
        "Nothing is shown, because what was shown before may be out of date. Production stays where it is meanwhile. "
        "It is tried again by itself."
    )
    card = element("div", element("h1", "No answer"), element("p", sentence(says)), element("p", words), role="alert")
    return _document(element("main", element("div", card, class_="panel lost"), id="view", data_lost=True))


def _state(in_flight: bool, etag: str, now: str) -> dict[str, object]:
    return {"data_flight": in_flight, "data_etag": etag or None, "data_now": now}


def _document(main: Html) -> str:
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="color-scheme", content="light dark"),
        element("meta", name="robots", content="noindex"),
        element("title", "Bluegreen"),
        element("style", _STYLE),
    )
    state = element("span", id="state", class_="state")
    forget = element("button", "Forget the token", id="forget", type="button", hidden=True)
    logo = element("span", element("span", class_="b"), element("span", class_="g"), class_="logo", aria_hidden="true")
    header = element("header", logo, element("strong", "Bluegreen"), state, forget)
    said = element("div", id="said", role="status")
    body = element("body", header, said, main, element("script", _SCRIPT))
    return joined(Html("<!doctype html>"), element("html", head, body, lang="en"))


def _hash(text: str) -> str:
    return b64encode(hashlib.sha256(text.encode()).digest()).decode()
