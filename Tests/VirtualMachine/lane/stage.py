"""A stage: cameras of one kind, the daemon on them, the stand-in cloud, the witness. Cases play on it."""

import itertools
import time
from pathlib import Path

from .case import PATIENCE, Failed, check, wait_until
from .devices import (
    LoopbackCamera, UsbCamera, VividCamera, load_loopback, load_usb, load_vivid, run as ask, unload)
from .programs import Cloud, Daemon, fetch
from .witness import Witness

COUNT = itertools.count(1)


class Stage:
    """`modules` are the drivers that are taken away again at the end."""

    def __init__(self, cameras, modules, run=True):
        self.cameras, self.modules = cameras, modules
        self.folder = Path(f"/tmp/stage{next(COUNT)}")
        self.witness = Witness(cameras)
        self.cloud = self.daemon = None
        try:
            self.cloud = Cloud()
            self.daemon = self.make_daemon()
            if run:
                self.start()
        except BaseException:
            self.close()
            raise

    def make_daemon(self):
        return Daemon(self.cameras, self.cloud.url, self.folder)

    def start(self):
        self.daemon.start()
        self.await_cameras()
        self.descriptors = self.daemon.descriptors()

    def await_cameras(self):
        for camera in self.cameras:
            wait_until(f"{camera.position} is up ({self.said(camera)})", lambda: self.alive() and self.daemon.up(camera.position))
            self.await_frames(camera, 3)

    def holds_as_much_as_at_its_start(self):
        """Waits until the daemon has as many descriptors and mapped buffers as when it began; how many, for people."""
        self.await_cameras()
        descriptors, mapped = wait_until(
            f"descriptors and buffers are {self.descriptors} again, not {self.daemon.descriptors()}",
            lambda: self.daemon.descriptors() == self.descriptors and self.descriptors, within=15)
        return f"{descriptors} descriptors, {mapped} mapped buffers, as at the start"

    def said(self, camera):
        lines = self.daemon.lines(camera.position)
        return lines[-1] if lines else "nothing was said of it"

    def alive(self):
        check(self.daemon.alive(), f"the daemon ended: {self.daemon.last_words()}")
        return True

    def camera(self, position):
        return next(camera for camera in self.cameras if camera.position == position)

    def others(self, victim):
        return [camera for camera in self.cameras if camera is not victim]

    def tally(self, camera):
        return self.witness.tally(camera.position)

    def counts(self, camera):
        return self.daemon.counts(camera.position)

    def await_frames(self, camera, count):
        """Until the driver has handed out `count` more frames of it."""
        begin = self.tally(camera).frames
        wait_until(f"{camera.position} gives {count} frames", lambda: self.alive() and self.tally(camera).frames >= begin + count)

    def await_seconds(self, camera, seconds):
        """Until the driver has handed out frames over so many seconds of its own time."""
        begin = self.tally(camera).last_at
        wait_until(f"{camera.position} gives frames for {seconds} s",
                   lambda: self.alive() and self.tally(camera).last_at >= begin + seconds, within=seconds * 3 + PATIENCE, every=0.5)

    def agreed(self, camera):
        """Tally and counts of a camera at one moment with no frame under way, when they agree; fails when they never do.

        Frames that came out of the driver are frames taken or dropped with a reason; gaps are missed frames."""
        last, quickest = None, PATIENCE

        def agree():
            nonlocal last, quickest
            self.witness.look()
            began = time.monotonic()
            text = fetch(self.daemon.page)
            quickest = min(quickest, time.monotonic() - began)
            self.witness.drain()
            tally = self.witness.tallies[camera.position].copy()
            # A frame that came shortly before may not be counted yet, one that came since is not in the text.
            if tally.last_at > began - 0.005:
                return None
            last = tally, self.daemon.counts(camera.position, text)
            return last if self.is_agreed(*last) else None

        try:
            return wait_until("", agree, within=20, every=0.013)
        except Failed:
            if last is None:
                raise Failed(f"{camera.position}: no quiet moment in 20 s; the page took {quickest * 1000:.0f} ms or more") from None
            tally, counts = last
            raise Failed(
                f"{camera.position}: the driver handed out {tally.frames} frames with {tally.gaps} numbers left out and "
                f"{tally.late} late, the daemon says {counts}") from None

    @staticmethod
    def is_agreed(tally, counts):
        """Every frame that was handed out is counted, and every number that was left out. One that came late has been
        missed before."""
        return tally.frames == counts.taken and tally.gaps <= counts.missed <= tally.gaps + tally.late

    def close(self):
        try:
            if self.daemon and self.daemon.process and self.daemon.alive():
                self.daemon.stop()
        finally:
            if self.daemon:
                self.daemon.kill()
            if self.cloud:
                self.cloud.close()
            for camera in self.cameras:
                camera.close()
            self.witness.close()
            unload(*self.modules)


def vivid():
    """Three webcams of vivid, 640x360 YUYV at 15/s: half of what this driver gives, which is what the emulated lane can look at."""
    load_vivid(3)
    shape = dict(format="YUYV", size="640x360", rate=15)
    return Stage(
        [VividCamera("frontLeft", 0, **shape), VividCamera("roofLeft", 1, **shape), VividCamera("backRight", 2, **shape)],
        ["vivid"])


def usb(run=True):
    """Three identical USB cameras: one bound by its port, with the serial number it must have, two by their serial numbers."""
    load_usb()
    cameras = [
        UsbCamera("frontLeft", 0, "F1", serial="F1"),
        UsbCamera("roofLeft", 1, "R2", device="serial:R2"),
        UsbCamera("backRight", 2, "B3", device="serial:B3"),
    ]
    for camera in cameras:
        camera.attach()
    return Stage(cameras, ["uvcvideo", "vhci_hcd"], run=run)


def usb_waiting():
    """The same, and the daemon is not started."""
    return usb(run=False)


def loopback(raw):
    load_loopback(3)
    cameras = [LoopbackCamera(position, index, raw) for index, position in enumerate(["frontLeft", "roofLeft", "backRight"])]
    for camera in cameras:
        camera.feed()
    for camera in cameras:
        # exclusive_caps: it is a capture device from the first picture on.
        wait_until(f"{camera.node} is fed", lambda: "Video Capture" in ask("v4l2-ctl", "-d", camera.node, "--info"))
    return Stage(cameras, ["v4l2loopback"])


def loopback_mjpeg():
    return loopback(raw=False)


def loopback_raw():
    return loopback(raw=True)
