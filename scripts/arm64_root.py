#!/usr/bin/env python3
"""The Arm libraries that paw's engine is cross-built with, unpacked beside the system. Called by cmake/aarch64.cmake.

Debian's arm64 packages come through apt with a configuration and lists of their own, signatures checked by the system's keys, and are
unpacked into a folder of the dependency cache (arm64-root-<key>). Nothing is installed, no foreign architecture is added, root is not
needed. The folder is made beside its place and renamed into it, under a lock. The last line on stdout is the folder.
"""
import contextlib
import fcntl
import hashlib
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

import llamacpp

PACKAGES = ("libssl3", "libssl-dev", "libpcre2-8-0", "libpcre2-dev", "libutf8proc2", "libutf8proc-dev", "libgtest-dev", "libgmock-dev",
            "nlohmann-json3-dev", "libcli11-dev")
LAYOUT = 1  # raise when the contents of a published folder change


def run(command, **options):
    done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False, **options)
    if done.returncode != 0:
        lines = done.stderr.strip().splitlines() or ["no message"]
        raise llamacpp.Failure(f"{command[0]} {command[1]} ended with {done.returncode}: {lines[-1]}")


def unpack(folder, scratch):
    """The packages of PACKAGES, downloaded below `scratch`, unpacked into `folder`."""
    debs = scratch / "debs"
    for path in (debs, scratch / "state/lists/partial", scratch / "cache/archives/partial"):
        path.mkdir(parents=True)
    settings = scratch / "apt.conf"
    settings.write_text(f'APT::Architecture "arm64";\nAPT::Architectures {{ "arm64"; }};\nAcquire::Languages "none";\n'
                        f'APT::Sandbox::User "";\nDir::State "{scratch}/state";\nDir::State::status "/dev/null";\n'
                        f'Dir::Cache "{scratch}/cache";\n', encoding="utf-8")
    environment = {**os.environ, "APT_CONFIG": str(settings)}
    run(["apt-get", "update", "-qq"], env=environment)
    run(["apt-get", "download", "-qq", *PACKAGES], env=environment, cwd=debs)
    for deb in sorted(debs.glob("*.deb")):
        run(["dpkg-deb", "--extract", str(deb), str(folder)])


def arm64_root():
    cache = llamacpp.cache_folder()
    key = hashlib.sha256(f"{LAYOUT} {' '.join(PACKAGES)}".encode()).hexdigest()[:12]
    place = cache / f"arm64-root-{key}"
    if place.is_dir():
        return place
    if shutil.which("apt-get") is None or shutil.which("dpkg-deb") is None:
        raise llamacpp.Failure(f"no apt-get here; unpack the arm64 packages {' '.join(PACKAGES)} yourself and set -DPAW_ARM64_ROOT=DIR")
    cache.mkdir(parents=True, exist_ok=True)
    with open(cache / "arm64-root.lock", "w", encoding="utf-8") as lock, contextlib.ExitStack() as stack:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if place.is_dir():
            return place
        print("Arm libraries: downloading", file=sys.stderr, flush=True)
        scratch = pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory(dir=cache)))
        folder = scratch / "root"
        folder.mkdir()
        unpack(folder, scratch)
        folder.chmod(0o755)
        folder.rename(place)
    return place


def main():
    try:
        print(arm64_root())
    except (llamacpp.Failure, OSError) as failure:
        print(f"Arm libraries: {failure}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
