"""The product as one read-only image: programs with the libraries they need, cases, footage, the systemd units."""

import os
import re
import shutil
import subprocess
from pathlib import Path

from .preparation import HERE, Failure, kept, key

TOP = HERE.parent.parent
PROGRAMS = ["capture-daemon", "cloud-stand-in"]
# Taken along where it was built.
OPTIONAL = ["camera-probe"]
# The guest has a C library of its own, and mixing two of them ends badly.
GLIBC = re.compile(r"^(ld-linux.*|lib(c|m|dl|rt|pthread|resolv|util|anl|nsl|mvec|BrokenLocale|nss_\w+))\.so")


def binaries() -> Path:
    """Where the release build lies: in this checkout, or where CAPTURE_BIN says."""
    folder = Path(os.environ.get("CAPTURE_BIN") or TOP / ".build/release").resolve()
    for program in [*PROGRAMS, "lane-simulator"]:
        if not (folder / program).exists():
            raise Failure(f"no {program} in {folder}: run make build, or name another folder in CAPTURE_BIN")
    return folder


def libraries(programs):
    """The closure of shared libraries, as the loader of this machine finds them."""
    found = {}
    for program in programs:
        listing = subprocess.run(["ldd", program], capture_output=True, text=True, check=True).stdout
        for line in listing.splitlines():
            match = re.match(r"\s*(\S+) => (\S+) \(", line)
            if match and not GLIBC.match(match[1]):
                found[match[1]] = Path(match[2])
            elif "not found" in line:
                raise Failure(f"{program} needs a library that is not here: {line.strip()}")
    return found


def compile_tools(folder):
    """The camera tools, static, so that they run on any root; kept by their source."""
    folder.mkdir()
    for source in sorted((HERE / "tools").glob("*.c")):
        command = ["gcc", "-O2", "-static", "-s", "-Wall", "-o", str(folder / source.stem), str(source)]
        subprocess.run(command, check=True)


def image(folder: Path, bin_folder: Path, footage: Path) -> Path:
    """Writes the image into `folder`."""
    tree = folder / "product"
    for name in ("bin", "lib", "guest"):
        (tree / name).mkdir(parents=True)
    programs = [bin_folder / name for name in [*PROGRAMS, *OPTIONAL] if (bin_folder / name).exists()]
    for program in programs:
        subprocess.run(["strip", "--strip-debug", "-o", tree / "bin" / program.name, program], check=True)
    sources = sorted((HERE / "tools").glob("*.c"))
    for tool in sorted(kept(f"tools-{key(*sources)}", compile_tools).iterdir()):
        shutil.copy2(tool, tree / "bin" / tool.name)
    for name, path in libraries(programs).items():
        shutil.copy2(path, tree / "lib" / name)
    for name in ("lane", "cases"):
        shutil.copytree(HERE / name, tree / "guest" / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy2(HERE / "machine/guest-settle", tree / "guest/settle")
    shutil.copytree(TOP / "systemd", tree / "systemd")
    shutil.copytree(footage, tree / "footage")
    out = folder / "product.erofs"
    subprocess.run(["mkfs.erofs", "-T0", "-x-1", "--all-root", out, tree], check=True, stdout=subprocess.DEVNULL)
    shutil.rmtree(tree)
    return out
