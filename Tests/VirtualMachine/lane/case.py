"""What a case is, and how a condition is waited for."""

import time

CASES = []

# Conditions that come on a fast machine within a second get this long on a slow one: only a case that fails waits for it.
PATIENCE = 60.0


class Failed(Exception):
    """Why a case failed, in one line."""


class Case:
    def __init__(self, name, stage, body, long_only):
        self.name, self.stage, self.body, self.long_only = name, stage, body, long_only
        self.systemd = getattr(stage, "systemd", False)


def case(name, stage=None, long_only=False):
    """Marks a function as the case `name`; it gets what `stage()` made, and returns its figures as a text.

    Neighbours with the same stage share what it made, until one of them fails."""

    def mark(body):
        CASES.append(Case(name, stage, body, long_only))
        return body

    return mark


def check(holds, why):
    if not holds:
        raise Failed(why)


def wait_until(what, condition, within=PATIENCE, every=0.05):
    """The first true value of `condition()`; fails with `what` when none came in time."""
    end = time.monotonic() + within
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise Failed(f"in {within:.0f} s it did not come about that {what}")
        time.sleep(every)
