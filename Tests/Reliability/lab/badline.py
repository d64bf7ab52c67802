"""A bad line to the cloud: loopback of a network of its own, cut, narrowed, and with packets that get lost. Needs root, `tc` and `nft`."""

import fcntl
import os
import shutil
import socket
import struct
import subprocess
import sys


def missing():
    """Why there is none here; None: there is."""
    if os.geteuid() != 0:
        return "making a bad line needs root"
    return next((f"{name} is not installed" for name in ("tc", "nft", "unshare") if not shutil.which(name)), None)


def alone(rootless=False):
    """Starts this script anew in a network of its own, with loopback up."""
    if os.environ.get("NETWORK_ALONE") != "1":
        words = ["unshare", "-rn"] if rootless and os.geteuid() else ["unshare", "-n"]
        os.execvpe("unshare", [*words, sys.executable, *sys.argv], {**os.environ, "NETWORK_ALONE": "1"})
    request = struct.pack("16sH14x", b"lo", 0x1 | 0x40)
    with socket.socket() as any_socket:
        fcntl.ioctl(any_socket, 0x8914, request)  # SIOCSIFFLAGS: up and running


def _do(*words):
    subprocess.run([str(word) for word in words], check=True, capture_output=True, text=True)


def clear():
    """As it was."""
    subprocess.run(["nft", "flush", "ruleset"], check=True)
    subprocess.run(["tc", "qdisc", "del", "dev", "lo", "root"], capture_output=True)


def cut(port_range):
    """Packets to these ports go nowhere, and nobody says so."""
    clear()
    _do("nft", "add table inet line")
    _do("nft", "add chain inet line in { type filter hook input priority 0; }")
    _do("nft", f"add rule inet line in tcp dport {{ {port_range} }} drop")


def bad(kilobits, lost_percent):
    """So narrow, and so many packets of a hundred are lost, in both directions."""
    clear()
    # Packets of the size that a line has, so that losing one is losing one.
    _do("ip", "link", "set", "lo", "mtu", 1500)
    _do("tc", "qdisc", "add", "dev", "lo", "root", "tbf", "rate", f"{kilobits}kbit", "burst", "20k", "latency", "200ms")
    _do("nft", "add table inet line")
    _do("nft", "add chain inet line in { type filter hook input priority 0; }")
    _do("nft", f"add rule inet line in numgen random mod 100 < {lost_percent} drop")
