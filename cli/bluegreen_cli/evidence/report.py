"""A release as one HTML file for an incident review: nothing of it lies elsewhere, and no script is in it."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from pkgutil import get_data
from urllib.parse import quote

from bluegreen.core.config.units import spoken
from bluegreen.core.record import Version
from bluegreen.core.release import Release
from bluegreen.core.release_file.replay import Replay
from bluegreen.page.chain import BOOKKEEPING, mood
from bluegreen.page.markup import Html, element, joined
from bluegreen.page.panels import chip, panel, table
from bluegreen.page.told import foreign, sentence
from bluegreen.page.view import Mood
from bluegreen_cli.evidence.kept import KeptRelease
from bluegreen_cli.evidence.seen import judge_panel

_STYLE = Html((get_data("bluegreen.page", "style.css") or b"").decode())
_OWN = Html(
    "@media print{details{display:block}}.long{max-height:420px;overflow:auto}.bars{fill:var(--bad)}"
    "main>*{margin-bottom:14px}td:nth-child(3){overflow-wrap:normal;white-space:nowrap}"
)
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


def html(found: KeptRelease, made: Replay, now: datetime) -> str:
    title = f"{found.service.name} {found.release.tag}: {found.outcome.value}"
    parts = (
        _banner(found),
        _facts(found),
        _timeline(found),
        judge_panel(found),
        _checks(found),
        _migrations(found.release),
        _deeds(found.versions),
        _proof(found, made),
        _links(found),
        element("p", f"Written {_exact(now)} by bluegreen evidence.", class_="hint"),
    )
    head = (
        element("meta", charset="utf-8"),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", http_equiv="Content-Security-Policy", content=_POLICY),
        element("title", title),
        element("style", _STYLE, _OWN),
    )
    document = element("html", element("head", *head), element("body", element("main", *parts)), lang="en")
    return f"<!doctype html>{document}"


def _banner(found: KeptRelease) -> Html:
    heading = element("h1", foreign(found.service.name), " ", foreign(found.release.tag), f": {found.outcome.value}")
    state = mood(found.outcome)
    return element("div", heading, element("p", sentence(found.reason)), class_=f"banner {state.value}")


def _facts(found: KeptRelease) -> Html:
    release, ended = found.release, found.ended
    lasted = (ended.at - release.requested_at).total_seconds() if ended is not None else 0.0
    rows = [
        ("Release", found.id),
        ("Commit", foreign(release.commit) if release.commit else "not known"),
        ("Image", foreign(release.digest, 90) if release.digest else ""),
        ("Asked for by", foreign(release.by or "nobody")),
        ("Asked for at", _exact(release.requested_at)),
        ("Went to", release.target.value if release.target else "no environment"),
        ("Production moved at", _exact(release.switched_at) if release.switched_at else "it did not move"),
        ("Over at", f"{_exact(ended.at)}, after {spoken(lasted)}" if ended is not None else "it is still in flight"),
    ]
    return panel("facts", "The release", _listed(rows))


def _timeline(found: KeptRelease) -> Html:
    """The history that the release carries, and its end, which only the record's past has."""
    release, ended = found.release, found.ended
    lines = [(line.at, line.phase.value, line.by, line.says) for line in release.history]
    if ended is not None and (not lines or lines[-1][1] != ended.outcome.value):
        lines.append((ended.at, ended.outcome.value, found.versions[-1].by, ended.reason))
    begun = lines[0][0] if lines else release.requested_at
    rows = [(_time(at, begun), phase, foreign(by or "nobody"), sentence(says)) for at, phase, by, says in lines]
    return panel("timeline", "Timeline", table(("When", "Phase from then on", "By", "Because"), rows, "steps"))


def _checks(found: KeptRelease) -> Html:
    """What was found on the idle environment, before anybody was led there."""
    release = found.release
    named = {"smoking": "health checks", "ready": "smoke checks", "failed": "what failed", "switching": "the last look"}
    rows = [
        (named[line.phase.value], chip(mood(line.phase), line.phase.value), sentence(line.says))
        for line in release.history
        if line.phase.value in named
    ]
    run = release.smoke_run
    if run is not None and run.url:
        rows.append(("smoke tests' run", chip(Mood.QUIET, "GitHub"), _link(run.url)))
    none = element("p", "No check was reached.", class_="empty")
    return panel(
        "checks", "Checks before the switch", table(("What", "Led to", "Found"), rows, "checks") if rows else none
    )


