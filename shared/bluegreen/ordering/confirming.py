"""Before production is ordered back: does the idle environment still run what the journal says?"""

from bluegreen.cloud import Cloud
from bluegreen.core.record import Version
from bluegreen.ordering.placing import place
from bluegreen.steps import way_back


def confirmed(cloud: Cloud, version: Version) -> Version:
    """The newest version afterwards, in which nothing that has gone is a way back. Notices wait: users come first."""
    change = way_back.look_at_once(cloud, version.record)
    return version if change is None else place(cloud, "the way back was looked at", change, version).version
