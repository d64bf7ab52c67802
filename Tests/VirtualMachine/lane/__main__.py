"""Runs cases inside the machine:  python3 -m lane [--long] [--systemd] [--only PATTERN]

One line for each on standard output: `ok   name  figures` or `FAIL name  why`. What a failed case leaves goes to
/results/failed/NAME."""

import argparse
import fnmatch
import importlib
import pkgutil
import shutil
import subprocess
import time
import traceback
from pathlib import Path

import cases

from . import options
from .case import CASES, Failed

LOGS = Path("/tmp/log")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--long", action="store_true")
    parser.add_argument("--systemd", action="store_true")
    parser.add_argument("--only", default="*", help="patterns of names, with commas")
    parser.add_argument("--done", default="", help="names of cases that another machine has played, with commas")
    arguments = parser.parse_args()
    options.long = arguments.long
    LOGS.mkdir(exist_ok=True)
    for module in sorted(pkgutil.iter_modules(cases.__path__), key=lambda module: module.name):
        importlib.import_module(f"cases.{module.name}")
    wanted = [
        case for case in CASES
        if case.systemd == arguments.systemd and any(fnmatch.fnmatch(case.name, only) for only in arguments.only.split(","))
        and case.name not in arguments.done.split(",")
        and (arguments.long or not case.long_only)
    ]
    # Cases of one stage stand together, in the order in which their stages are first named.
    stages = list(dict.fromkeys(case.stage for case in wanted))
    wanted.sort(key=lambda case: stages.index(case.stage))
    play = Play()
    for index, case in enumerate(wanted):
        began = time.monotonic()
        is_last_of_kind = index + 1 == len(wanted) or wanted[index + 1].stage is not case.stage
        try:
            line = f"ok   {case.name}  {play.perform(case, is_last_of_kind)}"
        except Exception as error:
            line = f"FAIL {case.name}  {worded(error)}"
            keep(case)
        print(f"{line} [{time.monotonic() - began:.0f} s]", flush=True)
        if is_last_of_kind:
            for log in LOGS.iterdir():
                log.unlink()


class Play:
    """The stage that stands, and the cases that play on it."""

    def __init__(self):
        self.stage = self.kind = None
        self.broken = {}

    def perform(self, case, is_last_of_kind):
        """What the case says of itself; raises Failed."""
        if not case.stage:
            return case.body()
        if case.stage in self.broken:
            raise Failed(f"its stage does not stand: {self.broken[case.stage]}")
        if self.stage is None:
            try:
                self.stage = case.stage()
            except Exception as error:
                self.broken[case.stage] = worded(error)
                sweep()
                raise
        try:
            figures = case.body(self.stage)
        except Exception:
            # The next case does not stand on what a failed one left.
            self.clear(quietly=True)
            raise
        if is_last_of_kind:
            self.clear()
        return figures

    def clear(self, quietly=False):
        stage, self.stage = self.stage, None
        try:
            stage.close()
        except Exception:
            if not quietly:
                raise
        finally:
            if quietly:
                sweep()


def worded(error):
    if isinstance(error, Failed):
        return str(error)
    (LOGS / "traceback").write_text(traceback.format_exc())
    return f"{type(error).__name__}: {error}"


def keep(case):
    """Logs, and the kernel's last words, where the host finds them."""
    folder = Path("/results/failed") / case.name
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(LOGS, folder)
    (folder / "dmesg").write_bytes(subprocess.run(["dmesg"], capture_output=True).stdout)


def sweep():
    """Drivers that a failed stage left: the next stage loads them afresh."""
    for module in ("vivid", "v4l2loopback", "uvcvideo", "vhci_hcd"):
        subprocess.run(["rmmod", module], capture_output=True)


if __name__ == "__main__":
    main()
