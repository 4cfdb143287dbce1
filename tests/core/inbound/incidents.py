"""Default bodies of tools that have a shape of their own, as their public documentation describes them."""

from tests.build import NOW

AT = NOW.isoformat().replace("+00:00", "Z")
EPOCH = int(NOW.timestamp() * 1000)


def pagerduty(kind="incident.triggered", **data):
    incident = {
        "id": "PGR0VU2",
        "type": "incident",
        "incident_key": "d3640fbd41094207a1c11e58e46b1662",
        "created_at": AT,
        "title": "Orders are not delivered",
        "status": "triggered",
        "urgency": "high",
        "priority": {"id": "PSO75BM", "type": "priority_reference", "summary": "P1"},
        "service": {"id": "PF9KMXH", "type": "service_reference", "summary": "web"},
    }
    event = {"id": "5ac64822", "event_type": kind, "resource_type": "incident", "occurred_at": AT}
    return {"event": event | {"agent": None, "client": None, "data": incident | data}}


def new_relic(**changes):
    return {
        "id": "d1b1f3fd-995a-4066-88ab-8ce4f6960654",
        "issueUrl": "https://radar-api.service.newrelic.com/accounts/1/issues/0ea2df1c",
        "title": "Error rate > 5 for at least 2 minutes on 'web'",
        "priority": "CRITICAL",
        "impactedEntities": ["web"],
        "totalIncidents": 1,
        "state": "ACTIVATED",
        "trigger": "STATE_CHANGE",
        "isCorrelated": False,
        "createdAt": EPOCH,
        "updatedAt": EPOCH,
        "sources": ["newrelic"],
        "alertPolicyNames": ["Production"],
        "alertConditionNames": ["Error rate"],
        "workflowName": "Bluegreen",
        **changes,
    }


def uptime_kuma(status=0, name="web", tags=({"name": "service", "value": "web", "color": "#fff"},), **monitor):
    at = NOW.strftime("%Y-%m-%d %H:%M:%S.000")
    beat = {"monitorID": 29, "status": status, "time": at, "msg": "timeout of 48000ms exceeded", "important": True}
    known = {"id": 29, "name": name, "url": "https://holilabs.com", "type": "http", "tags": list(tags), **monitor}
    return {"heartbeat": beat, "monitor": known, "msg": f"[{name}] [Down] timeout of 48000ms exceeded"}


def better_stack(status="Started", **attributes):
    told = {
        "name": "holilabs.com",
        "url": "https://holilabs.com",
        "http_method": "get",
        "cause": "Status 503",
        "started_at": AT,
        "acknowledged_at": None,
        "resolved_at": None,
        "status": status,
        "team_name": "Shop",
        "metadata": {"service": "web"},
    }
    return {"data": {"id": "25", "type": "incident", "attributes": told | attributes}, "included": []}


def cloudwatch(state="ALARM", **changes):
    return {
        "AlarmName": "5xx of web",
        "AlarmArn": "arn:aws:cloudwatch:eu-central-1:1:alarm:5xx",
        "NewStateValue": state,
        "OldStateValue": "OK",
        "NewStateReason": "Threshold Crossed",
        "StateChangeTime": NOW.strftime("%Y-%m-%dT%H:%M:%S.000+0000"),
        "Trigger": {"Dimensions": [{"name": "service", "value": "web"}]},
        **changes,
    }


def cloudwatch_event(state="ALARM"):
    detail = {"alarmName": "5xx of web", "state": {"value": state, "reason": "crossed", "timestamp": AT}}
    return {"source": "aws.cloudwatch", "detail-type": "CloudWatch Alarm State Change", "detail": detail}
