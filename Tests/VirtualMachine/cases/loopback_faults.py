"""v4l2loopback: whoever feeds it falls silent without a word and goes on."""

from lane import stage
from lane.case import case
from lane.fault import ride_out


@case("loopback.feeder", stage.loopback_mjpeg)
def feeder(on):
    """Readers get no error, only silence."""
    one = on.camera("roofLeft")
    return ride_out(on, one, lambda: one.tell("freeze"), lambda: one.tell("thaw"), reopened=True)
