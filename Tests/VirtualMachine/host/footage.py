"""What the simulated cameras show: a car through the lane, rendered by lane-simulator, as MJPEG and as raw pictures."""

import subprocess
from pathlib import Path

from .preparation import Failure, kept, key

CAMERAS = ["frontLeft", "roofLeft", "backRight"]
RATE = 10
# Small enough for a processor that is emulated, large enough that a car is seen as one.
SIZE = "640x400"
RAW_SIZE = "320x200"
# One car, and two seconds of empty lane before and after it.
SCENARIO = ["--scenario", "normal", "--vehicles", "1", "--speed", "13", "--seed", "7"]


def footage(simulator: Path) -> Path:
    """A folder with CAMERA.mjpg and CAMERA.yuyv of each camera, and the recording `lane` that they are made from."""
    name = f"footage-{key(simulator, Path(__file__))}"
    return kept(name, lambda folder: render(simulator, folder))


def render(simulator, folder):
    lane = folder / "lane"
    folder.mkdir()
    run(simulator, "--output", lane, "--cameras", ",".join(CAMERAS), "--size", SIZE, "--rate", RATE, *SCENARIO)
    width, height = RAW_SIZE.split("x")
    for camera in CAMERAS:
        (film,) = lane.glob(f"{camera}.*")
        run("ffmpeg", "-v", "error", "-i", film, "-c", "copy", "-f", "mjpeg", folder / f"{camera}.mjpg")
        run("ffmpeg", "-v", "error", "-i", film, "-vf", f"scale={width}:{height}:out_range=tv,format=yuyv422", "-f", "rawvideo",
            folder / f"{camera}.yuyv")


def run(*command):
    result = subprocess.run(list(map(str, command)), stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if result.returncode:
        raise Failure(f"{command[0]} failed: {result.stderr.strip()[-400:]}")
