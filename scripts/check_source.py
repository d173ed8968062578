#!/usr/bin/env python3
"""The house rules that a machine can hold us to, without a build. Prints one line a finding; exit 1 when there is one.

  includes  a folder of src/ includes only itself and folders before it in the order of CMakeLists.txt
  length    no source file reaches 600 lines
  library   nothing under src/ prints, exits, aborts, asserts or throws, and no file is read or written but in src/fs
  text      no to-do marks, no tabs in C++, no trailing space, no path of a home folder
  format    clang-format agrees (needs clang-format-14)

  check_source.py [CHECK...]   all of them by default
"""
import pathlib
import re
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
LINES_MAX = 600
CODE = (".cc", ".h", ".c")
BINARY = (".png", ".gguf", ".paw")
FORMATTER = "clang-format-14"

# What a library must not do, with the word that names it. snprintf and friends only fill buffers.
FORBIDDEN = [
    (re.compile(r"\bstd::(cout|cerr|clog)\b"), "prints"),
    (re.compile(r"(?<![\w])(std::)?(printf|fprintf|puts|fputs|putchar|perror|vfprintf)\s*\("), "prints"),
    (re.compile(r"(?<![\w.>])(std::)?(abort|exit|_exit|quick_exit|_Exit|terminate)\s*\("), "ends the process"),
    (re.compile(r"(?<![\w])assert\s*\("), "asserts"),
    (re.compile(r"(?<![\w])throw\b(?! std::bad_alloc)"), "throws"),  # an allocator may, as operator new does
]
FILE_DOORS = re.compile(r"\bstd::(if|of|f)stream\b|\bfopen\s*\(|(?<!\w)::open(at)?\s*\(|\bstd::filesystem\b")
# What stands beside the sources but is linked into test programs only.
TEST_ONLY = ("_test.cc", "_test_helpers.h", "toy_program.h", "test_support.h")
# A FILE* that llama.cpp wants, from memory or of a file that was validated.
MAY_OPEN = ("src/fs/", "src/lm/llamacpp/")


def tracked():
    out = subprocess.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=ROOT, capture_output=True, check=True).stdout
    return sorted(path for path in out.decode().split("\0") if path and (ROOT / path).is_file())


def read(path):
    return (ROOT / path).read_text(encoding="utf-8", errors="replace")


def without_comments(text):
    """The same lines with comments and string contents blanked, near enough for the searches above."""
    pattern = re.compile(r'//[^\n]*|/\*.*?\*/|R"\w*\(.*?\)\w*"|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.DOTALL)
    return pattern.sub(lambda m: "\n" * m.group(0).count("\n") if m.group(0).startswith("/") else '""' + "\n" * m.group(0).count("\n"), text)


def folder_order():
    listed = re.search(r"foreach\(folder\s+(base\b.*?)\)", read("CMakeLists.txt"), re.DOTALL).group(1).split()
    order = {}
    for folder in listed:
        order.setdefault(folder.split("/")[0], len(order))
    return order


def check_includes(paths):
    order = folder_order()
    for path in paths:
        parts = path.split("/")
        if not path.endswith(CODE) or parts[0] != "src" or len(parts) < 3 or path.endswith("_test.cc"):
            continue
        own = parts[1]
        if own not in order:
            yield f"{path}: folder {own} is not in the list of CMakeLists.txt"
            continue
        for number, line in enumerate(read(path).splitlines(), 1):
            found = re.match(r'\s*#\s*include\s+"([^"]+)"', line)
            if not found:
                continue
            target = found.group(1).split("/")[0]
            if target == "paw":
                continue
            if "/" not in found.group(1) or target not in order:
                yield f"{path}:{number}: includes \"{found.group(1)}\", expected a path from src/ or include/"
            elif order[target] > order[own]:
                yield f"{path}:{number}: {own} includes {target}, which comes after it"


def check_length(paths):
    for path in paths:
        if path.endswith(CODE + (".py",)) and "testdata/" not in path and "fixtures/" not in path:
            lines = read(path).count("\n")
            if lines >= LINES_MAX:
                yield f"{path}: {lines} lines, expected fewer than {LINES_MAX}"


def check_library(paths):
    for path in paths:
        if not path.startswith("src/") or not path.endswith(CODE) or path.endswith(TEST_ONLY):
            continue
        for number, line in enumerate(without_comments(read(path)).splitlines(), 1):
            for pattern, what in FORBIDDEN:
                if pattern.search(line):
                    yield f"{path}:{number}: {what}: {line.strip()[:100]}"
            if not path.startswith(MAY_OPEN) and FILE_DOORS.search(line):
                yield f"{path}:{number}: opens a file, which is src/fs's alone: {line.strip()[:100]}"


def check_text(paths):
    todo = re.compile(r"\b(" + "TO" + r"DO|FIX" + r"ME|X" + r"XX)\b")
    home = re.compile(r"(?<![\w$}])/(home|root|Users)/\w")
    for path in paths:
        if path.endswith(BINARY) or path.startswith(("examples/", "tools/corpus/families/")) or "testdata/" in path or "fixtures/" in path:
            continue  # texts that programs are about
        for number, line in enumerate(read(path).split("\n"), 1):
            if todo.search(line):
                yield f"{path}:{number}: a mark for later: {line.strip()[:80]}"
            if home.search(line) and not path.endswith(TEST_ONLY):
                yield f"{path}:{number}: a path of one machine: {line.strip()[:80]}"
            if path.endswith(CODE) and "\t" in line:
                yield f"{path}:{number}: a tab"
            if line != line.rstrip() and not path.endswith(".md"):
                yield f"{path}:{number}: trailing space"


def check_format(paths):
    if shutil.which(FORMATTER) is None:
        yield f"{FORMATTER} is not installed (./dev setup)"
        return
    files = [path for path in paths if path.endswith(CODE)]
    done = subprocess.run([FORMATTER, "--dry-run", "--Werror", *files], cwd=ROOT, capture_output=True, text=True, check=False)
    seen = dict.fromkeys(line.split(":")[0] for line in done.stderr.splitlines() if "clang-format-violations" in line)
    for path in seen:
        yield f"{path}: not formatted (./dev fmt)"


CHECKS = {"includes": check_includes, "length": check_length, "library": check_library, "text": check_text, "format": check_format}


def main():
    chosen = sys.argv[1:] or list(CHECKS)
    unknown = [name for name in chosen if name not in CHECKS]
    if unknown:
        print(f"unknown check {unknown[0]}; there are: {', '.join(CHECKS)}", file=sys.stderr)
        return 2
    paths = tracked()
    failed = 0
    for name in chosen:
        findings = list(CHECKS[name](paths))
        for finding in findings:
            print(f"{name}: {finding}")
        failed += bool(findings)
    print(f"source checks: {len(chosen) - failed} of {len(chosen)} passed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
