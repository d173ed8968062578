"""What the end-to-end tests of the CLI share: a private cache folder, a toy base, a way to run paw and to look at what it said.

The environment names the programs: PAW_BINARY (the CLI) and PAW_MAKE_TOY (tests/tools/make_toy.cc). Standard library only; no network.
"""
import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

PAW = os.environ["PAW_BINARY"]
MAKE_TOY = os.environ["PAW_MAKE_TOY"]
SECONDS_MAX = 120

SPEC = """Say which animal speaks. Return one of: cat, cow, dog.

Input: meow meow
Output: cat

Input: moo
Output: cow

Input: woof woof
Output: dog
"""
SOUNDS = {"cat": ["meow", "purr", "hiss"], "cow": ["moo", "mooo", "low"], "dog": ["woof", "bark", "growl"]}


def rows(count):
    """`count` different examples of SPEC, all three labels in turn."""
    made = []
    for i in range(count):
        label = sorted(SOUNDS)[i % 3]
        made.append({"input": f"{SOUNDS[label][i // 3 % 3]} number {i}", "output": label})
    return made


def write_jsonl(path, items):
    with open(path, "w", encoding="utf-8") as file:
        for item in items:
            file.write(json.dumps(item, ensure_ascii=False) + "\n")
    return path


class Ran:
    """What a finished paw left: the exit code, both streams as bytes, and views of them."""

    def __init__(self, done):
        self.code, self.stdout, self.stderr = done.returncode, done.stdout, done.stderr

    @property
    def out(self):
        return self.stdout.decode("utf-8")

    @property
    def err(self):
        return self.stderr.decode("utf-8")

    @property
    def json(self):
        """The last line of stdout as JSON."""
        return json.loads(self.out.strip().split("\n")[-1])

    @property
    def json_lines(self):
        return [json.loads(line) for line in self.out.strip().split("\n")]


class PawTest(unittest.TestCase):
    """A test with a temporary folder and a cache that holds the toy base under the name "toy"."""

    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="paw-cli-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder, ignore_errors=True)
        cls.cache = cls.folder / "cache"
        cls.toy = cls.folder / "toy.gguf"
        subprocess.run([MAKE_TOY, cls.toy, "1"], check=True)
        cls.environment = {
            "PATH": os.environ["PATH"], "HOME": str(cls.folder), "PAW_CACHE_DIR": str(cls.cache), "PAW_OFFLINE": "1", "LANG": "C.UTF-8"}
        for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS", "PAW_KERNELS"):
            if name in os.environ:
                cls.environment[name] = os.environ[name]
        done = cls.call("base", "add", cls.toy, "--name", "toy")
        if done.code != 0:
            raise AssertionError(f"base add: {done.code} {done.err}")
        cls.prepare()

    @classmethod
    def prepare(cls):
        """What a test class needs once."""

    @classmethod
    def call(cls, *words, stdin=b"", environment=None, cwd=None, timeout=SECONDS_MAX):
        done = subprocess.run(
            [PAW, *map(str, words)], input=stdin, capture_output=True, timeout=timeout, cwd=cwd or cls.folder,
            env={**cls.environment, **(environment or {})}, check=False)
        return Ran(done)

    @classmethod
    def compile_animals(cls, output, *words, count=60):
        """A small program on the toy base, compiled in a few steps."""
        spec = cls.folder / "animals.txt"
        spec.write_text(SPEC, encoding="utf-8")
        examples = write_jsonl(cls.folder / f"animals{count}.jsonl", rows(count))
        done = cls.call("compile", "--spec-file", spec, "--examples", examples, "--base", "toy", "--steps", 4, "-o", output, *words)
        if done.code != 0:
            raise AssertionError(f"compile: {done.code} {done.err}")
        return done

    def paw(self, *words, code=0, **options):
        """Runs paw and checks the exit code; an error is exactly one line that begins with "paw: "."""
        done = self.call(*words, **options)
        self.assertEqual(done.code, code, f"paw {' '.join(map(str, words))[:200]}\n{done.err[-2000:]}")
        if code not in (0, 130):
            lines = [line for line in done.err.split("\n") if line and not line.startswith("paw: warning: ")]
            self.assertTrue(lines and lines[-1].startswith("paw: "), done.err[-2000:])
            self.assertLess(len(lines[-1]), 1000, "an error is one clear line")
        return done

    def bases(self, *words):
        """The names of the bases that are in the cache."""
        return [base["name"] for base in self.paw(*words, "base", "list", "--json").json["bases"] if base["present"]]

    def no_leftovers(self):
        """No temporary file anywhere in the cache once a command has tidied up, and no program that is not whole."""
        self.paw("verify", "--all")
        left = [path for path in self.cache.rglob(".paw-tmp-*")]
        self.assertEqual(left, [])
