"""What every fault must be: survived by the same process, mended in time, told once, counted right, and nobody else's."""

import time

from .case import check, wait_until

# The promise: a camera is back so soon after the cause of its trouble is gone.
WITHIN = 10.0


class Outcome:
    """What changed for the victim; `seconds` from the cause going away to the first frame after it."""

    def __init__(self, stage, victim, before, after, seconds, lines):
        (old, was), (new, now) = before, after
        self.stage, self.victim, self.seconds, self.lines = stage, victim, seconds, lines
        self.gaps = new.gaps - old.gaps
        self.flagged = new.errors - old.errors
        self.frames = new.frames - old.frames
        self.openings = now.openings - was.openings
        self.missed = now.missed - was.missed
        self.skipped = now.skipped - was.skipped
        reasons = set(was.dropped) | set(now.dropped)
        self.dropped = {reason: now.drop(reason) - was.drop(reason) for reason in reasons if now.drop(reason) != was.drop(reason)}

    def __str__(self):
        parts = [f"back after {self.seconds:.1f} s", f"{self.openings} reopened", f"{self.missed} missed"]
        if self.skipped:
            parts.append(f"{self.skipped} skipped")
        parts += [f"{count} {reason}" for reason, count in sorted(self.dropped.items())]
        return ", ".join(parts) + f", {len(self.lines)} log lines"


def ride_out(stage, victim, cause, remedy=lambda: None, goes_down=True, reopened=None, lines=(1, 4)):
    """Lets `cause` happen to `victim`, waits for the daemon to notice when it `goes_down`, then calls `remedy`.

    `reopened`: whether the camera must have been opened again; None: either way is right."""
    stage.await_cameras()
    pid = stage.daemon.pid
    before = {camera: stage.agreed(camera) for camera in stage.cameras}
    at = len(stage.daemon.log)
    stage.witness.forget_pauses()
    openings = before[victim][1].openings

    cause()
    if goes_down:
        wait_until(f"the daemon notices the trouble of {victim.position}", lambda: stage.alive() and noticed(stage, victim, openings))
    stage.witness.look()
    remedy()
    gone = time.monotonic()
    wait_until(f"{victim.position} is up again", lambda: stage.alive() and stage.daemon.up(victim.position)
               and stage.tally(victim).last_at > gone)
    seconds = time.monotonic() - gone
    check(seconds <= WITHIN, f"{victim.position} was back only {seconds:.1f} s after the cause had gone")
    stage.await_frames(victim, 5)

    after = {camera: stage.agreed(camera) for camera in stage.cameras}
    check(stage.daemon.pid == pid and stage.daemon.alive(), "the daemon is not the same process any more")
    said = stage.daemon.lines(victim.position, since=at)
    check(lines[0] <= len(said) <= lines[1],
          f"{len(said)} log lines of {victim.position}, not {lines[0]} to {lines[1]}: {' | '.join(said[:6])}")
    for other in stage.others(victim):
        unharmed(stage, other, before[other], after[other], at)
    outcome = Outcome(stage, victim, before[victim], after[victim], seconds, said)
    if reopened is not None:
        check((outcome.openings > 0) == reopened, f"{victim.position} was opened {outcome.openings} times again")
    return outcome


def noticed(stage, victim, openings):
    counts = stage.counts(victim)
    return not counts.up or counts.openings > openings


def unharmed(stage, camera, before, after, at):
    """Nothing happened to a camera that had no part in it."""
    (old, was), (new, now) = before, after
    name = camera.position
    check(now.drop("pool", "lane", "damaged", "error") == was.drop("pool", "lane", "damaged", "error"), f"{name} lost frames: {now}, before {was}")
    check(now.openings == was.openings, f"{name} was opened again, and it had no part in it")
    check(new.longest_pause < 1.5, f"{name} gave nothing for {new.longest_pause:.1f} s, and it had no part in it")
    said = stage.daemon.lines(name, since=at)
    check(not said, f"{name} is in the log, and it had no part in it: {said[:2]}")
