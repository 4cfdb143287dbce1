"""What CDEvents 0.5.1 says of the kinds that are sent: fields of `subject.content`, `!` where one is wanted.

Made from github.com/cdevents/spec, tag v0.5.1 (Apache-2.0). test_cdevents.py holds it against the schemas themselves
where BLUEGREEN_CDEVENTS names the folder that they are in.
"""

import re
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

OUTCOMES = ("success", "failure", "cancel", "error")
_SERVES = {"environment!": "environment", "artifactId!": "text"}
_INCIDENT = {"environment!": "environment", "service": "reference", "artifactId": "text", "description": "words"}
_TASK = {"taskName": "words", "uri": "uri", "pipelineRun": "reference"}
KINDS: dict[str, dict[str, str]] = {
    "pipelinerun.queued": {"pipelineName": "words", "uri": "uri"},
    "pipelinerun.started": {"pipelineName!": "words", "uri!": "uri"},
    "pipelinerun.finished": {"pipelineName": "words", "uri": "uri", "outcome": "outcome", "errors": "words"},
    "taskrun.started": _TASK,
    "taskrun.finished": {**_TASK, "outcome": "words", "errors": "words"},
    "testsuiterun.started": {"environment!": "environment", "testSuite": "suite", "trigger": "trigger"},
    "testsuiterun.finished": {
        "environment!": "environment",
        "testSuite": "suite",
        "outcome!": "outcome",
        "reason": "words",
        "severity": "words",
    },
    "service.deployed": _SERVES,
    "service.upgraded": _SERVES,
    "service.rolledback": _SERVES,
    "incident.detected": _INCIDENT,
    "incident.resolved": _INCIDENT,
}
_TRIGGERS = ("manual", "pipeline", "event", "schedule", "other")
_CONTEXT = ("specversion!", "id!", "source!", "type!", "timestamp!", "schemaUri", "chainId", "links")


def faults(event: Any) -> list[str]:
    """What the specification would refuse; empty where an event is valid."""
    found = _object("event", event, ("context!", "subject!", "customData", "customDataContentType"))
    if found:
        return found
    context, subject = event["context"], event["subject"]
    found = _object("context", context, _CONTEXT) + _object("subject", subject, ("id!", "source", "content!"))
    if found:
        return found
    kind = re.fullmatch(r"dev\.cdevents\.([a-z]+\.[a-z]+)\.0\.3\.0", context["type"])
    if kind is None or kind[1] not in KINDS:
        return [f"type {context['type']} is none"]
    found += [f"{name} is empty" for name in ("specversion", "id", "source") if not context[name]]
    found += [] if subject["id"] else ["subject.id is empty"]
    if datetime.fromisoformat(context["timestamp"]).tzinfo is None:
        found.append("timestamp has no zone")
    fields, content = KINDS[kind[1]], subject["content"]
    found += _object("content", content, tuple(fields))
    if found:
        return found
    shapes = {name.rstrip("!"): shape for name, shape in fields.items()}
    return [f"{n} is no {shapes[n]}" for n, value in content.items() if not _SHAPES[shapes[n]](value)]


def _object(name: str, value: Any, fields: tuple[str, ...]) -> list[str]:
    if not isinstance(value, dict):
        return [f"{name} is no object"]
    known = {field.rstrip("!") for field in fields}
    missing = [f"{name} lacks {field[:-1]}" for field in fields if field.endswith("!") and field[:-1] not in value]
    return missing + [f"{name} has {field}, which there is not" for field in value if field not in known]


def _reference(value: Any) -> bool:
    return not _object("", value, ("id!", "source")) and bool(value["id"]) and value.get("source", "x") != ""


def _suite(value: Any) -> bool:
    return not _object("", value, ("id!", "version", "name", "uri")) and bool(value["id"])


def _uri(value: Any) -> bool:
    return isinstance(value, str) and bool(urlsplit(value).scheme) and not re.search(r'[\s<>"{}|\\^`]', value)


_SHAPES = {
    "words": lambda value: isinstance(value, str),
    "text": lambda value: isinstance(value, str) and bool(value),
    "uri": _uri,
    "outcome": lambda value: value in OUTCOMES,
    "reference": _reference,
    "environment": _reference,
    "suite": _suite,
    "trigger": lambda value: isinstance(value, dict) and value.get("type", "other") in _TRIGGERS,
}
