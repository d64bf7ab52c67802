"""A unit and its cloud for a reliability test: a stand-in on loopback, a key, configurations, and the programs as people run them."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import urllib.request
from pathlib import Path

TOP = Path(__file__).resolve().parents[3]
BIN = Path(os.environ.get("CAPTURE_BIN", TOP / ".build" / "debug")).resolve()
UNIT, CAPTURE_SET, TENANT = None, None, None


class Site:
    """Everything of one test, in a folder that goes when it is over. `cloud`: what the stand-in kept of an earlier life."""

    def __init__(self, name, key="stand-in-key", cloud=None, in_cloud=False):
        """`in_cloud`: the stand-in is started by the test itself, somewhere else: `start_cloud`."""
        self.folder = Path(tempfile.mkdtemp(prefix=f"reliability-{name}-"))
        if cloud:
            shutil.copytree(cloud, self.folder / "cloud")
        self.history = []
        self.cloud = None
        self.key = self.folder / "key"
        self.key.write_text(key + "\n")
        self.key.chmod(0o600)
        if not in_cloud:
            self.start_cloud(lambda words: subprocess.Popen([str(word) for word in words], stdout=subprocess.PIPE, text=True))

    def start_cloud(self, start, extra=()):
        # The API and the storage: two origins, as in life.
        self.ports = free_ports(2)
        at = () if extra else ("--port", str(self.ports[0]), "--storage-port", str(self.ports[1]))
        key = self.key.read_text().strip()
        self.cloud = start([BIN / "cloud-stand-in", "--data", self.folder / "cloud", "--api-key", key, *at, *extra])
        line = self.cloud.stdout.readline()
        if "listening on" not in line:
            sys.exit(f"the stand-in cloud did not start: {line!r}")
        self.url = line.split()[-1]
        world = json.loads((self.folder / "cloud" / "world.json").read_text())
        unit = world["captureUnits"][0]
        self.unit, self.capture_set, self.tenant = unit["id"], unit["captureSetId"], unit["defaultTenant"]

    def close(self):
        if self.cloud and self.cloud.poll() is None:
            self.cloud.send_signal(signal.SIGTERM)
            self.cloud.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    # The cloud

    def faults(self, rules):
        request = urllib.request.Request(
            self.url + "/_faults", data=json.dumps(rules).encode(), method="PUT",
            headers={"Content-Type": "application/json"})
        urllib.request.urlopen(request).read()

    def ledger(self):
        return json.load(urllib.request.urlopen(self.url + "/_ledger"))

    # The unit

    def configuration(self, state, role="alone", **delivery):
        # Beside the state folder, which may lie on a disk that is played with.
        path = self.folder / f"{Path(state).name}.yaml"
        path.write_text(self.configured(state, self.key, role=role, **delivery))
        return path

    def configured(self, state, key, role="alone", **delivery):
        """The text of a configuration with the short deadlines of a test."""
        settings = {"reconcileGrace": "100 ms", "createDeadline": "2 s", "backoffBase": "20 ms", "backoffCap": "200 ms"}
        settings.update(delivery)
        lines = "".join(f"  {key}: {value}\n" for key, value in settings.items())
        return (
            f"unit:\n  id: {self.unit}\n  role: {role}\ncloud:\n  url: {self.url}\n  apiKeyFile: {key}\n"
            f"storage:\n  directory: {state}\nstatus:\n  listen: null\ndelivery:\n{lines}")

    def put(self, state, first, count=2, images=2, size=20_000, environment=None, extra=(), under=()):
        """Records passages as the daemon does; what it said goes into the history, whatever became of it. `under`: what runs it."""
        self.history += [("TRIED", number) for number in range(first, first + count)]
        done = run([*under, BIN / "outbox-probe", "put", state, "--from", first, "--passages", count, "--images", images,
                    "--bytes", size, "--tenant", self.tenant, "--capture-set", self.capture_set, *extra], environment)
        self.history += [tuple(line.split(" ", 3)) for line in done.stdout.splitlines()]
        return done

    def grow(self, state, first, count=1, groups=3, images=2, size=20_000, environment=None, extra=()):
        """Records passages and sends them while they grow; what it said goes into the history, whatever became of it."""
        self.history += [("TRIED", number) for number in range(first, first + count)]
        done = run([BIN / "outbox-probe", "grow", state, "--url", self.url, "--key-file", self.key, "--from", first, "--passages", count,
                    "--groups", groups, "--images", images, "--bytes", size, "--tenant", self.tenant,
                    "--capture-set", self.capture_set, *extra], environment)
        self.history += [tuple(line.split(" ", 3)) for line in done.stdout.splitlines() if line[0] != "{"]
        return done

    def deliver(self, state, environment=None, timeout=120, **delivery):
        return run([BIN / "capture-daemon", "outbox", "deliver", "--config", self.configuration(state, **delivery)],
                   environment, timeout)

    def outbox(self, state, *words):
        return run([BIN / "capture-daemon", "outbox", *words, "--config", self.configuration(state)])


def free_ports(count):
    """Ports of loopback that nobody has, for the next moment."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


def run(words, environment=None, timeout=120):
    env = {key: value for key, value in os.environ.items() if not key.startswith("CAPTURE_")}
    env.update({"SWIFT_BACKTRACE": "enable=no"}, **(environment or {}))
    return subprocess.run([str(word) for word in words], env=env, capture_output=True, text=True, timeout=timeout)


def shim(name):
    """A library for LD_PRELOAD, built where nobody minds: faultshim kills and fails, clockshim lies about the time of day."""
    folder = Path(tempfile.gettempdir()) / f"capture-shims-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    library, source = folder / f"{name}.so", Path(__file__).with_name(f"{name}.c")
    if not library.exists() or library.stat().st_mtime < source.stat().st_mtime:
        compiler = next(name for name in ("clang", "gcc", "cc") if shutil.which(name))
        subprocess.run([compiler, "-O1", "-shared", "-fPIC", "-o", library, source, "-ldl"], check=True)
    return str(library)