def _migrations(release: Release) -> Html:
    reviewed = element("ul", *(element("li", sentence(each)) for each in release.reviewed)) if release.reviewed else ""
    rows = [
        ("Refused", sentence(release.reason) if release.safe_way else ""),
        ("The safe way", sentence(release.safe_way) if release.safe_way else ""),
        ("Let pass by a person", reviewed),
        ("No way back before", foreign(release.floor or release.tag) if release.contract else ""),
        ("Because", sentence(release.contract) if release.contract else ""),
    ]
    said = any(words for _, words in rows)
    none = element("p", "Nothing was refused, and nothing closes the way back.", class_="empty")
    return panel("migrations", "Migrations", _listed(rows) if said else none)


def _deeds(versions: Iterable[Version]) -> Html:
    """Every change of the record that was more than a count."""
    rows = [
        (_exact(version.at), foreign(version.by or "nobody"), sentence(version.why))
        for version in versions
        if not BOOKKEEPING.fullmatch(version.why)
    ]
    listed = element("div", table(("When", "Who", "What"), rows, "deeds"), class_="long", tabindex="0", role="region",
                     aria_label="every change")  # fmt: skip
    return panel("deeds", "Who did what", element("details", element("summary", f"{len(rows)} changes"), listed))


def _proof(found: KeptRelease, made: Replay) -> Html:
    other = [look for look in made.looks if look.differs]
    replay = f"{len(made.looks)} computed again, {f'{len(other)} differ' if other else 'all the same'}"
    replay = sentence(replay if other or made.same else made.other_rule)
    rows = [
        ("Versions", f"{found.first} to {found.last} of the journal, from {found.source}"),
        ("Hash of the last", element("code", found.head)),
        ("Chain", sentence("; ".join(found.faults)) if found.faults else "each names the hash of the one before"),
        ("Verdicts", replay if made.looks else "nothing was judged"),
        ("Check it", element("code", f"bluegreen evidence {quote(found.id)} --verify")),
    ]
    differs = [sentence(f"version {look.seq}: {each}") for look in other for each in look.differs]
    listed = element("ul", *(element("li", each) for each in differs), class_="troubles") if differs else None
    whole = made.whole and not found.faults
    aside = chip(Mood.GOOD if whole else Mood.BAD, "as it was written" if whole else "not as it was written")
    return panel("proof", "Is this what happened?", _listed(rows), listed, aside=aside)


def _links(found: KeptRelease) -> Html:
    return panel("links", "Read on", element("ul", *(element("li", name, ": ", _link(to)) for name, to in _to(found))))


def _to(found: KeptRelease) -> Iterator[tuple[str, str]]:
    release, repository = found.release, f"https://github.com/{found.service.repository}"
    if release.commit:
        yield "the commit", f"{repository}/commit/{quote(release.commit)}"
    yield "the tag", f"{repository}/releases/tag/{quote(release.tag)}"
    if release.target is not None:
        app = f"https://cloud.digitalocean.com/apps/{quote(found.service.app(release.target))}"
        deployment = release.deployment.id if release.deployment is not None else ""
        yield "the deployment", f"{app}/deployments/{quote(deployment)}" if deployment else app
    if release.smoke_run is not None and release.smoke_run.url:
        yield "the smoke tests' run", release.smoke_run.url


def _link(to: str) -> Html:
    """An address of the web; another is shown, and leads nowhere."""
    safe = to.startswith(("https://", "http://"))
    return element("a", foreign(to, 200), href=to, rel="noreferrer") if safe else foreign(to, 200)


def _listed(rows: Iterable[tuple[str, str]]) -> Html:
    return element("dl", *(part for term, said in rows if said for part in (element("dt", term), element("dd", said))))


def _exact(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S} UTC"


def _time(at: datetime, begun: datetime) -> Html:
    shown = element("time", _exact(at), datetime=at.isoformat(timespec="seconds"))
    return joined(shown, f" (+{spoken((at - begun).total_seconds())})" if at > begun else None)
