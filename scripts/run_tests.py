#!/usr/bin/env python3
"""Runs ctest in a build folder and counts test cases: GoogleTest's from its XML, unittest's from its summary, one for any other program.

  run_tests.py BUILD_FOLDER RESULT_JSON [CTEST_ARGUMENT...]

RESULT_JSON gets {"passed": P, "failed": F, "skipped": S}. A program that crashed or timed out counts its unreported end as one failure.
"""
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree
import os


def gtest_counts(path):
    """(passed, failed, skipped) of one GoogleTest report."""
    passed = failed = skipped = 0
    for case in ElementTree.parse(path).getroot().iter("testcase"):
        if case.find("failure") is not None:
            failed += 1
        elif case.find("skipped") is not None or case.get("result") in ("skipped", "suppressed") or case.get("status") == "notrun":
            skipped += 1
        else:
            passed += 1
    return passed, failed, skipped


def unittest_counts(output):
    """The same from the last lines of Python's unittest; None when this is none."""
    ran = re.findall(r"^Ran (\d+) tests? in ", output, re.MULTILINE)
    if not ran:
        return None
    end = output[output.rfind(f"Ran {ran[-1]} test"):]
    number = {name: int(count) for name, count in re.findall(r"(failures|errors|skipped|expected failures|unexpected successes)=(\d+)", end)}
    failed = number.get("failures", 0) + number.get("errors", 0) + number.get("unexpected successes", 0)
    skipped = number.get("skipped", 0)
    return max(0, int(ran[-1]) - failed - skipped), failed, skipped


def count(junit, reports):
    total = {"passed": 0, "failed": 0, "skipped": 0}
    bad = []
    for test in ElementTree.parse(junit).getroot().iter("testcase"):
        name = test.get("name")
        ok = test.get("status") == "run"
        counts = None
        report = reports / f"{name}.xml"
        if report.exists():
            try:
                counts = gtest_counts(report)
            except ElementTree.ParseError:
                counts = (0, 0, 0)
        else:
            counts = unittest_counts("".join(test.findtext("system-out") or ""))
        if counts is None:
            counts = (1, 0, 0) if ok else (0, 1, 0)
        passed, failed, skipped = counts
        if not ok and failed == 0:
            failed = 1
        if not ok or failed:
            bad.append(name)
        total["passed"] += passed
        total["failed"] += failed
        total["skipped"] += skipped
    return total, bad


def main():
    build, result = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    with tempfile.TemporaryDirectory() as scratch:
        scratch = pathlib.Path(scratch)
        junit = scratch / "ctest.xml"
        reports = scratch / "gtest"
        reports.mkdir()
        environment = {**os.environ, "GTEST_OUTPUT": f"xml:{reports}/"}
        command = ["ctest", "--test-dir", str(build), "--output-on-failure", "--no-tests=error", "--output-junit", str(junit),
                   "--test-output-size-passed", "1000000", "--test-output-size-failed", "1000000", *sys.argv[3:]]
        done = subprocess.run(command, env=environment, check=False)
        if not junit.exists():
            print(f"ctest left no report (exit {done.returncode})", file=sys.stderr)
            return 1
        total, bad = count(junit, reports)
    if done.returncode != 0 and total["failed"] == 0:
        total["failed"] = 1
    result.write_text(json.dumps(total) + "\n", encoding="utf-8")
    if bad:
        print(f"failing test programs: {', '.join(bad)}")
    return 1 if total["failed"] else 0


if __name__ == "__main__":
    sys.exit(main())
