"""Every bug of the product that the simulation found, as the shortest schedule that showed it."""

from tests.simulation.faults.schedule import Action, Fault, Schedule
from tests.simulation.faults.set_scenarios import PAIR, THREE

REGRESSIONS = (
    Schedule(
        "two notices under one id: one of them was never told",
        (Action(2, "push", "v1.3.0"), Action(6, "push", "v1.4.0"), Action(8, "push", "v1.5.0")),
    ),
    Schedule(
        "a release without a known commit was shown twice on GitHub's page",
        (Action(2, "push", "v1.3.0"), Action(6, "rollback")),
    ),
    Schedule(
        "an aborted release's function deployed to what had become the active environment",
        (Action(2, "push", "v1.3.0"), Action(9.52, "abort"), Action(13.05, "deploy", "v1.1.0")),
        (Fault(4, "pause", "20", "deploy after objects.create"),),
        busy="queue",
        skew=1556,
    ),
    Schedule(
        "a rollback that had cancelled one deployment took another release's for cancelled",
        (Action(2, "push", "v1.3.0"), Action(10.39, "push", "v1.4.0")),
        (Fault(4, "interleave", "rollback@9", "ops/watch before objects.get"),),
        skew=20871,
    ),
    Schedule(
        "clocks a minute apart: a claim was taken over while its holder was at work, and it deployed to the active one",
        (Action(31, "push", "v1.3.0"),),
        (Fault(4, "pause", "45", "deploy before objects.put"),),
        skew=15,
    ),
    Schedule(
        "a queued tag that had become active in the meantime was released once more",
        (
            Action(2, "push", "v1.3.0"),
            Action(60, "push", "v1.4.0 bad-in-production"),
            Action(78, "deploy", "v1.3.0"),
            Action(118, "rollback"),
        ),
    ),
    Schedule(
        "App Platform refused a deployment, who had asked died, and it was asked for once more",
        (Action(2, "push", "v1.3.0"), Action(10, "pin", "idle")),
        (
            Fault(1, "pause", "20", "deploy before github.move_branch"),
            Fault(5, "kill", "", "deploy before objects.put"),
        ),
    ),
    Schedule(
        "a watch that had been refused twice told people anew, once another's wake-up had been accepted",
        (
            Action(13.44, "refuse-wake-ups", "60"),
            Action(47.67, "push", "v1.4.0 fails-smoke"),
            Action(86.11, "deploy", "v1.1.0 restore"),
        ),
    ),
    Schedule(
        "a way back that failed had made both components alike: production at the other one passed for a lost journal",
        (
            Action(2, "push", "v1.3.0 bad-in-production"),
            Action(22.06, "fail-next", "idle"),
            Action(136.71, "point", "idle"),
        ),
        traffic="app_ingress",
    ),
    # Release sets
    Schedule(
        "a member's tag was passed over: the others waited for it, and everybody for them, until the deadline",
        (Action(2, "of", "web deploy v1.1.0"), Action(4, "push", "v1.3.0"), Action(6, "push", "v1.4.0")),
        services=PAIR,
    ),
    Schedule(
        "a tag was taken up by one member only before a newer one came: the other was waited for until the deadline",
        (Action(2, "push-unheard", "v1.3.0"), Action(70, "of", "api pin idle"), Action(76, "push", "v1.4.0")),
        (Fault(1, "kill", "", "ops/watch after objects.create"),),
        key=False,
        services=PAIR,
    ),
    Schedule(
        "two releases of a set began in another order with each member, and waited for each other",
        (Action(3, "push-unheard", "v1.3.0"), Action(4, "set", "deploy v1.3.0"), Action(5, "push", "v1.4.0")),
        (Fault(1, "pause", "3", "deploy after objects.create"),),
        services=PAIR,
    ),
    Schedule(
        "a person's order for a set was cut short, the watch took up the rest as missed: two releases of one tag",
        (Action(3, "push-unheard", "v1.3.0"), Action(4, "set", "deploy v1.3.0")),
        (Fault(1, "kill", "", "deploy after objects.create"),),
        services=PAIR,
    ),
    Schedule(
        "a member was switched while a person took the set back: the first went back before it",
        (Action(2, "push", "v1.3.0"),),
        (Fault(5, "interleave", "set rollback@10", "switch after telemetry.get"),),
        services=PAIR,
    ),
    Schedule(
        "a person aborted a set, and what a member had in hand by itself was stopped with it",
        (Action(2, "of", "web deploy v1.1.0"), Action(4, "push", "v1.3.0"), Action(6, "set", "abort")),
        services=PAIR,
    ),
    Schedule(
        "a member could not go back, and those before it waited for it for ever",
        (
            Action(2, "push", "v1.3.0"),
            Action(70, "of", "jobs deploy v1.1.0"),
            Action(78, "of", "jobs abort"),
            Action(90, "of", "api rollback"),
        ),
        services=THREE,
    ),
    Schedule(
        "a member had the tag by a release of its own, and those before it waited for it to go back",
        (Action(2, "push-unheard", "v1.3.0 api=bad-in-production"), Action(52, "of", "jobs deploy v1.3.0")),
        services=THREE,
    ),
    Schedule(
        "a member had gone on by itself, and those before it waited for it to go back",
        (Action(2, "push", "v1.3.0"), Action(70, "of", "jobs deploy v1.1.0"), Action(130, "of", "api rollback")),
        services=THREE,
    ),
    Schedule(
        "a member had gone on by itself, and was taken back with the set",
        (Action(2, "push", "v1.3.0"), Action(70, "of", "web deploy v1.1.0"), Action(130, "set", "rollback")),
        services=PAIR,
    ),
    Schedule(
        "a member was taken to an earlier release that it did not hold, and the others did not follow",
        (Action(2, "push", "v1.3.0"), Action(70, "push", "v1.4.0"), Action(140, "of", "web rollback to:v1.2.0")),
        services=PAIR,
    ),
    Schedule(
        "clocks a minute apart: a notice was taken for left behind while its function was at work, and told twice",
        (Action(2, "push", "v1.3.0"), Action(18, "set", "rollback")),
        skew=41,
        services=PAIR,
    ),
    Schedule(
        "a function died between the version that moves production and its request, and nobody sent it for minutes",
        (Action(2, "push", "v1.3.0"), Action(30, "rollback")),
        (Fault(1, "kill", "", "rollback before digitalocean.update_load_balancer"),),
        traffic="load_balancer",
    ),
    Schedule(
        "a release was deployed to Droplets' app while a repair of the load balancer had not landed yet",
        (Action(2, "push", "v1.3.0"), Action(90, "point", "idle"), Action(95, "push", "v1.4.0")),
        traffic="load_balancer",
    ),
    Schedule(
        "a release was deployed to where resolvers still led users, the record having been set right a moment ago",
        (Action(2, "push", "v1.3.0"), Action(90, "point", "idle"), Action(95, "push", "v1.4.0")),
        traffic="dns_record",
    ),
    Schedule(
        "a deployment was taken up whose gates were passed long ago, to where somebody had pointed production since",
        (Action(2, "push", "v1.3.0"), Action(38.66, "point", "idle")),
        (Fault(1, "pause", "70", "deploy before slack.post"),),
        traffic="app_ingress",
    ),
    Schedule(
        "a release's deployment replaced the one that was to lead users away from there",
        (Action(2, "push", "v1.3.0"), Action(66, "push", "v1.4.0"), Action(200, "point", "idle")),
        (
            Fault(2, "kill", "", "deploy before slack.post"),
            Fault(1, "pause", "2", "ops/watch before digitalocean.update"),  # so it is under way at the next look
        ),
        traffic="app_ingress",
    ),
    Schedule(
        "production had gone back, Slack refused the notice of it once, and it was given up",
        (Action(2, "push", "v1.3.0 bad-in-production"),),
        (Fault(1, "422", "", "rollback before slack.post"),),
    ),
)
