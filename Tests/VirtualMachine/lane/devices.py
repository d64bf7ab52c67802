"""Cameras of three kinds, each under a driver of the kernel: vivid, v4l2loopback, and uvcvideo with a simulated camera."""

import os
import re
import subprocess
from pathlib import Path

from .case import Failed, check, wait_until

BIN = "/opt/lane/bin"
FOOTAGE = Path("/opt/lane/footage")
VIDEO4LINUX = Path("/sys/class/video4linux")
RATE = 10
# Pictures of the empty lane at the beginning of the footage: 2 s of them.
EMPTY = 20


def run(*command, check_status=True):
    result = subprocess.run(list(map(str, command)), capture_output=True, text=True, stdin=subprocess.DEVNULL)
    if check_status and result.returncode:
        raise Failed(f"{' '.join(map(str, command))} ended with {result.returncode}: {result.stderr.strip()[-300:]}")
    return result.stdout


def read(path):
    try:
        return Path(path).read_text().strip()
    except OSError:
        return ""


class Camera:
    """One camera at one position. `settings` is what stands in the configuration besides position and device."""

    # Buffers that hold no whole picture by the driver's own doing, at most.
    stale = 0

    def __init__(self, position, device, **settings):
        self.position, self.device, self.settings = position, device, settings

    def owns(self, entry):
        """True when `entry` of /sys/class/video4linux is this camera's capture node."""
        return False

    @property
    def entry(self):
        return next((entry for entry in sorted(VIDEO4LINUX.glob("video*")) if self.owns(entry)), None)

    @property
    def node(self):
        """/dev/videoN at this moment; None while it is not there."""
        entry = self.entry
        return f"/dev/{entry.name}" if entry and os.path.exists(f"/dev/{entry.name}") else None

    @property
    def minor(self):
        entry = self.entry
        return int(read(entry / "dev").split(":")[1]) if entry and read(entry / "dev") else None

    def control(self, name):
        """The value that the device has."""
        return int(run("v4l2-ctl", "-d", self.node, "-C", name).split(":")[1].split()[0])

    def set_control(self, name, value):
        run("v4l2-ctl", "-d", self.node, "-c", f"{name}={value}")

    def close(self):
        pass


class VividCamera(Camera):
    """A camera of the kernel's own test driver; its faults are controls."""

    def __init__(self, position, index, **settings):
        super().__init__(position, f"bus:platform:vivid-{index:03}", **settings)
        self.index = index

    def owns(self, entry):
        return read(entry / "name").startswith(f"vivid-{self.index:03}-vid-cap")

    def press(self, control):
        self.set_control(control, 1)


class LoopbackCamera(Camera):
    """A v4l2loopback device and the program that feeds it. Its first buffer may be what somebody fed before, and it writes into
    buffers that a slow reader still reads."""

    stale = 5

    def __init__(self, position, index, raw=False, **settings):
        self.raw, self.feeder, self.fifo = raw, None, f"/tmp/feed{index}"
        shape = dict(format="YUYV", size="320x200") if raw else dict(format="MJPG", size="640x400")
        super().__init__(position, f"bus:platform:v4l2loopback-{index:03}", rate=RATE, **shape, **settings)
        self.number = 20 + index

    def owns(self, entry):
        return entry.name == f"video{self.number}"

    def feed(self):
        film = FOOTAGE / f"{self.position}.{'yuyv' if self.raw else 'mjpg'}"
        shape = ["-y", "320x200"] if self.raw else []
        with open(f"/tmp/log/camfeed-{self.position}", "a") as log:
            self.feeder = subprocess.Popen(
                [f"{BIN}/camfeed", "-r", str(RATE), "-l", str(EMPTY), "-c", self.fifo, *shape, f"/dev/video{self.number}", film],
                stderr=log)

    def tell(self, command):
        tell(self.fifo, command)

    def close(self):
        if self.feeder:
            self.feeder.kill()
            self.feeder.wait()
            self.feeder = None


