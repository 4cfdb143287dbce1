"""DORA's five from the raw JSON of a journal, by another way than the product's: events one after the other.

Nothing of the product is imported: what it says is compared with this.
"""

from datetime import datetime, timedelta
from statistics import median


def moment(text):
    return datetime.fromisoformat(text)


def events_of(versions):
    """What is known of each release, and when production was pointed at it and when it was over."""
    facts, events = {}, []
    for record in (version["record"] for version in versions):
        release, look = record["release"], record.get("judged") or {}
        if release is not None:
            known = facts.setdefault(release["id"], {})
            if release["switched_at"] and not known.get("switched_at"):
                events.append((release["switched_at"], "pointed", release["id"]))
            if release["phase"] == "rolling back" and known.get("phase") != "rolling back":
                known["in outage"] = look.get("release") == release["id"] and look["verdict"] == "hold"
            known |= release
        for past in record["past"]:
            if past["id"] in facts and facts[past["id"]].setdefault("outcome", past["outcome"]) and (
                (past["at"], "over", past["id"]) not in events
            ):  # fmt: skip
                events.append((past["at"], "over", past["id"]))
    return facts, events


def deployments_of(facts, events):
    made, of_tag, stuck = {}, {}, []
    for at, what, name in events:
        release = facts[name]
        purpose, deployment = release["purpose"], made.get(of_tag.get(release["tag"]))
        pointed = release["switched_at"] or release["requested_at"]
        if what == "pointed" and purpose["undo"]:
            (deployment or {}).update(failed=False, recovery=None)
        elif what == "pointed" and not purpose["back"] and not purpose["restore"]:
            committed = release.get("committed_at")
            lead = (moment(at) - moment(committed)).total_seconds() if committed else None
            made[name] = {"at": moment(at), "failed": False, "lead": lead, "recovery": None}
            of_tag[release["tag"]] = name
        elif what == "over" and release["outcome"] in ("rolled back", "stuck") and deployment:
            by = next(line["by"] for line in reversed(release["history"]) if line["phase"] == "rolling back")
            if not (release["in outage"] and by == "a person"):
                deployment.update(failed=True, recovery=(moment(at) - moment(pointed)).total_seconds())
                stuck += [(deployment, pointed)] if release["outcome"] == "stuck" else []
        elif what == "over" and release["outcome"] in ("live", "unproven"):
            for each, begun in stuck:
                each["recovery"] = (moment(pointed) - moment(begun)).total_seconds()
            stuck = []
    for each, _ in stuck:
        each["recovery"] = None
    return sorted(made.values(), key=lambda each: each["at"])


def recomputed(versions, until, days):
    ordered = deployments_of(*events_of(versions))
    for before, each in zip([None, *ordered], ordered, strict=False):
        each["rework"] = bool(before and before["failed"])
    seen = [each for each in ordered if until - timedelta(days=days) < each["at"] <= until]
    leads, recoveries = ([each[key] for each in seen if each[key] is not None] for key in ("lead", "recovery"))
    counts = {key: sum(each[key] for each in seen) for key in ("failed", "rework")}
    medians = {"lead_time": median(leads or [0]), "recovery_time": median(recoveries or [0])}
    return {"deployments": len(seen), **counts, **medians}
