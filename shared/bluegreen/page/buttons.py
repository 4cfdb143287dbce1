"""Actions as HTML: what each would do is shown before the button that does it."""

from bluegreen.core.inbound.bearers import Right
from bluegreen.page.markup import Html, element, joined
from bluegreen.page.panels import panel
from bluegreen.page.told import cleaned, sentence
from bluegreen.page.view import ActionView, ServiceView

_LINK = "https://github.com/"
_REASON = 200  # characters


def actions(view: ServiceView, rights: frozenset[Right]) -> Html:
    """Those that are possible first; the others say why they are not."""
    offered = sorted(view.actions, key=lambda action: not action.possible)
    without = element("noscript", element("p", "Buttons need JavaScript. Each says which command does the same."))
    return panel("actions", "Actions", without, *(_action(each, view, rights) for each in offered))


def _action(action: ActionView, view: ServiceView, rights: frozenset[Right]) -> Html:
    label = cleaned(action.label, 80)
    if not action.possible:
        why = element("p", sentence(action.why_not), class_="why")
        return element("div", element("strong", element("bdi", label)), why, class_="action off")
    mark = f"{action.key}-{action.subject}" if action.subject else action.key
    shown = element("dl", *(part for term, words in action.effect for part in _row(term, words)))
    summary = element("summary", element("bdi", label), " …")
    allowed = action.right in rights
    below = _form(action, view, mark) if allowed else _not_allowed(action.right)
    command = element("p", "The same by hand: ", element("code", cleaned(action.command, 200)), class_="command")
    return element("details", summary, shown, below, command, class_=f"action {action.key}", id=f"do-{mark[:80]}")


def _row(term: str, words: str) -> tuple[Html, Html]:
    before, link, rest = words.partition(_LINK)
    if not link:
        return element("dt", term), element("dd", sentence(words))
    anchor = element("a", "compare on GitHub", href=f"{link}{rest}", rel="noreferrer noopener")
    return element("dt", term), element("dd", joined(element("code", before.rstrip(", ")), " ", anchor))


def _form(action: ActionView, view: ServiceView, mark: str) -> Html:
    """The button says once more what it does. Its stamp names the effect that was shown."""
    reason = f"reason-{mark[:80]}"
    return element(
        "form",
        element("label", "Reason, for the journal", for_=reason),
        element("input", id=reason, name="reason", maxlength=_REASON, autocomplete="off"),
        element("button", f"{cleaned(action.label, 80)} now", type="submit"),
        data_action=action.key,
        data_subject=action.subject,
        data_stamp=action.stamp,
        data_service=view.service,
    )


def _not_allowed(right: Right) -> Html:
    return element("p", f"Your token may look, and not do this: it wants the right “{right.value}”.", class_="why")