class UsbCamera(Camera):
    """A USB camera that is simulated up to its cable; everything above is the kernel's, uvcvideo included."""

    def __init__(self, position, port, number, device=None, film=None, **settings):
        settings = dict(format="MJPG", size="640x400", rate=RATE) | settings
        super().__init__(position, device or f"bus:usb-vhci_hcd.0-{port + 1}", **settings)
        self.port, self.serial, self.fifo = port, number, f"/tmp/usb-{number}"
        self.film = film or FOOTAGE / f"{position}.mjpg"
        self.process = None

    def attach(self):
        # Enumeration one after the other: then /dev/video0 and 1 are the first camera's, 2 and 3 the second's.
        self.log = open(f"/tmp/log/uvcsim-{self.serial}", "a+")
        self.process = subprocess.Popen(
            [f"{BIN}/uvcsim", "-p", str(self.port), "-s", self.serial, "-r", f"{RATE},5", "-l", str(EMPTY), "-m", self.film,
             "-c", self.fifo], stderr=self.log)
        wait_until(f"the camera {self.serial} is enumerated", lambda: self.node)

    def owns(self, entry):
        try:
            where = re.search(r"/vhci_hcd\.0/usb\d+/\d+-(\d+)/", os.path.realpath(entry / "device") + "/")
        except FileNotFoundError:
            # The node went while it was looked at.
            return False
        return bool(where) and int(where[1]) == self.port + 1 and read(entry / "index") == "0"

    def tell(self, command):
        tell(self.fifo, command)

    def unplug(self):
        self.tell("unplug")
        wait_until(f"the kernel has noticed that {self.serial} is gone", lambda: not self.node)

    def plug(self, port=None):
        if port is not None:
            self.tell(f"port {port}")
            self.port = port
        self.tell("plug")

    def left_out(self):
        """Frames that this camera left out because the emulated bus was behind, up to now."""
        return self._answer("count", r"count: \d+ sent, (\d+) left out")

    def _answer(self, command, pattern):
        at = os.path.getsize(self.log.name)
        self.tell(command)

        def answered():
            with open(self.log.name) as log:
                log.seek(at)
                return re.search(pattern, log.read())

        return int(wait_until(f"{self.serial} answers", answered)[1])

    def close(self):
        if self.process:
            self.process.terminate()
            self.process.wait()
            self.process = None
            wait_until(f"the kernel has let go of {self.serial}", lambda: not self.node)


def tell(fifo, command):
    with open(wait_until(f"{fifo} is there", lambda: os.path.exists(fifo) and fifo), "w") as pipe:
        pipe.write(command + "\n")


def load_vivid(count, multiplanar=1):
    """Capture devices only, each with one input of type webcam, and nothing in the picture moves."""
    one_each = lambda value: ",".join([value] * count)
    run("modprobe", "vivid", f"n_devs={count}", f"node_types={one_each('0x1')}", f"num_inputs={one_each('1')}",
        f"input_types={one_each('0x0')}", f"multiplanar={one_each(str(multiplanar))}")
    for index in range(count):
        still(VividCamera("", index))


def still(camera):
    """No running clock in the picture: else the lane would see something move."""
    camera.set_control("osd_text_mode", 2)


def load_loopback(count):
    numbers = ",".join(str(20 + index) for index in range(count))
    run("modprobe", "v4l2loopback", f"video_nr={numbers}", "exclusive_caps=" + ",".join(["1"] * count))


def load_usb():
    run("modprobe", "uvcvideo")
    run("modprobe", "vhci-hcd")


def unload(*modules):
    for module in modules:
        # It alone, not what it stands on: the witness's tracepoint stays where it is.
        wait_until(f"nobody uses {module} any more",
                   lambda: not os.path.exists(f"/sys/module/{module}") or not run("rmmod", module, check_status=False)
                   and not os.path.exists(f"/sys/module/{module}"), every=0.3)


def hold(camera):
    """A second handle, as a program has it that nobody closed."""
    check(camera.node, f"{camera.position} is not there")
    return os.open(camera.node, os.O_RDWR | os.O_NONBLOCK)
