"""Opening and closing a camera very often leaves nothing behind."""

import os
import subprocess
import time
from pathlib import Path

from lane import options
from lane.case import case, check
from lane.devices import BIN, VividCamera, load_vivid, unload


@case("cycles.vivid")
def cycles():
    """Descriptors and mappings of a process that opens, streams and closes again and again, seen from outside."""
    count = 1000 if options.long else 100
    check(os.path.exists(f"{BIN}/camera-probe"), "there is no camera-probe in the product")
    load_vivid(1)
    try:
        camera = VividCamera("frontLeft", 0)
        process = subprocess.Popen(
            [f"{BIN}/camera-probe", camera.node, "--cycles", str(count)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        samples = []
        while process.poll() is None:
            try:
                folder = Path(f"/proc/{process.pid}")
                samples.append((len(os.listdir(folder / "fd")), len((folder / "maps").read_text().splitlines())))
            except OSError:
                break
            time.sleep(0.01)
        said = process.stdout.read().strip().splitlines()
        status = process.wait()
        check(status == 0, f"camera-probe ended with {status}: {' | '.join(said[-3:])}")
        check(len(samples) >= 40, f"only {len(samples)} looks at it while it ran")
        # What the beginning reaches at most, the end does not exceed.
        quarter = len(samples) // 4
        first, last = samples[quarter // 2:2 * quarter], samples[-quarter:]
        high = lambda part, index: max(sample[index] for sample in part)
        check(high(last, 0) <= high(first, 0), f"descriptors grew from {high(first, 0)} to {high(last, 0)}")
        check(high(last, 1) <= high(first, 1), f"mappings grew from {high(first, 1)} to {high(last, 1)}")
        return f"{count} cycles: at most {high(last, 0)} descriptors, {high(last, 1)} mappings at the beginning and at the end"
    finally:
        unload("vivid")
