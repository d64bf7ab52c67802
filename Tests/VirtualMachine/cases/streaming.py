"""Three cameras stream, and what the daemon counts is what the drivers handed out."""

from lane import options, stage
from lane.case import case, check


def stream(on, driver_skips):
    seconds = 120 if options.long else 20
    on.witness.forget_pauses()
    for camera in on.cameras:
        on.await_seconds(camera, seconds if camera is on.cameras[0] else 1)
    frames, gaps = [], []
    for camera in on.cameras:
        tally, counts = on.agreed(camera)
        check(counts.drop("pool", "lane", "damaged", "error") == 0 and not sum(counts.dropped.values()),
              f"{camera.position} dropped frames: {counts}")
        check(counts.openings <= 1, f"{camera.position} was opened again: {counts}")
        check(tally.errors == 0, f"{camera.position}: the driver flagged {tally.errors} frames")
        check(counts.skipped <= driver_skips(camera), f"{camera.position}: {counts.skipped} skipped, and the camera left out fewer")
        check(tally.frames >= seconds * camera.settings["rate"] * 0.5, f"{camera.position}: only {tally.frames} frames in {seconds} s")
        frames.append(tally.frames)
        gaps.append(tally.gaps)
    return f"{seconds} s: {' + '.join(map(str, frames))} frames, {' + '.join(map(str, gaps))} missed as the driver has it, 0 dropped"


@case("stream.vivid", stage.vivid)
def vivid(on):
    return stream(on, lambda camera: 0)


@case("stream.usb", stage.usb)
def usb(on):
    return stream(on, lambda camera: camera.left_out())
