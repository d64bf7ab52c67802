"""Controls of the configuration are in the device, stay there, and are told of where they cannot be."""

from lane.case import case, check, wait_until
from lane.devices import UsbCamera, load_usb
from lane.fault import ride_out
from lane.stage import Stage

# auto_exposure 1 is manual: only then a camera takes an exposure time.
WANTED = {"brightness": 77, "auto_exposure": 1, "exposure_time_absolute": 50}


def stage():
    load_usb()
    cameras = [
        UsbCamera("frontLeft", 0, "F1", controls=WANTED),
        UsbCamera("roofLeft", 1, "R2", controls={"no_such_control": 1, "brightness": 9999, "contrast": 90}),
        UsbCamera("backRight", 2, "B3"),
    ]
    for camera in cameras:
        camera.attach()
    return Stage(cameras, ["uvcvideo", "vhci_hcd"])


def check_wanted(camera):
    has = {name: camera.control(name) for name in WANTED}
    check(has == WANTED, f"the device has {has}, not {WANTED}")


@case("controls.set", stage)
def are_set(on):
    """They are in the device, an exposure that needs its mode first included."""
    check_wanted(on.camera("frontLeft"))
    untouched = on.camera("backRight").control("brightness")
    check(untouched == 128, f"brightness of backRight is {untouched}, and nobody asked for that")
    return f"{WANTED}"


@case("controls.told", stage)
def told(on):
    """A control that is not there and a value out of range: told once, clearly, and the camera streams."""
    one = on.camera("roofLeft")
    for name in ("no_such_control", "brightness"):
        lines = [line for line in on.daemon.lines(one.position) if f": {name}:" in line]
        check(len(lines) == 1, f"{name} is told of {len(lines)} times: {lines[:3]}")
    on.await_frames(one, 10)
    check(one.control("contrast") == 90, f"contrast is {one.control('contrast')}, not 90: the good one was left out, too")
    return "an unknown one and one out of range are told of, the camera streams"


@case("controls.drift", stage)
def drift(on):
    """Somebody changes one from outside: told once, counted, set again."""
    one = on.camera("frontLeft")
    before, at = on.counts(one), len(on.daemon.log)
    one.set_control("brightness", 10)
    wait_until("brightness is set again", lambda: one.control("brightness") == 77)
    wait_until("the drift is counted", lambda: on.counts(one).drifts == before.drifts + 1)
    lines = [line for line in on.daemon.lines(one.position, since=at) if "brightness" in line]
    check(len(lines) == 1, f"told of {len(lines)} times: {lines[:3]}")
    check(on.counts(one).openings == before.openings, "the camera was opened again for it")
    return f"set again, told once: {lines[0]}"


@case("controls.replug", stage)
def replug(on):
    """A camera that lost its power has forgotten them: they are set again."""
    one = on.camera("frontLeft")
    before = on.counts(one).drifts
    outcome = ride_out(on, one, one.unplug, one.plug, reopened=True)
    check_wanted(one)
    drifts = on.counts(one).drifts - before
    check(drifts == 0, f"a new opening counts as {drifts} drifts")
    return outcome
