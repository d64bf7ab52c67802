"""What USB cameras do under the stock uvcvideo driver: silence, stalls, frames left out, cut off or broken."""

from lane import stage
from lane.case import case, check
from lane.fault import ride_out

# Of the frames of a fault; few enough that the camera does not count as silent.
FEW = 5


def victim(on):
    return on.camera("roofLeft")


@case("usb.freeze", stage.usb)
def freeze(on):
    """No error at all, only nothing: the daemon's own clock tells."""
    one = victim(on)
    return ride_out(on, one, lambda: one.tell("freeze"), lambda: one.tell("thaw"), reopened=True)


@case("usb.stall", stage.usb)
def stall(on):
    """The endpoint halts: a burst of flagged buffers, then nothing until the stream is turned off and on."""
    one = victim(on)
    return ride_out(on, one, lambda: one.tell("stall"), reopened=True)


def few(on, command, reopened=False):
    one = victim(on)

    def cause():
        one.tell(f"{command} {FEW}")
        on.await_frames(one, FEW + 5)

    return ride_out(on, one, cause, goes_down=False, reopened=reopened, lines=(0, 2))


@case("usb.error", stage.usb)
def error(on):
    """uvcvideo hides frames with the error bit: gaps in the sequence."""
    outcome = few(on, "error")
    check(outcome.gaps == FEW and outcome.missed == FEW, f"{outcome.gaps} numbers left out, {outcome.missed} missed, not {FEW}")
    return outcome


@case("usb.empty", stage.usb)
def empty(on):
    """Frames without a byte: hidden, too."""
    outcome = few(on, "empty")
    check(outcome.gaps == FEW and outcome.missed == FEW, f"{outcome.gaps} numbers left out, {outcome.missed} missed, not {FEW}")
    return outcome


@case("usb.drop", stage.usb)
def drop(on):
    """Frames that the camera left out cause no gap: only the timestamps tell."""
    one = victim(on)
    before = one.left_out()
    outcome = few(on, "drop")
    late = one.left_out() - before
    check(outcome.gaps == 0 and outcome.missed == 0, f"{outcome.missed} missed where the driver has no gap")
    check(FEW <= outcome.skipped <= FEW + late, f"{outcome.skipped} skipped, not {FEW} (and {late} by the bus)")
    return outcome


@case("usb.short", stage.usb)
def short(on):
    """Half a JPEG, delivered as a good one."""
    outcome = few(on, "short")
    check(outcome.dropped == {"damaged": FEW}, f"dropped: {outcome.dropped}, not {FEW} damaged")
    return outcome


@case("usb.garble", stage.usb)
def garble(on):
    """A JPEG of the right size with a broken inside: found by whoever looks at it, the source or the lane."""
    outcome = few(on, "garble")
    broken = sum(outcome.dropped.get(reason, 0) for reason in ("damaged", "undecodable"))
    check(broken == FEW and broken == sum(outcome.dropped.values()), f"dropped: {outcome.dropped}, not {FEW} broken ones")
    return outcome
