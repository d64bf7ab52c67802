"""A car drives through the lane: what the cloud has of it, and what the image set says of itself."""

import json
import time

from .case import Failed, check, wait_until


def drive(cameras):
    """The car begins, in front of all cameras at the same time."""
    for camera in cameras:
        camera.tell("play")
    return time.monotonic()


def await_delivery(stage, count=1):
    """Until the outbox has proven `count` image sets; the ledger of the cloud then."""

    states = []

    def delivered():
        stage.alive()
        rows = [json.loads(line) for line in stage.daemon.command("outbox", "list", "--all", "--json").splitlines()]
        states[:] = [row["state"] for row in rows]
        return states.count("delivered") >= count

    try:
        wait_until(f"{count} image sets are delivered", delivered, within=120, every=0.5)
    except Failed as failure:
        raise Failed(f"{failure}; the outbox has {states or 'nothing'}; {stage.daemon.last_words()}") from None
    return stage.cloud.ledger()


def check_ledger(ledger, sets, cameras):
    """Exactly `sets` image sets; nothing missing, nothing doubled, no breach of contract, every camera in each."""
    live, images = ledger["imageSets"], ledger["images"]
    check(live["live"] == sets, f"{live['live']} image sets at the cloud, not {sets}")
    faults = {"missing": images["missing"], "doubled": images["doubled"] + live["doubled"], "violations": len(ledger["violations"])}
    check(not any(faults.values()), f"the ledger: {faults} {ledger['violations'][:2]}")
    for item in live["items"]:
        seen = {image["camera"] for image in item["images"]}
        check(set(cameras) <= seen, f"images of {sorted(seen)}, not of {sorted(cameras)}")
    return images["listed"]


def manifests(stage):
    """The image sets on disk describe themselves; oldest first."""
    found = [json.loads(path.read_text()) for path in stage.daemon.state.glob("spool/*/*/manifest.json")]
    return sorted(found, key=lambda manifest: manifest["facts"]["from"])


def facts(manifest):
    """What of a passage must be the same wherever it is seen."""
    facts = manifest["facts"]
    return {
        "direction": facts["direction"], "seconds": facts["to"] - facts["from"],
        "cameras": sorted({image["camera"] for image in manifest["images"]}),
    }
