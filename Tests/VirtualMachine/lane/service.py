"""The daemon as systemd runs it, by the project's own unit, with cameras bound by the links that udev makes."""

import os
import shutil
import subprocess
from pathlib import Path

from . import options
from .case import check, wait_until
from .devices import UsbCamera, load_usb, run
from .programs import Cloud, Metered, configuration
from .stage import Stage

UNIT = "capture-daemon.service"
ETC = Path("/etc/capture-daemon")
UNITS = Path("/etc/systemd/system")
# What the unit has is waited for with LONG only.
SHORT_WATCHDOG = 10


def show(property):
    return run("systemctl", "show", "--value", "--property", property, UNIT).strip()


class Service(Metered):
    """The unit; the same questions as to a daemon that a case started itself."""

    process = None
    config = ETC / "config.yaml"

    def __init__(self, cameras, cloud_url):
        ETC.mkdir(exist_ok=True)
        self.config.write_text(configuration(cameras, cloud_url, "/var/lib/capture-daemon", key_file=None))
        key = ETC / "api-key"
        key.touch(mode=0o600)
        key.write_text("stand-in-key\n")
        for unit in Path("/opt/lane/systemd").iterdir():
            shutil.copy(unit, UNITS)
        self.watchdog = 30
        if not options.long:
            self.watchdog = SHORT_WATCHDOG
            (UNITS / f"{UNIT}.d").mkdir(exist_ok=True)
            (UNITS / f"{UNIT}.d/watchdog.conf").write_text(f"[Service]\nWatchdogSec={SHORT_WATCHDOG}\n")
        run("systemctl", "daemon-reload")

    def start(self):
        # Returns when the daemon has said READY: the unit is of type notify.
        started = subprocess.run(["systemctl", "start", UNIT], capture_output=True, text=True)
        check(started.returncode == 0, f"systemctl start failed: {self.last_words()}")

    def alive(self):
        return show("ActiveState") == "active"

    @property
    def pid(self):
        return int(show("MainPID"))

    @property
    def log(self):
        return self.journal()

    def journal(self):
        return run("journalctl", "--no-pager", "--output", "cat", "--unit", UNIT).splitlines()

    def lines(self, word, since=0):
        return [line for line in self.journal()[since:] if word in line]

    def last_words(self):
        return " | ".join(self.journal()[-4:]) or "it said nothing"

    def descriptors(self):
        maps = Path(f"/proc/{self.pid}/maps").read_text()
        return len(os.listdir(f"/proc/{self.pid}/fd")), maps.count("/dev/video")

    def command(self, *arguments, status=(0,)):
        result = subprocess.run(["capture-daemon", *arguments], capture_output=True, text=True)
        check(result.returncode in status,
              f"capture-daemon {arguments[0]} ended with {result.returncode}: {result.stderr.strip()[-300:]}")
        return result.stdout

    def kill(self):
        subprocess.run(["systemctl", "stop", UNIT], capture_output=True)
        Path("/tmp/log/daemon").write_text("\n".join(self.journal()) + "\n")


class ServiceStage(Stage):
    """The same stage with systemd's daemon on it."""

    def make_daemon(self):
        return Service(self.cameras, self.cloud.url)


def unit():
    """Three USB cameras: two by-id, one by-path."""
    load_usb()
    set_up = dict(controls={"auto_exposure": 1, "exposure_time_absolute": 50})
    cameras = [
        UsbCamera("frontLeft", 0, "F1", device="/dev/v4l/by-id/usb-Lane_Simulated_Camera_F1-video-index0", **set_up),
        UsbCamera("roofLeft", 1, "R2", device="/dev/v4l/by-path/platform-vhci_hcd.0-usb-0:2:1.0-video-index0", **set_up),
        UsbCamera("backRight", 2, "B3", device="/dev/v4l/by-id/usb-Lane_Simulated_Camera_B3-video-index0", **set_up),
    ]
    for camera in cameras:
        camera.attach()
    for camera in cameras:
        wait_until(f"udev has made {camera.device}, there is {links()}", lambda: os.path.exists(camera.device))
    return ServiceStage(cameras, ["uvcvideo", "vhci_hcd"])


unit.systemd = True


def links():
    return ", ".join(sorted(str(path) for path in Path("/dev/v4l").glob("*/*")))
