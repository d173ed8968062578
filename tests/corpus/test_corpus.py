"""The corpus builder: a small build is the same twice and leaks nothing, families keep their rules, noise its hands off, the pack its limits."""
import ast
import collections
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time
import unittest
from unittest import mock

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
TOOLS = ROOT / "tools" / "corpus"
sys.path.insert(0, str(TOOLS))

import answer_sets
import families
import noise
import noisy
import pack
import specs
import task as tasks
from deadline import deadline

families.load()


def normal(text):
    return " ".join(text.lower().split())


class Scratch(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="paw-corpus-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder, ignore_errors=True)


class SmallBuild(Scratch):
    """One spec of every family."""
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.files = cls.build("fork", jobs=1)
        cls.rows = {name: [json.loads(line) for line in data.splitlines()] for name, data in cls.files.items() if name != "corpus.json"}

    @classmethod
    def build(cls, start, jobs):
        """{file name: bytes} of a build in a process of its own, whose workers start this way."""
        out = cls.folder / start
        program = f"import multiprocessing, sys; sys.path.insert(0, {str(TOOLS)!r}); import build; multiprocessing.set_start_method({start!r}); build.main()"
        subprocess.run([sys.executable, "-B", "-c", program, "--out", out, "--specs", "300", "--jobs", str(jobs)], check=True,
                       stdout=subprocess.DEVNULL)
        return {path.name: path.read_bytes() for path in sorted(out.iterdir())}

    def test_two_builds_are_equal_however_their_workers_start(self):
        self.assertEqual(sorted(self.files), sorted([f"{split}.jsonl" for split in specs.SPLITS] + ["corpus.json"]))
        self.assertEqual(self.build("spawn", jobs=2), self.files)

    def test_every_row_is_in_the_file_of_its_split(self):
        for name, rows in self.rows.items():
            self.assertGreater(len(rows), 10, name)
            self.assertEqual({row["split"] for row in rows}, {name.removesuffix(".jsonl")})
            self.assertTrue(all(len(row["pairs"]) == specs.PAIRS for row in rows))

    def test_splits_share_no_spec_and_no_input(self):
        specs_at, inputs_at = collections.defaultdict(set), collections.defaultdict(set)
        for name, rows in self.rows.items():
            for row in rows:
                specs_at[normal(row["spec"])].add(name)
                shown = re.findall(r"^Input: (.*?)\nOutput: ", row["spec"][len(row["wording"]):], re.MULTILINE | re.DOTALL)
                for source in [source for source, _ in row["pairs"]] + shown:
                    inputs_at[normal(source)].add(name)
        for owners in (specs_at, inputs_at):
            self.assertEqual({text: names for text, names in owners.items() if len(names) > 1}, {})

    def test_held_out_families_are_in_files_of_their_own(self):
        held = {family.name for family in tasks.families() if family.held_out}
        for name, rows in self.rows.items():
            drawn = {row["family"] for row in rows}
            self.assertEqual(drawn & held, drawn if name.startswith("families_") else set(), name)


def imports_of(path):
    """The modules that a family file names in its imports, dotted, relative ones under "families"."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            place = ".".join(["families"] * bool(node.level) + [node.module] * bool(node.module))
            yield from [place, *(f"{place}.{alias.name}" for alias in node.names)]


class Families(unittest.TestCase):
    def test_held_out_families_import_nothing_from_trained_ones(self):
        files = {path.stem: path for path in (TOOLS / "families").glob("*.py")}
        trained = {name for name in files if not name.startswith(("held_out_", "__"))}
        self.assertGreater(len(files) - len(trained), 10)
        for name in set(files) - trained:
            self.assertEqual({found for found in imports_of(files[name]) if trained & set(found.split("."))}, set(), name)

    def test_areas_and_themes_are_those_of_the_coverage_table(self):
        table, area = {}, ""
        areas = iter(tasks.AREAS)
        for cells in re.findall(r"^\| ([^|]*?) ?\| ([^|]+) \| (\d+) \| \d+ \|$", (ROOT / "docs" / "corpus.md").read_text(encoding="utf-8"), re.MULTILINE):
            area = next(areas) if cells[0] else area  # the table keeps the order of task.AREAS
            table[area, cells[1]] = int(cells[2])
        self.assertEqual(table, collections.Counter((family.area, family.theme) for family in tasks.families()))
        self.assertLessEqual({(area, theme) for theme, area in pack.AREAS.items()}, set(table))

    def test_a_draw_without_an_end_is_named(self):
        with self.assertRaisesRegex(TimeoutError, "still drawing after 1 s, in test_a_draw"), deadline(1):
            while True:
                time.sleep(0.01)


class Noise(unittest.TestCase):
    PROTECTED = ("'return exactly'", '{"label": "x", "output": 3}', '{"each": {"list": [1]}, "find": 2}', "`remove each`", "' next day'",
                 "'in today's list'", "[label, output]", "'First. Always'", "min_return_label", "return2", "N/A", "Exactly Right")
    TEXT = ("Positive inputs don't count, they're for the first label. Return only what follows; otherwise return 'return exactly'. The output looks "
            'like {"label": "x", "output": 3} or {"each": {"list": [1]}, "find": 2}, in `remove each` order. Put \' next day\' behind it if it\'s '
            "late and 'in today's list' if you can't find it. Extract the [label, output] of each. Write 'First. Always' before min_return_label, "
            "and return2 after it. Otherwise answer with N/A or Exactly Right.")
    KEEP = ("N/A", "Exactly Right", "Positive")

    def versions(self):
        for axis in noise.AXES:
            for strength in noise.STRENGTHS:
                for seed in range(20):
                    yield axis, noise.apply(self.TEXT, axis, strength, seed, self.KEEP)

    def test_the_same_seed_gives_the_same_text(self):
        first = list(self.versions())
        self.assertEqual(first, list(self.versions()))
        for axis in noise.AXES:
            self.assertGreater(len({text for found, text in first if found == axis}), 10, axis)

    def test_protected_pieces_stay(self):
        for axis, text in self.versions():
            for piece in (*self.PROTECTED, "Positive"):
                self.assertIn(piece, text, axis)

    def test_words_outside_are_swapped(self):
        text = noise.apply("Return exactly the label.", "paraphrase", "heavy", 3)
        self.assertNotEqual(text, "Return exactly the label.")

    def test_noisy_versions_keep_json_keys_and_labels(self):
        row = {"id": "f/0", "kind": "json", "labels": None, "wording": "Return compact JSON with keys output, label and list, in this order.",
               "pairs": [["a", '{"output":[{"label":"x"}],"list":[]}']]}
        row["spec"] = row["wording"] + "\n\nInput: return a label\nOutput: {}"
        found = list(noisy.versions(row, noise.AXES))
        self.assertEqual(len(found), 1 + 5 * 3 + 3)
        for version in found:
            self.assertTrue(version["spec"].endswith("\n\nInput: return a label\nOutput: {}"))
            for key in ("output", "label", "list"):
                self.assertRegex(version["spec"].split("\n\n")[0], rf"\b{key}\b", version["noise"])


class Pack(Scratch):
    def write(self, name, **facts):
        folder = self.folder / name
        folder.mkdir(exist_ok=True)
        (folder / "task.json").write_text(json.dumps(facts), encoding="utf-8")
        for part in ("train", "test"):
            rows = [{"input": f"{part} command {i}", "output": sorted(pack._INTENTS)[i % len(pack._INTENTS)]} for i in range(700)]
            (folder / f"{part}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")

    def draw(self, name):
        with mock.patch.object(pack, "_cuts", lambda data: [(name, "custom classification", 40, pack._snips_intent, "label")]):
            return pack.draw(self.folder, 1)

    def test_draws_from_the_train_part_alone(self):
        self.write("allowed", use="train+eval")
        rows = self.draw("allowed")
        self.assertGreater(len(rows), 20)
        self.assertTrue(all(source.startswith("train ") for row in rows for source, _ in row["pairs"]))
        self.assertNotIn("test command", json.dumps(rows))
        for row in rows:
            self.assertEqual({specs.split_of_input(source) for source, _ in row["pairs"]}, {row["split"]})

    def test_refuses_what_is_not_allowed(self):
        for facts in ({"use": "eval_only"}, {"use": "eval"}, {"use": None}, {}):
            self.write("other", **facts)
            with self.assertRaisesRegex(SystemExit, "other must not be trained on: its task.json says use"):
                self.draw("other")

    def test_refuses_the_held_out_tasks_even_where_training_is_allowed(self):
        self.assertEqual(set(pack.HELD_OUT), {"banking77", "clinc150", "snips_slots", "em_dblp_acm", "json_repair"})
        for name in pack.HELD_OUT:
            self.write(name, use="train+eval")
            with self.assertRaisesRegex(SystemExit, f"{name} is held out"):
                self.draw(name)

    def test_no_cut_names_a_held_out_task(self):
        with mock.patch.object(pack, "_as_written", lambda folder, wordings: None), mock.patch.object(pack, "_paraphrases", lambda data, task: []):
            self.assertEqual({name for name, *_ in pack._cuts(self.folder)} & set(pack.HELD_OUT), set())


class AnswerSets(unittest.TestCase):
    def test_labels_come_in_the_order_in_which_they_stand_as_words(self):
        def read(body, labels, kind="label"):
            return answer_sets.answers_of({"kind": kind, "labels": labels}, body)
        self.assertEqual(read("notify: yes, else no", ["no", "yes"]), "yes | no")
        self.assertEqual(read("no ticket, ticket or no", ["no", "ticket", "no ticket"]), "no ticket | ticket | no")
        self.assertEqual(read("before -, on =, after +", ["+", "-", "="]), "- | = | +")
        self.assertIsNone(read("notify: yes", ["no", "yes"]), "a part of a word is no label")
        self.assertIsNone(read("in capitals: moo, oink", ["MOO", "OINK"]))
        self.assertIsNone(read("yes", ["yes"]))
        self.assertEqual(read("yes or no", None, "text"), "open")
        self.assertEqual(read("open or shut", ["open", "shut"]), "open | shut")


class TaskFolders(Scratch):
    def test_a_function_becomes_a_folder(self):
        out = self.folder / "tasks"
        command = [sys.executable, "-B", TOOLS / "task_folder.py", out, "hazard_code_groups", "--train", "20", "--test", "30"]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        folder = out / "hazard_code_groups"
        train, test = ([json.loads(line) for line in (folder / f"{part}.jsonl").read_text().splitlines()] for part in ("train", "test"))
        facts = json.loads((folder / "task.json").read_text())
        self.assertEqual((len(train), len(test), facts["metric"]), (20, 30, "exact"))
        inputs = [normal(row["input"]) for row in train + test]
        self.assertEqual(len(set(inputs)), 50)
        self.assertLessEqual({row["output"] for row in train + test}, set(facts["labels"]))
        self.assertTrue(all(label in (folder / "spec.txt").read_text() for label in facts["labels"]))
        before = (folder / "train.jsonl").read_bytes()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        self.assertEqual((folder / "train.jsonl").read_bytes(), before)

    def test_the_first_held_out_families_are_taken_where_none_is_named(self):
        held_out = {family.name for family in tasks.families() if family.held_out}
        out = self.folder / "five"
        subprocess.run([sys.executable, "-B", TOOLS / "task_folder.py", out, "--train", "8", "--test", "8"], check=True, stdout=subprocess.DEVNULL)
        names = {path.name for path in out.iterdir()}
        self.assertEqual(len(names), 5)
        self.assertLessEqual(names, held_out)

    def test_a_family_that_is_not_there_is_named(self):
        done = subprocess.run([sys.executable, "-B", TOOLS / "task_folder.py", self.folder / "none", "no_such"], capture_output=True, text=True)
        self.assertEqual(done.returncode, 1)
        self.assertIn("no family is called 'no_such'", done.stderr)


if __name__ == "__main__":
    unittest.main()
