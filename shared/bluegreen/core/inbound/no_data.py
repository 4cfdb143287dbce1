"""The signs by which monitoring tools say that an alert rests on missing data: nothing was measured, nothing is proven.

Each tool has its own. An alert that carries one is noted, and neither takes production back nor asks for anything.
Where a query may have fired for want of data or by a number, nobody can tell which: it may ask, but never take back.

- Grafana: the alerts `DatasourceNoData` and `DatasourceError` of its own; on any alert the annotation
  `grafana_state_reason`, which is there only where numbers did not decide: NoData, Error, KeepLast, MissingSeries,
  Paused, Updated, RuleDeleted, or several with commas (grafana.com/docs, no data and error states).
- Datadog: transitions and titles of "No Data" (docs.datadoghq.com/integrations/webhooks).
- CloudWatch: INSUFFICIENT_DATA (docs.aws.amazon.com, alarm states).
- New Relic: loss of signal, in the issue's title, conditions or closing (docs.newrelic.com).
- CloudWatch, too: an alarm whose missing data is treated as breaching, by its reason; where only some data was missing,
  nobody can tell.
- Uptime Kuma's push monitors, Better Stack's heartbeats: that nothing came may be the very fault, or only that of the
  message's way, so nobody can tell either.
- Prometheus: `absent(…)` in the rule's expression, which `generatorURL` carries (prometheus.io/docs).
- Anybody: a label `no_data` that is not "false"; a name or a state such as "[No data] …" or "Alerting (NoData)".
"""

import re
from collections.abc import Iterable
from urllib.parse import unquote_plus

_GRAFANA_OWN = frozenset({"datasourcenodata", "datasourceerror"})
_REASON, _LABEL = "grafana_state_reason", "no_data"
_NOT = frozenset({"", "false", "no", "0"})
_STATES = frozenset({"alertstate", "alert_state", "state", "grafana_alertstate", _REASON})  # labels that may tell
_WORDS = re.compile(
    r"^\W*(re-)?(no|missing|insufficient)[ _-]?data\b"  # at the beginning, after a bracket perhaps
    r"|\[(re-)?no[ _-]?data\b|\((no[ _-]?data|missing[ _-]?series)\b|\b(alerting|pending|normal) \(error\b",
    re.IGNORECASE,
)
_SIGNAL = re.compile(
    r"\b(loss of signal|signal (loss|lost)|lost (the )?signal|signal (is|was|has been) lost|no signal"
    r"|stopped reporting|not reporting)\b",
    re.IGNORECASE,
)
_NOTHING_CAME = re.compile(r"\bno datapoints were received\b", re.IGNORECASE)
_COUNTED_AS_BAD = re.compile(r"\bmissing datapoints? (was|were) treated as \[breaching", re.IGNORECASE)
_HEARTBEAT = re.compile(
    r"\b(no|missed|missing) heartbeat|\bheartbeat (was |is )?(missed|missing|not received)", re.IGNORECASE
)
_ABSENT = re.compile(r"\babsent(_over_time)?\s*\(", re.IGNORECASE)
# The expression begins with it, and nothing is joined to it.
_ONLY_ABSENT = re.compile(r"expr[\"':=\s(]*absent(_over_time)?\s*\((?!.*\b(or|unless)\b)", re.IGNORECASE | re.DOTALL)


def by_labels(name: str, labels: Iterable[tuple[str, str]], annotations: Iterable[tuple[str, str]] = ()) -> str:
    """The sign that an alert carries in its name, labels and annotations; "" where there is none."""
    if name.strip().lower() in _GRAFANA_OWN:
        return name
    labels = list(labels)
    told = next((value for label, value in annotations if label == _REASON and value.strip()), "")
    marked = next((value for label, value in labels if label == _LABEL and value.strip().lower() not in _NOT), "")
    states = [value for label, value in labels if label.lower() in _STATES]
    return told or (marked and f"{_LABEL}={marked}") or by_words(name, *states)


def by_reason(reason: str) -> tuple[str, str]:
    """What CloudWatch says of a state: that nothing was there; and that some of it was not."""
    if _NOTHING_CAME.search(reason):
        return reason, ""
    return "", "some of the data was missing and counted as bad" if _COUNTED_AS_BAD.search(reason) else ""


def by_heartbeat(*said: str) -> str:
    """Why nobody can tell, where what was awaited did not come."""
    return "a heartbeat did not come, by the app's fault or on its way" if any(map(_HEARTBEAT.search, said)) else ""


def by_words(*said: str) -> str:
    """The first of these texts that says so."""
    return next((text for text in said if _WORDS.search(text)), "")


def by_signal(*said: str) -> str:
    """The same of a lost signal, in New Relic's words."""
    return next((text for text in said if _SIGNAL.search(text)), "") or by_words(*said)


def by_expression(url: str) -> tuple[str, str]:
    """What the expression in Prometheus's `generatorURL` says: that nothing was there; and that this may be so."""
    expression = unquote_plus(url)
    if not _ABSENT.search(expression):
        return "", ""
    if _ONLY_ABSENT.search(expression) and len(_ABSENT.findall(expression)) == 1:
        return "absent() in its expression", ""
    return "", "its expression may fire for want of data (absent)"
