"""Every fault of the product that the simulation found, as the shortest schedule that showed it."""

from tests.simulation.schedule import Action, Fault, Schedule

FOUND = (
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
        (Fault(4, "meet", "rollback@9", "ops/watch before objects.get"),),
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
            Fault(6, "kill", "", "deploy before objects.put"),
        ),
    ),
)
