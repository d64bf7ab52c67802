"""Under systemd, by the project's own unit: ready, watched, restarted, and never in the way of its cameras."""

import json
import time

from lane.case import case, check, wait_until
from lane.devices import run
from lane.fault import WITHIN
from lane.service import UNIT, show, unit

CHECKS = ["open", "identity", "format", "rate", "frames", "controls"]


@case("service.ready", unit)
def ready(on):
    """systemctl start has returned, so READY was said; and the sandbox is as tight as it was meant."""
    check(show("ActiveState") == "active" and show("Type") == "notify", f"{UNIT} is {show('ActiveState')}")
    exposure = run("systemd-analyze", "security", "--no-pager", UNIT, check_status=False).strip().splitlines()[-1]
    level = float(exposure.split(":")[1].split()[0])
    check(level <= 2.5, f"systemd-analyze security: {exposure}")
    on.await_cameras()
    complaints = on.daemon.lines("thread priority")
    check(not complaints, f"the runtime complains in the journal: {complaints[:1]}")
    return f"active, cameras by-id and by-path, exposure level {level}"


@case("service.watchdog", unit)
def watchdog(on):
    """Fed for longer than WatchdogSec."""
    pid = on.daemon.pid
    on.await_seconds(on.cameras[0], on.daemon.watchdog * 1.5)
    check(on.daemon.pid == pid and show("NRestarts") == "0", f"restarted {show('NRestarts')} times: {on.daemon.last_words()}")
    return f"same process after {on.daemon.watchdog * 1.5:.0f} s with WatchdogSec={on.daemon.watchdog}"


@case("service.replug", unit)
def replug(on):
    """The camera's link goes and comes with udev."""
    one, pid = on.camera("frontLeft"), on.daemon.pid
    one.unplug()
    wait_until(f"{one.position} is down", lambda: not on.daemon.up(one.position))
    on.witness.look()
    one.plug()
    gone = time.monotonic()
    wait_until(f"{one.position} is up again", lambda: on.daemon.up(one.position) and on.tally(one).last_at > gone)
    seconds = time.monotonic() - gone
    check(seconds <= WITHIN, f"back only after {seconds:.1f} s")
    check(on.daemon.pid == pid, "the daemon is not the same process any more")
    for camera in on.cameras:
        on.agreed(camera)
    return f"back after {seconds:.1f} s"


def diagnose(on, may_skip):
    findings = {}
    for line in on.daemon.command("diagnose", "--json", status=(0, 1)).splitlines():
        finding = json.loads(line)
        findings[finding["check"]] = finding
    fine = {"pass", "skip"} if may_skip else {"pass"}
    for camera in on.cameras:
        for name in CHECKS:
            finding = findings.get(f"camera.{camera.position}.{name}")
            check(finding, f"there is no check camera.{camera.position}.{name}")
            check(finding["status"] in fine, f"{finding['check']}: {finding['status']}: {finding['summary']}")
    said = [finding["status"] for name, finding in findings.items() if name.startswith("camera.")]
    return ", ".join(f"{said.count(status)} {status}" for status in sorted(set(said)))


@case("service.diagnose", unit)
def diagnose_running(on):
    """While the daemon has the cameras; it loses nothing by being asked."""
    before = {camera: on.counts(camera) for camera in on.cameras}
    said = diagnose(on, may_skip=True)
    for camera in on.cameras:
        _, now = on.agreed(camera)
        check(now.openings == before[camera].openings, f"{camera.position} was opened again")
        check(now.dropped == before[camera].dropped, f"{camera.position} lost frames: {now}")
    return said


@case("service.restart", unit)
def restart(on):
    """An orderly end and a new beginning."""
    pid = on.daemon.pid
    run("systemctl", "restart", UNIT)
    check(on.daemon.pid != pid, "it is the same process")
    on.await_cameras()
    return "another process, all cameras up"


@case("service.killed", unit)
def killed(on):
    """SIGKILL: started again by systemd, and the cameras stream again."""
    pid, at = on.daemon.pid, time.monotonic()
    run("systemctl", "kill", "--signal", "SIGKILL", UNIT)
    wait_until("systemd has started it again", lambda: on.daemon.alive() and on.daemon.pid not in (0, pid))
    for camera in on.cameras:
        wait_until(f"{camera.position} is up again", lambda: up(on, camera))
        on.await_frames(camera, 3)
    return f"all cameras up {time.monotonic() - at:.1f} s after SIGKILL"


def up(on, camera):
    try:
        return on.daemon.up(camera.position)
    except OSError:
        return False


@case("service.refused", unit)
def refused(on):
    """A configuration that is refused: down, and not started again and again; once it has changed, the watcher in its sandbox starts it."""
    run("systemctl", "start", "capture-daemon-config.path")
    good = on.daemon.config.read_text()
    on.daemon.config.write_text(good + "nonsense: 1\n")
    run("systemctl", "restart", UNIT, check_status=False)
    wait_until("the configuration is refused", lambda: show("ActiveState") == "failed")
    check(show("ExecMainStatus") == "78", f"it ends with {show('ExecMainStatus')}: {on.daemon.last_words()}")
    on.daemon.config.write_text(good)
    wait_until("the watcher has started it", on.daemon.alive)
    run("systemctl", "stop", "capture-daemon-config.path")
    on.await_cameras()
    return "78, down until the file changed, then all cameras up"


@case("service.stopped", unit)
def stopped(on):
    """Stopped in order; then diagnose opens the cameras itself."""
    run("systemctl", "stop", UNIT)
    check(show("ActiveState") == "inactive" and show("Result") == "success", f"{show('ActiveState')}, {show('Result')}")
    return diagnose(on, may_skip=False)
