"""ops/watch: wakes what is overdue, follows deployments, judges what serves production. The one scheduled function."""

from bluegreen.core.inbound import nudges
from bluegreen.invocation.entry_point import NOTIFY, STORE, WAKE, EntryPoint, Invocation, Response, answer
from bluegreen.watch import bucket_versioning, neighbours, overseer


def run(invocation: Invocation) -> Response:
    clouds = [invocation.cloud(service) for service in invocation.settings.file.services.values()]
    stopped = bucket_versioning.refused(clouds)
    if stopped:
        return answer(False, stopped, bucket_versioning.MATTER.step)
    looks, busy = overseer.run(invocation.event, clouds, invocation.clock)
    if not nudges.services(invocation.event):
        neighbours.look(clouds, invocation.clock)
    return answer(True, f"{looks} looks; {len(busy)} of {len(clouds)} services still under way")


_BACKENDS = ("digitalocean_token", "prometheus_token", "registry_credentials")
ENTRY_POINT = EntryPoint("ops/watch", (*STORE, *NOTIFY, *WAKE, *_BACKENDS), run)
