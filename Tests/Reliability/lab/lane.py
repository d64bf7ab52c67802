"""A recording that stands in for a camera, and how to wait for what comes of it."""

import json
import subprocess
import time


def recording(folder, vehicle=True):
    """A textured floor, and a thing the size of a vehicle that slides over it from the second second on; or the floor alone."""
    folder.mkdir()
    floor = "nullsrc=s=320x200:r=15:d=7,geq=lum='90+40*sin(X/3)*sin(Y/4)+20*sin(X/17+Y/11)':cb=128:cr=128"
    slide = "[0][1]overlay=x=-190:y=35,format=yuvj422p" if not vehicle else (
        "[0][1]overlay=x='if(lt(t,1.5),-190,-180+(t-1.5)*220)':y=35,format=yuvj422p")
    subprocess.run(
        ["ffmpeg", "-y", "-v", "error", "-f", "lavfi", "-i", floor, "-f", "lavfi", "-i", "testsrc2=s=180x130:r=15:d=7",
         "-filter_complex", slide, "-c:v", "mjpeg", "-q:v", "3", folder / "frontLeft.mkv"], check=True)
    (folder / "recording.json").write_text(json.dumps(
        {"format": "capture-recording/1", "nominalRate": 15, "cameras": {"frontLeft": {"file": "frontLeft.mkv"}}}))


def until(what, seconds):
    """The first true answer within so long; None: there was none."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        answer = what()
        if answer:
            return answer
        time.sleep(0.3)
    return None
