"""Every format that vivid and the daemon share streams, and each frame has the size that its format gives it."""

from lane.case import case, check, wait_until
from lane.devices import VividCamera, load_vivid, run
from lane.stage import Stage

WIDTH, HEIGHT = 320, 180
# Format -> bits of a pixel.
FORMATS = {"YUYV": 16, "UYVY": 16, "NV12": 12, "YU12": 12, "GREY": 8, "BA81": 8, "GBRG": 8, "GRBG": 8, "RGGB": 8}
POSITIONS = ["frontLeft", "frontRight", "roofLeft", "roofRight", "topLeft", "topRight", "bottomLeft", "bottomRight", "backLeft"]


def cameras(formats):
    shape = dict(size=f"{WIDTH}x{HEIGHT}", rate=5)
    return [VividCamera(POSITIONS[index], index, format=name, **shape) for index, name in enumerate(formats)]


def single():
    """One camera of each format, all at once."""
    load_vivid(len(FORMATS))
    return Stage(cameras(FORMATS), ["vivid"])


def planes():
    """The multi-planar interface: NV12 in one piece and in two."""
    load_vivid(2, multiplanar=2)
    return Stage(cameras(["NV12", "NV12"]), ["vivid"])


def streams(on, camera, fourcc, bits, multi=False):
    on.await_frames(camera, 10)
    tally, counts = on.agreed(camera)
    check(sum(counts.dropped.values()) == 0, f"frames were dropped: {counts}")
    size = WIDTH * HEIGHT * bits // 8
    if not multi:
        check(tally.last_bytes == size, f"frames of {tally.last_bytes} bytes, not {size}")
    given = run("v4l2-ctl", "-d", camera.node, "--get-fmt-video")
    check(f"'{fourcc}'" in given and f"{WIDTH}/{HEIGHT}" in given, f"the device has another format: {' '.join(given.split())}")
    return f"{tally.frames} frames of {size} bytes, {tally.gaps} missed as the driver has it"


def of(name, bits):
    @case(f"format.{name}", single)
    def body(on):
        return streams(on, next(camera for camera in on.cameras if camera.settings["format"] == name), name, bits)


for _name, _bits in FORMATS.items():
    of(_name, _bits)


@case("format.planes", planes)
def multiplanar(on):
    """The device has the multi-planar interface only; whichever of NV12 and NM12 the daemon takes must stream."""
    figures = []
    for camera in on.cameras:
        given = run("v4l2-ctl", "-d", camera.node, "--get-fmt-video")
        fourcc = "NM12" if "'NM12'" in given else "NV12"
        check("Multiplanar" in run("v4l2-ctl", "-d", camera.node, "--info"), "the device is not multi-planar")
        figures.append(f"{fourcc}: {streams(on, camera, fourcc, 12, multi=True)}")
    return "; ".join(figures)
