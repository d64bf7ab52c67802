"""Every fault that the kernel's own test driver can inject; the daemon is the same process through all of them."""

import subprocess
import time

from lane import stage
from lane.case import case, check, wait_until
from lane.devices import still
from lane.fault import ride_out

DRIVER = "/sys/bus/platform/drivers/vivid"


def victim(on):
    return on.camera("roofLeft")


@case("vivid.disconnect", stage.vivid)
def disconnect(on):
    """Everything is ENODEV, and stays so until the last handle is closed."""
    one = victim(on)
    return ride_out(on, one, lambda: one.press("disconnect"), reopened=True)


@case("vivid.fatal", stage.vivid)
def fatal(on):
    """EIO and POLLERR until the stream is turned off."""
    one = victim(on)
    return ride_out(on, one, lambda: one.press("inject_fatal_streaming_error"), reopened=True)


@case("vivid.flag", stage.vivid)
def flag(on):
    """One buffer with the error flag: it is no evidence, and no reason to open the camera again."""
    one = victim(on)
    outcome = ride_out(on, one, lambda: one.press("inject_v4l2_buf_flag_error"), goes_down=False, reopened=False, lines=(0, 1))
    check(outcome.flagged == 1, f"the driver flagged {outcome.flagged} frames, not 1")
    check(outcome.dropped == {"error": 1}, f"dropped: {outcome.dropped}, not 1 error")
    return outcome


@case("vivid.half", stage.vivid)
def half(on):
    """Half of the buffers are left out: gaps in the sequence, counted one by one, no reason for anything else."""
    one = victim(on)

    def some():
        one.set_control("percentage_of_dropped_buffers", 50)
        on.await_seconds(one, 3)

    outcome = ride_out(
        on, one, some, lambda: one.set_control("percentage_of_dropped_buffers", 0), goes_down=False, reopened=False, lines=(0, 2))
    check(outcome.gaps >= 10, f"the driver left out only {outcome.gaps} frames: the fault did not happen")
    return outcome


@case("vivid.silence", stage.vivid)
def silence(on):
    """All buffers are left out: no error, no frame, only the daemon's own clock tells."""
    one = victim(on)
    return ride_out(
        on, one, lambda: one.set_control("percentage_of_dropped_buffers", 100),
        lambda: one.set_control("percentage_of_dropped_buffers", 0), reopened=True)


def at_next_opening(on, control):
    """A fault that waits for the next opening, and then the error that makes the daemon open again."""
    one = victim(on)

    def cause():
        one.press(control)
        one.press("inject_fatal_streaming_error")

    return ride_out(on, one, cause, reopened=True, lines=(1, 5))


@case("vivid.streamon", stage.vivid)
def streamon(on):
    """One STREAMON fails."""
    return at_next_opening(on, "inject_vidioc_streamon_error")


@case("vivid.reqbufs", stage.vivid)
def reqbufs(on):
    """One REQBUFS fails."""
    return at_next_opening(on, "inject_vidioc_reqbufs_error")


@case("vivid.qbuf", stage.vivid)
def qbuf(on):
    """One QBUF fails: tried again, or the camera is opened again; both are right."""
    one = victim(on)
    return ride_out(on, one, lambda: one.press("inject_vidioc_qbuf_error"), goes_down=False, lines=(0, 4))


@case("vivid.wrap", stage.vivid)
def wrap(on):
    """The sequence goes through 2^32 about four seconds after the stream began: no frame is missed there."""
    one = victim(on)
    one.set_control("wrap_sequence_number", 1)
    outcome = ride_out(on, one, lambda: one.press("inject_fatal_streaming_error"), reopened=True)
    high = on.tally(one).last_sequence
    check(high is not None and high > 1 << 31, f"the sequence is {high}: the fault did not happen")
    one.set_control("wrap_sequence_number", 0)
    wait_until("the sequence has gone through 2^32", lambda: on.tally(one).last_sequence < 1 << 31)
    on.await_frames(one, 10)
    tally, counts = on.agreed(one)
    check(counts.missed < 1 << 31, f"missed: {counts.missed}")
    return f"{outcome}; through 2^32 with {tally.gaps} missed in all, as the driver has it"


@case("vivid.descriptors", stage.vivid)
def descriptors(on):
    """After all this the daemon holds as many descriptors and buffers as at its start."""
    return on.holds_as_much_as_at_its_start()


@case("vivid.unbind", stage.vivid)
def unbind(on):
    """All cameras of the driver go, nodes and all, and come back."""
    pid, at = on.daemon.pid, len(on.daemon.log)
    write(DRIVER + "/unbind", "vivid.0")
    for camera in on.cameras:
        wait_until(f"{camera.position} is down", lambda: not on.daemon.up(camera.position))
    on.witness.look()
    write(DRIVER + "/bind", "vivid.0")
    back = time.monotonic()
    for camera in on.cameras:
        wait_until(f"{camera.position} has its node again", lambda: camera.node)
        still(camera)
        wait_until(f"{camera.position} is up again", lambda: on.alive() and on.daemon.up(camera.position) and on.tally(camera).last_at > back)
    seconds = time.monotonic() - back
    check(seconds <= 10, f"the cameras were back only {seconds:.1f} s after the driver")
    check(on.daemon.pid == pid, "the daemon is not the same process any more")
    for camera in on.cameras:
        on.await_frames(camera, 5)
        on.agreed(camera)
        said = on.daemon.lines(camera.position, since=at)
        check(1 <= len(said) <= 4, f"{len(said)} log lines of {camera.position}: {said[:5]}")
    return f"three cameras back after {seconds:.1f} s"


def write(path, text):
    # The kernel answers when all is done; with a daemon that holds on to a device that may take a moment.
    subprocess.run(["sh", "-c", f"echo {text} > {path}"], check=True)
