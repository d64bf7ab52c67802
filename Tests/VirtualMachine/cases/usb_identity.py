"""A camera is what it is, whatever number, port or neighbour it has after somebody pulled a cable."""

import os
import time

from lane import stage
from lane.case import case, check, wait_until
from lane.devices import hold
from lane.fault import ride_out


@case("identity.replug", stage.usb)
def replug(on):
    """Unplugged, plugged in again, under the same number."""
    one = on.camera("frontLeft")
    node = one.node
    outcome = ride_out(on, one, one.unplug, one.plug, reopened=True)
    check(one.node == node, f"{one.position} came back as {one.node}, not {node}: the fault was another one")
    return outcome


@case("identity.number", stage.usb)
def number(on):
    """Another program holds the old node: the camera comes back under another number and is the same camera."""
    one = on.camera("frontLeft")
    node, handle = one.node, hold(one)
    try:
        outcome = ride_out(on, one, one.unplug, one.plug, reopened=True)
        check(one.node != node, f"{one.position} came back as {node}: the fault did not happen")
        return f"{node} became {one.node}: {outcome}"
    finally:
        os.close(handle)


@case("identity.swap", stage.usb)
def swap(on):
    """Two cameras that are bound by their serial numbers come back each on the other's port."""
    roof, back = on.camera("roofLeft"), on.camera("backRight")
    pid, at = on.daemon.pid, len(on.daemon.log)
    ports = roof.port, back.port
    roof.unplug()
    back.unplug()
    for camera in (roof, back):
        wait_until(f"{camera.position} is down", lambda: not on.daemon.up(camera.position))
    on.witness.look()
    roof.plug(ports[1])
    wait_until("the first is enumerated", lambda: roof.node)
    back.plug(ports[0])
    wait_until("the second is enumerated", lambda: back.node)
    for camera in (roof, back):
        wait_until(f"{camera.position} is up again", lambda: on.alive() and on.daemon.up(camera.position), within=10)
        on.await_frames(camera, 5)
        on.agreed(camera)
        said = on.daemon.lines(camera.position, since=at)
        check(1 <= len(said) <= 4, f"{len(said)} log lines of {camera.position}: {said[:5]}")
    # Which picture belongs to which position: only the one that is frozen may go down.
    roof.tell("freeze")
    wait_until("the frozen one is down", lambda: not on.daemon.up("roofLeft"))
    check(on.daemon.up("backRight"), "backRight went down when the camera of roofLeft was frozen")
    roof.tell("thaw")
    wait_until("the frozen one is up again", lambda: on.daemon.up("roofLeft"))
    check(on.daemon.pid == pid, "the daemon is not the same process any more")
    return f"each is itself on port {roof.port} and {back.port}"


@case("identity.stranger", stage.usb)
def stranger(on):
    """Another camera of the same model on the port of one that must have its serial number: refused, told once."""
    one = on.camera("frontLeft")
    one.unplug()
    wait_until(f"{one.position} is down", lambda: not on.daemon.up(one.position))
    at = len(on.daemon.log)
    one.tell("serial X9")
    one.plug()
    told = wait_until("the stranger is told of", lambda: [line for line in on.daemon.lines(one.position, since=at) if "X9" in line])
    check("F1" in told[0], f"the line does not say which camera is expected: {told[0]}")
    # Long enough for several tries: the others give frames for five seconds, and this one none.
    before = on.tally(one).frames
    on.await_seconds(on.camera("backRight"), 5)
    check(not on.daemon.up(one.position) and on.tally(one).frames == before, "frames of the stranger were taken")
    told = [line for line in on.daemon.lines(one.position, since=at) if "X9" in line]
    check(len(told) == 1, f"the stranger was told of {len(told)} times")
    one.unplug()
    one.tell("serial F1")

    outcome = ride_back(on, one)
    return f"refused; its own camera {outcome}"


def ride_back(on, one):
    on.witness.look()
    one.plug()
    gone = time.monotonic()
    wait_until(f"{one.position} is up again", lambda: on.daemon.up(one.position) and on.tally(one).last_at > gone)
    seconds = time.monotonic() - gone
    check(seconds <= 10, f"{one.position} was back only after {seconds:.1f} s")
    on.await_frames(one, 5)
    on.agreed(one)
    return f"back after {seconds:.1f} s"


@case("identity.descriptors", stage.usb)
def descriptors(on):
    """After all this the daemon holds as many descriptors and buffers as at its start."""
    return on.holds_as_much_as_at_its_start()
