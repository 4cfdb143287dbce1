"""Scenarios: schedules without faults. What people, GitHub and DigitalOcean do when nothing goes wrong."""

from tests.simulation.faults.schedule import Action, Schedule


def _scenario(name: str, *actions: tuple[float, str], **options: bool | str) -> Schedule:
    done = tuple(Action(at, what.split()[0], " ".join(what.split()[1:])) for at, what in actions)
    return Schedule(name, done, **options)  # type: ignore[arg-type]


GOOD = _scenario("good release", (2, "push v1.3.0"))
SCENARIOS = (
    GOOD,
    _scenario("bad release", (2, "push v1.3.0 bad-in-production")),
    _scenario("a person's rollback while it is watched", (2, "push v1.3.0"), (18, "rollback")),
    _scenario("a person's rollback of a live release", (2, "push v1.3.0"), (45, "rollback")),
    _scenario("no auto_switch", (2, "push v1.3.0"), (30, "switch"), auto_switch=False),
    _scenario("queue", (2, "push v1.3.0"), (6, "push v1.4.0"), (8, "push v1.5.0")),
    _scenario("abort", (2, "push v1.3.0"), (6, "abort")),
    _scenario("rollback while a release is deployed", (2, "push v1.3.0"), (6, "rollback")),
    _scenario("the deployment fails", (1.5, "fail-next green"), (2, "push v1.3.0")),
    _scenario("unhealthy", (2, "push v1.3.0 unhealthy")),
    _scenario("fails its smoke checks", (2, "push v1.3.0 fails-smoke")),
    _scenario("the webhook never comes", (2, "push-unheard v1.3.0")),
    _scenario("no access key", (2, "push v1.3.0"), key=False),
    _scenario("the first day", (70, "push v1.3.0"), first_day=True),
    _scenario("App Platform rolls back by itself", (1.5, "auto-rollback green"), (2, "push v1.3.0")),
    _scenario("maintenance of the idle environment", (2, "push v1.3.0"), (5, "maintenance green")),
    _scenario("somebody else deploys", (2, "push v1.3.0"), (5, "foreign-deployment green")),
    _scenario("a person deploys a tag", (2, "push-unheard v1.3.0"), (3, "deploy v1.3.0")),
    _scenario(
        "the same webhook again",
        (2, "push v1.3.0 unhealthy"),
        (4, "redeliver v1.3.0"),
        (40, "redeliver v1.3.0"),
    ),
    _scenario(
        "the bad tag again",
        (2, "push v1.3.0 bad-in-production"),
        (70, "redeliver v1.3.0 another"),
        (80, "deploy v1.3.0"),
    ),
    _scenario("a rollback after a release that failed", (2, "push v1.3.0 fails-smoke"), (40, "rollback")),
    _scenario(
        "a rollback that the idle environment cannot carry",
        (2, "push v1.3.0"),
        (62, "push v1.4.0 fails-smoke"),
        (130, "rollback"),
    ),
    _scenario("back to an earlier release", (2, "push v1.3.0"), (60, "push v1.4.0"), (115, "rollback to:v1.2.0")),
    _scenario(
        "what was left does not come back",
        (2, "push v1.3.0"),
        (60, "push v1.4.0"),
        (115, "rollback to:v1.2.0"),
        (170, "deploy v1.4.0"),
    ),
    _scenario("back to the release before, by its name", (2, "push v1.3.0"), (45, "rollback to:v1.2.0")),
    _scenario(
        "away from a watched release, to an earlier one",
        (2, "push v1.3.0"),
        (60, "push v1.4.0"),
        (78, "rollback to:v1.2.0"),
    ),
    _scenario(
        "back to an earlier release instead of a newer",
        (2, "push v1.3.0"),
        (60, "push v1.4.0"),
        (69, "rollback to:v1.2.0"),
    ),
    _scenario(
        "a bad tag is lifted",
        (2, "push v1.3.0 bad-in-production"),
        (50, "redeliver v1.3.0"),
        (60, "deploy v1.3.0 lift"),
    ),
    _scenario("a person takes the second line", (2, "push v1.3.0"), (50, "rollback native:true")),
    _scenario(
        "an alert takes production back", (2, "push v1.3.0"), (20, "alert"), (22, "alert again"), alerts="rollback"
    ),
    _scenario("an alert that does not say when", (2, "push v1.3.0"), (20, "alert undated"), alerts="rollback"),
    _scenario("an alert asks the judge", (2, "push v1.3.0 bad-in-production"), (19, "alert"), (21, "alert resolved")),
    _scenario("an alert is told", (2, "push v1.3.0"), (20, "alert"), (70, "alert undated"), alerts="tell"),
    _scenario(
        "alerts that blame nobody",
        (2, "push v1.3.0"),
        (18, "alert old"),
        (20, "alert idle"),
        (21, "alert warning"),
        (22, "alert another"),
        (23, "alert unsigned"),
        alerts="rollback",
    ),
    _scenario("one client asks a URL that fails in every release", (2, "push v1.3.0"), (13, "one-client 300")),
    _scenario("one client, and a bad release", (2, "push v1.3.0 bad-in-production"), (13, "one-client 300")),
    _scenario("one release after another", (2, "push v1.3.0"), (60, "push v1.4.0"), (130, "push v1.5.0")),
)
