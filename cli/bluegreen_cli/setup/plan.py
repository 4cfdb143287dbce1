"""What is to be done, as a pure function of what is wanted and what is there: one table, in the order of doing.

A set-up does the first thing of the plan, looks at what that has changed, and plans anew. So nothing has to be
remembered between two acts: killed at any of them and run again, it comes to the same end. That rests on three rules.
Everything is found by its name before it is made. A secret that is shown once is written down right after; what was
made and whose secret is not written down is replaced, and then deleted. What cannot be read back (a webhook's secret)
is sent before it is written down, so that what is written down was sent.
"""

from collections.abc import Callable, Iterator

from bluegreen_cli.setup import plan_account, plan_apps, plan_traffic
from bluegreen_cli.setup.seen import Seen
from bluegreen_cli.setup.steps import Step
from bluegreen_cli.setup.wanted import Wanted

Part = Callable[[Wanted, Seen], Iterator[Step]]
PARTS: tuple[Part, ...] = (
    plan_account.env_file,
    plan_account.tokens,
    plan_account.left_over,
    plan_account.buckets,
    plan_account.spaces_keys,
    plan_account.namespace,
    plan_account.access_key,
    plan_apps.branches,
    plan_apps.apps,
    plan_apps.written_down,
    plan_traffic.balancers,
    plan_traffic.records,
    plan_apps.router,
    plan_traffic.webhooks,
    plan_traffic.trigger,
)


def plan(wanted: Wanted, seen: Seen) -> list[Step]:
    return [step for part in PARTS for step in part(wanted, seen)]
