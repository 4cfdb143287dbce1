"""The bucket's promise, asked for once a watch: versioning may be switched on after the self-test has passed.

From then on nothing may be appended, a notice in the outbox neither, so people are told past the journal.
"""

from bluegreen.clients.store.objects import FOR_KEPT_VERSIONS, versions_kept
from bluegreen.cloud import Cloud
from bluegreen.watch.past_the_journal import Matter, tell

MATTER = Matter("told/versions", "the state bucket keeps versions: Bluegreen has stopped writing", FOR_KEPT_VERSIONS)


def refused(clouds: list[Cloud]) -> str:
    """Why nothing may be written any more, which people were told; "" while the bucket keeps no versions."""
    stopped = versions_kept(clouds[0].clients.state)
    if stopped:
        clouds[0].log("the store lost its promise", why=stopped, level="error")
        tell(clouds, MATTER, stopped)
    return stopped
