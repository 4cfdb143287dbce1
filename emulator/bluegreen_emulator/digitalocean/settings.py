"""How the emulated DigitalOcean behaves: its times, its limits, and which reading of an undocumented rule it takes."""

from dataclasses import dataclass
from typing import Literal


@dataclass
class Settings:
    """Times are seconds. The defaults make about 4 minutes for a git build and 1.5 for an image or a spec change."""

    pending_build: float = 5.0
    building: float = 145.0
    pending_deploy: float = 5.0
    deploying: float = 85.0
    load_balancer_settles: float = 15.0
    metrics_interval: float = 120.0

    # Token → its scopes (`app:read`, ...). None: any bearer token may do anything.
    tokens: dict[str, frozenset[str]] | None = None
    hourly_limit: int = 5000
    minute_limit: int = 250
    revision_limit: int = 10  # how many deployments back a rollback reaches

    # Undocumented by DigitalOcean: each may be set to the other reading.
    when_busy: Literal["supersede", "queue", "refuse"] = "supersede"  # a new deployment while one is in progress
    deploy_identical_spec: bool = True  # a PUT that changes nothing makes a deployment all the same
    pinned_status: int = 409  # how a deployment of a pinned app is refused
    cname_needs_dot: bool = True  # the data of a CNAME must end with a dot
    minimum_ttl: int = 0
    domain_on_two_apps: bool = False  # whether a second app may list a domain that another one has
    domain_configuring: float = 0.0  # from naming a domain to its certificate; users have seen an hour
    droplets_join: float = 0.0  # healthy_threshold x check_interval (30 s) is the other: nobody answers meanwhile

    registry: str = "holi"
    owner: str = "11111111-2222-4333-8444-555555555555"
    user: str = "orchestrator@holi.example"
    run_jobs: bool = True  # POST_DEPLOY jobs are really run, with /bin/sh
