"""Runs inside the emulated machine: a unit that commits passages and delivers them, until the power goes.

  unit.py commit|lane|settle --from N --configuration FILE ...

It says what it does in lines; the test that started the machine keeps them, for nothing in here can be trusted to last.
"""

import argparse
import json
import os
import socket
import subprocess
import threading
from pathlib import Path

BUSYBOX = "/run/vm/busybox"
PROGRAMS = Path("/opt/lane/bin")
DISK = Path("/disk")
MIB = 1 << 20


def say(line):
    print(line, flush=True)


def relay(port):
    """The cloud is spoken to without encryption on loopback only: this machine's loopback leads to the other's."""
    listener = socket.create_server(("127.0.0.1", port))

    def copy(source, target):
        try:
            while data := source.recv(65536):
                target.sendall(data)
            target.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    def loop():
        while True:
            here, _ = listener.accept()
            try:
                there = socket.create_connection(("10.0.2.2", port))
            except OSError:
                here.close()
                continue
            for pair in ((here, there), (there, here)):
                threading.Thread(target=copy, args=pair, daemon=True).start()

    threading.Thread(target=loop, daemon=True).start()


def program(options, name, *words):
    environment = {**os.environ, "SWIFT_BACKTRACE": "enable=no", "LD_LIBRARY_PATH": "/opt/lane/lib"}
    if options.no_sync:
        environment["LD_PRELOAD"] = "/opt/lane/lib/nosyncshim.so"
    return subprocess.Popen([PROGRAMS / name, *map(str, words)], env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def finish(process, prefix):
    for line in process.stdout:
        say(f"{prefix} {line.rstrip()}")
    return process.wait()


def outbox(options, *words):
    return finish(program(options, "capture-daemon", "outbox", *words, "--config", options.configuration), words[0].upper())


def commit(options, number, count):
    for passage in range(number, number + count):
        say(f"TRIED {passage}")
    words = ["put", DISK / "state", "--from", number, "--passages", count, "--images", 2, "--bytes", options.bytes, "--floor", 4 * MIB,
             "--budget", 96 * MIB, "--tenant", options.tenant, "--capture-set", options.capture_set]
    status = finish(program(options, "outbox-probe", *words), "PUT")
    if status:
        raise SystemExit(f"outbox-probe put ends with {status}")


def main():
    options = argparse.ArgumentParser()
    options.add_argument("work")
    options.add_argument("--from", dest="first", type=int)
    options.add_argument("--passages", type=int, default=0)
    options.add_argument("--bytes", type=int, default=20_000)
    options.add_argument("--no-sync", action="store_true")
    options.add_argument("--ports", default="")
    for name in ("--configuration", "--tenant", "--capture-set"):
        options.add_argument(name)
    options = options.parse_args()
    modules = ["ext4"] + (["virtio_net"] if options.ports else [])
    for module in modules:
        subprocess.run([BUSYBOX, "modprobe", module], check=True)
    if options.ports:
        subprocess.run([BUSYBOX, "ip", "address", "add", "10.0.2.15/24", "dev", "eth0"], check=True)
        subprocess.run([BUSYBOX, "ip", "link", "set", "eth0", "up"], check=True)
        for port in options.ports.split(","):
            relay(int(port))
    # The key must be its owner's alone, and the folder that is shared says nothing about that.
    key = Path("/run/key")
    key.write_text("stand-in-key\n")
    key.chmod(0o600)
    DISK.mkdir()
    subprocess.run(["mount", "-t", "ext4", "/dev/vdc", DISK], check=True)
    say("MOUNTED")
    if options.work == "commit":
        commit(options, options.first, options.passages)
    else:
        if (DISK / "state" / "meta.json").exists():
            outbox(options, "list", "--all", "--json", "--books")
        say("LISTED")
        number = options.first
        while options.work == "lane":
            commit(options, number, 3)
            number += 3
            outbox(options, "deliver")
        outbox(options, "deliver")
        outbox(options, "list", "--all", "--json", "--books")
    say("DONE")
    subprocess.run(["umount", DISK], check=True)


main()
