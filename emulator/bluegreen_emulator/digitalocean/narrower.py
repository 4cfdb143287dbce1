"""Where DigitalOcean's published description is narrower than the live API: what is taken all the same.

From godo (digitalocean/godo:apps.gen.go at 3fce660c) and from the requests that doctl 1.166.0 was seen to make.
"""

from typing import Any

ANY: dict[str, Any] = {}

EXTRA_PROPERTIES: dict[str, dict[str, Any]] = {
    "app": {"last_deployment_active_at": ANY, "build_config": ANY},
    "apps_deployment": {"previous_deployment_id": ANY, "cause_details": ANY, "load_balancer_id": ANY, "timing": ANY},
    "app_spec": {
        "envs": ANY,
        "alerts": ANY,
        "features": ANY,
        "region": {"type": "string", "pattern": "^(atl|nyc|sfo|tor|ams|fra|lon|blr|sgp|syd)[1-9]?$"},
    },
    "app_database_spec": {"size": ANY, "num_nodes": ANY},
    "app_log_destination_logtail_spec": {"endpoint": ANY},
    "app_ingress_spec": {"load_balancer": ANY, "load_balancer_size": ANY, "secure_header": ANY},
    "app_ingress_spec_rule_routing_component": {"preserve_path_prefix": {"type": ["boolean", "string"]}},
    "app_service_spec": {"alerts": ANY, "inactivity_sleep": ANY},
    "app_worker_spec": {"alerts": ANY},
    "app_job_spec": {
        "alerts": ANY,
        "schedule": ANY,
        "kind": {"enum": ["UNSPECIFIED", "PRE_DEPLOY", "POST_DEPLOY", "FAILED_DEPLOY", "SCHEDULED"]},
    },
    "load_balancer_base": {"subnet_uuid": ANY, "tags": ANY, "validate_only": ANY},
    "health_check": {"proxy_protocol": ANY},
    "scheduled_details": {"body": ANY},  # what the function is to get; `name` is only the description's example
}

EXTRA_VALUES = {"app_alert_spec_rule": ["DEPLOYMENT_STARTED", "DEPLOYMENT_CANCELED", "JOB_INVOCATION_FAILED"]}

# The description wants an endpoint of Logtail, which it does not know as a property.
NOT_REQUIRED = {"app_log_destination_logtail_spec": ["endpoint"]}

# godo and doctl send it to every logs call.
EXTRA_QUERY = frozenset({"tail_lines"})

# doctl wraps the body in {"namespace": {...}} and writes `Region`.
UNCHECKED_BODIES = frozenset({("POST", "/v2/functions/namespaces")})
