"""A car through three cameras ends as one image set at the cloud."""

import json
from pathlib import Path

from lane import stage
from lane.case import case, check, wait_until
from lane.devices import FOOTAGE, Camera
from lane.passages import await_delivery, check_ledger, drive, facts, manifests


def one_car(on):
    on.await_cameras()
    for camera in on.cameras:
        on.await_seconds(camera, 3)
    drive(on.cameras)
    ledger = await_delivery(on)
    for camera in on.cameras:
        on.agreed(camera)
    slow = only_slow(on)
    # Ends in order, so that nothing more can come: what the cloud has now is all.
    on.daemon.stop()
    images = check_ledger(on.cloud.ledger(), 1, [camera.position for camera in on.cameras])
    check(ledger["imageSets"]["live"] == 1, "another image set came at the end")
    (manifest,) = manifests(on)
    seen = facts(manifest)
    on.daemon.start()
    return seen, f"1 image set, {images} images of {len(seen['cameras'])} cameras, {seen['direction']}, {seen['seconds']:.2f} s{slow}"


def only_slow(on):
    """Of all reasons to drop a frame the emulated processor, which cannot look at every one while it encodes, is the only excuse."""
    slow = 0
    for camera in on.cameras:
        tally, counts = on.agreed(camera)
        slow += counts.drop("lane")
        others = {reason: count for reason, count in counts.dropped.items() if count and reason != "lane"}
        check(sum(others.values()) <= camera.stale, f"{camera.position}: frames were dropped: {others}")
        check(counts.drop("lane") < tally.frames / 10, f"{camera.position}: the lane was too slow for {counts.drop('lane')} of {tally.frames} frames")
    return f", {slow} frames too many for the emulated lane" if slow else ""


def recorded():
    """No kernel devices: the same film as recordings that play camera."""
    cameras = [Camera(position, f"recording:{FOOTAGE}/lane") for position in ("frontLeft", "roofLeft", "backRight")]
    return stage.Stage(cameras, [], run=False)


@case("passage.recording", recorded)
def recording(on):
    """What the daemon can do in this machine at all, drivers aside."""
    on.daemon.start()
    await_delivery(on)
    images = check_ledger(on.cloud.ledger(), 1, [camera.position for camera in on.cameras])
    seen = facts(manifests(on)[0])
    return f"1 image set, {images} images of {len(seen['cameras'])} cameras, {seen['direction']}, {seen['seconds']:.2f} s"


def usb_alone():
    return stage.usb()


@case("passage.usb", usb_alone)
def usb(on):
    """MJPEG through uvcvideo; what the daemon saw is kept for the case that replays a recording of the same film."""
    seen, figures = one_car(on)
    Path("/results/live.json").write_text(json.dumps(seen))
    return figures


@case("passage.unplugged", usb_alone)
def unplugged(on):
    """A camera is pulled out while the car drives: the passage is delivered all the same, and says which camera is missing."""
    on.await_cameras()
    before = len(manifests(on))
    live = on.cloud.ledger()["imageSets"]["live"]
    for camera in on.cameras:
        on.await_seconds(camera, 3)
    drive(on.cameras)
    one = on.camera("backRight")
    on.await_seconds(on.camera("frontLeft"), 3)
    one.unplug()
    wait_until("the passage is kept", lambda: on.alive() and len(manifests(on)) > before, within=120)
    await_delivery(on, live + 1)
    one.plug()
    wait_until(f"{one.position} is up again", lambda: on.daemon.up(one.position))
    check_ledger(on.cloud.ledger(), live + 1, ["frontLeft", "roofLeft"])
    manifest = manifests(on)[-1]
    missing = manifest["facts"].get("camerasMissing", manifest.get("camerasMissing"))
    check(list(missing or {}) == ["backRight"] and missing["backRight"] > 0.5, f"camerasMissing is {missing}, not backRight")
    return f"delivered, camerasMissing {missing}"


@case("passage.loopback", stage.loopback_mjpeg)
def loopback(on):
    """MJPEG through v4l2loopback."""
    return one_car(on)[1]


@case("passage.raw", stage.loopback_raw)
def raw(on):
    """Raw YUYV through v4l2loopback."""
    return one_car(on)[1]
