"""What `record` writes: whole, from every camera, and the same passage that the live run saw (the host replays it)."""

import json
import shutil
import subprocess
from pathlib import Path

from lane import stage
from lane.case import case, check, wait_until
from lane.devices import BIN, run
from lane.passages import drive

SECONDS = 10


@case("record.usb", stage.usb_waiting)
def record(on):
    # A disk of its own: beside the outbox twice as much must stay free as there is.
    disk = Path("/tmp/recordings")
    disk.mkdir()
    run("mount", "-t", "tmpfs", "-o", "size=3g", "tmpfs", disk)
    folder = disk / "one"
    process = subprocess.Popen(
        [f"{BIN}/capture-daemon", "record", "--output", folder, "--duration", f"{SECONDS}s", "--config", on.daemon.config],
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    for camera in on.cameras:
        wait_until(f"{camera.position} gives frames", lambda: process.poll() is not None or on.tally(camera).frames > 0)
    drive(on.cameras)
    _, said = process.communicate(timeout=SECONDS * 3 + 60)
    check(process.returncode == 0, f"record ended with {process.returncode}: {said.strip()[-300:]}")
    manifest = json.loads((folder / "recording.json").read_text())
    positions = sorted(camera.position for camera in on.cameras)
    check(sorted(manifest["cameras"]) == positions, f"recorded: {sorted(manifest['cameras'])}, not {positions}")
    tallies = [on.tally(camera) for camera in on.cameras]
    # For the replay on the host, whose frames must be these.
    shutil.copytree(folder, "/results/recording")
    Path("/results/recorded.json").write_text(json.dumps({
        camera.position: {"frames": tally.frames, "gaps": tally.gaps} for camera, tally in zip(on.cameras, tallies)}))
    sizes = sum(file.stat().st_size for file in folder.iterdir())
    return f"{SECONDS} s, {' + '.join(str(tally.frames) for tally in tallies)} frames dequeued, {sizes / 1e6:.1f} MB"
