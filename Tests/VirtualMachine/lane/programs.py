"""The daemon and the stand-in cloud as processes of the lane."""

import json
import os
import re
import signal
import subprocess
import threading
import time
import urllib.request
from pathlib import Path

from .case import Failed, check, wait_until
from .devices import BIN

UNIT = "49578ed9-2ea7-42b4-9d2b-79a098265197"


def fetch(url):
    with urllib.request.urlopen(url, timeout=10) as answer:
        return answer.read().decode()


class Cloud:
    """The stand-in cloud on loopback."""

    def __init__(self):
        self.process = subprocess.Popen(
            [f"{BIN}/cloud-stand-in", "--port", "0"], stdout=subprocess.PIPE, stderr=open("/tmp/log/cloud", "a"), text=True)
        line = self.process.stdout.readline()
        listening = re.match(r"listening on (\S+)", line)
        check(listening, f"the stand-in cloud did not start: {line!r}")
        self.url = listening[1]

    def ledger(self):
        return json.loads(fetch(self.url + "/_ledger"))

    def close(self):
        self.process.terminate()
        self.process.wait()


def yaml(value, indent=0):
    """Enough of YAML for a configuration."""
    space = " " * indent
    if isinstance(value, dict) and value:
        return "".join(
            f"\n{space}{name}:{yaml(inner, indent + 2)}" for name, inner in value.items()) + ("" if indent else "\n")
    if isinstance(value, list) and value:
        return "".join(f"\n{space}-{yaml(inner, indent + 2)}" for inner in value)
    return " " + json.dumps(value)


def configuration(cameras, cloud_url, directory, key_file="/tmp/api-key"):
    """The text of a configuration file."""
    settings = {
        "unit": {"id": UNIT},
        "cloud": {"url": cloud_url} | ({"apiKeyFile": key_file} if key_file else {}),
        "storage": {"directory": str(directory), "budget": "1 GiB"},
        "status": {"listen": "127.0.0.1:8080"},
        "capture": {"memory": "128 MiB"},
        # Encoding is emulated: few pictures, cheaply made.
        "selection": {"framesPerCamera": 6},
        "webp": {"method": 0},
        "cameras": [{"position": camera.position, "device": camera.device} | camera.settings for camera in cameras],
    }
    return yaml(settings).lstrip("\n")


class Metered:
    """Whoever answers at the daemon's page."""

    page = "http://127.0.0.1:8080/metrics"

    @staticmethod
    def metrics(text):
        """(name, set of labels) -> value, of what the page says."""
        samples = {}
        for line in text.splitlines():
            match = re.match(r"(\w+)(?:\{(.*)\})? (\S+)$", line)
            if match:
                samples[match[1], frozenset(re.findall(r'(\w+)="((?:[^"\\]|\\.)*)"', match[2] or ""))] = float(match[3])
        return samples

    def counts(self, position, text=None):
        """What the daemon says of one camera: now, or in a text of its page."""
        samples = self.metrics(text or fetch(self.page))

        def value(name, **labels):
            return int(samples.get((f"capture_{name}", frozenset({"camera": position, **labels}.items())), 0))

        dropped = {
            dict(labels)["reason"]: int(number)
            for (name, labels), number in samples.items()
            if name == "capture_frames_dropped_total" and dict(labels).get("camera") == position
        }
        return Counts(
            frames=value("frames_total"), missed=value("frames_missed_total"), skipped=value("frames_skipped_total"),
            dropped=dropped, up=value("camera_up"), openings=value("camera_openings_total"),
            drifts=value("control_drifts_total"))

    def up(self, position):
        return self.counts(position).up == 1


class Daemon(Metered):
    """`capture-daemon run`, its log with times."""

    def __init__(self, cameras, cloud_url, folder):
        self.folder = Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.config = self.folder / "config.yaml"
        key = Path("/tmp/api-key")
        key.touch(mode=0o600)
        key.write_text("stand-in-key\n")
        self.state = self.folder / "state"
        self.config.write_text(configuration(cameras, cloud_url, self.state))
        self.log = []
        self.process = None

    def start(self):
        self.process = subprocess.Popen(
            [f"{BIN}/capture-daemon", "run", "--config", self.config], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
            text=True, env=os.environ | {"SWIFT_BACKTRACE": "enable=no"})
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()
        wait_until("the daemon answers at its page", self._answers)

    def _read(self):
        with open("/tmp/log/daemon", "a") as file:
            for line in self.process.stderr:
                self.log.append((time.monotonic(), line.rstrip()))
                file.write(f"{time.monotonic():.3f} {line}")
                file.flush()

    def _answers(self):
        check(self.alive(), f"the daemon ended at its start: {self.last_words()}")
        try:
            return "capture_" in fetch(self.page)
        except OSError:
            return False

    def alive(self):
        return self.process.poll() is None

    @property
    def pid(self):
        return self.process.pid

    def last_words(self):
        return " | ".join(line for _, line in self.log[-3:]) or "it said nothing"

    def lines(self, word, since=0):
        """Lines of the log from number `since` on in which `word` stands."""
        return [line for _, line in self.log[since:] if re.search(rf"\b{re.escape(word)}\b", line)]

    def descriptors(self):
        """How many there are, and how many mappings of video buffers."""
        maps = Path(f"/proc/{self.pid}/maps").read_text()
        return len(os.listdir(f"/proc/{self.pid}/fd")), maps.count("/dev/video")

    def command(self, *arguments, status=(0,)):
        """Runs another command of the daemon with the same configuration; what it says on standard output."""
        result = subprocess.run(
            [f"{BIN}/capture-daemon", *arguments, "--config", str(self.config)], capture_output=True, text=True)
        check(result.returncode in status,
              f"capture-daemon {arguments[0]} ended with {result.returncode}: {result.stderr.strip()[-300:]}")
        return result.stdout

    def stop(self):
        """Ends it in order; fails when it does not."""
        if not self.process or not self.alive():
            raise Failed(f"the daemon had ended by itself: {self.last_words()}")
        self.process.send_signal(signal.SIGTERM)
        try:
            status = self.process.wait(timeout=60)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise Failed("the daemon did not end within 60 s of SIGTERM") from None
        check(status == 0, f"the daemon ended with {status} on SIGTERM: {self.last_words()}")

    def kill(self):
        if self.process and self.alive():
            self.process.kill()
            self.process.wait()


class Counts:
    """What the daemon counted of one camera."""

    def __init__(self, **values):
        self.__dict__.update(values)

    def drop(self, *reasons):
        return sum(self.dropped.get(reason, 0) for reason in reasons)

    @property
    def taken(self):
        """Frames that came out of the driver, whatever became of them."""
        return self.frames + self.drop("pool", "damaged", "error", "late")

    def __str__(self):
        dropped = ", ".join(f"{reason} {count}" for reason, count in sorted(self.dropped.items()) if count) or "none"
        return (f"{self.frames} frames, {self.missed} missed, {self.skipped} skipped, dropped: {dropped}, "
                f"{'up' if self.up else 'down'}, {self.openings} openings")
