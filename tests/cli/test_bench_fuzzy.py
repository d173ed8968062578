"""paw bench fuzzy on the toy base: systems, reports, and a file of points that a killed run goes on from."""
import json
import pathlib
import random
import struct
import subprocess
import time
import unittest

from harness import PAW, PawTest, write_jsonl

# Of the toy base (gguf/toy_model.h): inputs and outputs of each projection.
SHAPES = {"q_proj": (64, 64), "k_proj": (64, 32), "v_proj": (64, 32), "o_proj": (64, 64), "gate_proj": (64, 96), "up_proj": (64, 96),
          "down_proj": (96, 64)}
LAYERS, RANK = 4, 2


def write_fixed_mapper(path, seed, layout="spec", alpha="16"):
    """A mapper's file of one fixed LoRA of random numbers (src/mapper/weights.h)."""
    draw = random.Random(seed)
    header, data = {"__metadata__": {"row_order": "gguf", "layout": layout, "lora_alpha": alpha}}, b""
    for module, (inputs, outputs) in sorted(SHAPES.items()):
        for half, shape in (("A", [LAYERS, RANK, inputs]), ("B", [LAYERS, outputs, RANK])):
            count = shape[0] * shape[1] * shape[2]
            numbers = struct.pack(f"<{count}f", *(draw.uniform(-0.1, 0.1) for _ in range(count)))
            header[f"{half}_shared_{module}"] = {"dtype": "F32", "shape": shape, "data_offsets": [len(data), len(data) + len(numbers)]}
            data += numbers
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(struct.pack("<Q", len(text)) + text + data)
    return path


def corpus(count):
    """Specs of a closed set, as tools/corpus writes them."""
    return [{"id": f"colours/{i}", "family": f"colours{i % 3}", "area": "core", "theme": "tests", "difficulty": "easy", "style": "plain",
             "examples": 0, "noise": "", "kind": "label", "labels": ["red", "blue"], "wording": "w",
             "spec": f"Name the colour of list {i}. Return ONLY one of: red, blue",
             "pairs": [[f"item {i} {word}", word] for word in ("red", "blue")]} for i in range(count)]


class BenchFuzzy(PawTest):
    @classmethod
    def prepare(cls):
        cls.few = write_jsonl(cls.folder / "few.jsonl", corpus(6))
        cls.mapper = write_fixed_mapper(cls.folder / "fixed.safetensors", 1)

    def bench(self, file, *words, code=0, system="base"):
        return self.paw("bench", "fuzzy", file, "--base", "toy", "--threads", 1, *(["--system", "base"] if system == "base" else []), *words,
                        code=code)

    def lines(self, path):
        return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]

    def start(self, file, points, *words):
        """A run in the background that has written a few points, but not all, when this returns."""
        command = [PAW, "bench", "fuzzy", file, "--base", "toy", "--system", "base", "--threads", "1", "--resume", points, *words]
        process = subprocess.Popen(list(map(str, command)), env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.addCleanup(lambda: process.returncode is None and (process.kill(), process.communicate()))
        deadline = time.time() + 60
        while time.time() < deadline and process.poll() is None and (not points.exists() or points.stat().st_size < 2000):
            time.sleep(0.002)
        return process

    def test_two_systems_make_a_report(self):
        points, report, page = (self.folder / f"pair.{ending}" for ending in ("jsonl", "md", "html"))
        first = self.bench(self.few, "--resume", points, "--out", report, "--json").json
        self.assertEqual((first["system"], first["specs"], first["problems"]), ("base", 6, 0))
        self.assertLessEqual(first["normalised"]["low"], first["normalised"]["mean"])
        self.assertNotIn("paired", report.read_text(encoding="utf-8"))
        done = self.bench(self.few, "--resume", points, "--out", report, "--html", page, "--mapper", self.mapper, "--name", "a LoRA",
                          "--json", system="mapper").json
        self.assertEqual((done["system"], done["specs"]), ("a LoRA", 6))
        text = report.read_text(encoding="utf-8")
        self.assertIn("the first minus this one (normalised, paired)", text)
        self.assertRegex(text, r"\| a LoRA .* over 6 specs +\|\n")
        self.assertIn(f"* base: `paw bench fuzzy {self.few} --system base --adapter-type q4_0 --base toy --resume {points}`\n", text)
        self.assertIn(f"* a LoRA: `paw bench fuzzy {self.few} --mapper {self.mapper} --name 'a LoRA' --adapter-type q4_0 --base toy", text)
        self.assertIn("| colours1 ", text)
        self.assertIn("Every family", page.read_text(encoding="utf-8"))
        self.assertEqual([line["system"] for line in self.lines(points)], ["base"] * 6 + ["a LoRA"] * 6)
        self.assertIn("| base ", self.bench(self.few).out)

    def test_rows_without_a_name(self):
        rows = [{"spec": spec, "input": str(i), "output": "x"} for i, spec in enumerate(["Copy it.", "Turn it round.", "Copy it."])]
        points = self.folder / "unnamed.points.jsonl"
        done = self.bench(write_jsonl(self.folder / "unnamed.jsonl", rows), "--resume", points, "--json").json
        self.assertEqual(done["specs"], 2)
        self.assertEqual([len(line["answers"]) for line in self.lines(points)], [2, 1])

    def test_it_goes_on_where_it_was_cut_off(self):
        whole, cut = self.folder / "whole.jsonl", self.folder / "cut.jsonl"
        self.bench(self.few, "--resume", cut, "--limit", 2)
        self.bench(self.few, "--resume", cut)
        self.assertEqual(len(self.lines(cut)), 6)
        self.bench(self.few, "--resume", whole)
        data = whole.read_bytes()
        begin = self.bench(self.few, "--resume", whole, "--json").json
        self.assertEqual(whole.read_bytes(), data, "nothing is measured again")
        for kept in (len(data) - 1, len(data) - 40, data.index(b"\n") + 1, 10, 0):
            whole.write_bytes(data[:kept])
            self.assertEqual(self.bench(self.few, "--resume", whole, "--json").json, begin)
            self.assertEqual(whole.read_bytes(), data, kept)

    def test_it_goes_on_after_a_kill(self):
        many, killed, whole = (self.folder / f"{name}.jsonl" for name in ("many", "killed", "complete"))
        write_jsonl(many, corpus(80))
        process = self.start(many, killed)
        process.kill()
        process.communicate()
        begun = killed.read_bytes()
        self.assertEqual(process.returncode, -9, "it was at work when it was killed")
        self.assertGreater(begun.count(b"\n"), 0)
        self.assertLess(begun.count(b"\n"), 80)
        self.bench(many, "--resume", killed)
        self.bench(many, "--resume", whole)
        self.assertTrue(killed.read_bytes().startswith(begun[:begun.rindex(b"\n") + 1]))
        measured, expected = ([{**line, "command": ""} for line in self.lines(path)] for path in (killed, whole))
        self.assertEqual(measured, expected)

    def test_points_of_other_settings_are_refused(self):
        points, mapper = self.folder / "settings.jsonl", self.folder / "retrained.safetensors"
        write_fixed_mapper(mapper, 1)
        words = [self.few, "--limit", 2, "--mapper", mapper, "--resume", points]
        self.bench(*words, system="mapper")
        for other in (["--adapter-type", "q8_0"], ["--free"], ["--labels-from-spec"], ["--pairs", 1]):
            refused = self.bench(*words, *other, code=3, system="mapper").err
            self.assertIn("settings.jsonl: system \"mapper\": found ", refused)
            self.assertIn(", expected ", refused)
            self.assertIn("another --name", refused)
            self.bench(*words, *other, "--name", other[0], system="mapper")
        write_fixed_mapper(mapper, 2)
        self.assertIn("found \"mapper\" ", self.bench(*words, code=3, system="mapper").err)
        self.bench(*words, "--name", "retrained", system="mapper")
        (version,) = {line["settings"]["measure"] for line in self.lines(points)}
        older = self.folder / "older.jsonl"
        older.write_text(points.read_text(encoding="utf-8").replace(f'"measure":"{version}"', '"measure":"0"'), encoding="utf-8")
        self.assertIn(f"found \"measure\" 0, expected {version}",
                      self.bench(*words[:-1], older, "--name", "retrained", code=3, system="mapper").err)
        changed = corpus(2)
        changed[1]["spec"] += "."
        file = write_jsonl(self.folder / "changed.jsonl", changed)
        self.assertIn("found the spec \"colours/1\" with another text",
                      self.bench(file, *words[1:], "--name", "retrained", code=3, system="mapper").err)

    def test_a_bad_spec_is_wrong_and_the_rest_is_measured(self):
        rows = corpus(4)
        rows[1]["spec"] += " {INPUT_PLACEHOLDER}"
        rows[2]["spec"] += " so" * 3000
        points, report = self.folder / "bad.points.jsonl", self.folder / "bad.md"
        done = self.bench(write_jsonl(self.folder / "bad.jsonl", rows), "--resume", points, "--out", report, "--json")
        self.assertEqual((done.json["specs"], done.json["problems"]), (4, 2))
        self.assertIn("2 of 4 specs could not be run and count as wrong; the first, \"colours/1\": ", done.err)
        self.assertIn("2 of 4 specs could not be run", report.read_text(encoding="utf-8"))
        self.assertEqual(["problem" in line for line in self.lines(points)], [False, True, True, False])

    def test_where_no_spec_can_be_run_it_fails(self):
        rows = corpus(2)
        for row in rows:
            row["labels"] = ["red", "green"]
        none, report = write_jsonl(self.folder / "none.jsonl", rows), self.folder / "none.md"
        done = self.bench(none, "--out", report, code=3)
        self.assertIn("found no spec of 2 that could be run, expected one or more; the first, \"colours/0\": reading the labels: found the "
                      "expected output \"blue\" outside of them", done.err)
        self.assertIn("2 of 2 specs could not be run", report.read_text(encoding="utf-8"))

    def test_answers_that_fail_are_counted(self):
        rows = corpus(2)
        rows[0]["pairs"][1][0] = "so " * 3000
        points, report = self.folder / "failed.points.jsonl", self.folder / "failed.md"
        file = write_jsonl(self.folder / "failed.jsonl", rows)
        done = self.bench(file, "--resume", points, "--out", report, "--json")
        self.assertEqual((done.json["problems"], done.json["failed_answers"]), (0, 1))
        self.assertIn("1 of 4 answers failed and count as wrong; the first, of \"colours/0\": ", done.err)
        self.assertIn("1 of 4 answers failed", report.read_text(encoding="utf-8"))
        self.assertEqual([line.get("failed", 0) for line in self.lines(points)], [1, 0])
        self.assertEqual(self.bench(file, "--resume", points, "--json").json["failed_answers"], 1)

    def test_an_engine_without_numbers_is_an_error_of_the_run(self):
        broken, points = write_fixed_mapper(self.folder / "broken.safetensors", 1, alpha="1e30"), self.folder / "broken.jsonl"
        for words in ([], ["--free"]):
            error = self.bench(self.few, "--mapper", broken, "--resume", points, *words, code=1, system="mapper").err
            self.assertIn("measuring \"colours/0\": ", error)
            self.assertIn("not finite", error)
            self.assertEqual(points.read_bytes(), b"")

    def test_a_report_is_of_the_specs_of_its_file(self):
        points, report = self.folder / "two_files.points.jsonl", self.folder / "two_files.md"
        alone = self.bench(self.few, "--json").json
        others = corpus(4)
        for row in others:
            row.update(id=row["id"].replace("colours", "others"), family="others")
        other = write_jsonl(self.folder / "others.jsonl", others)
        self.assertEqual(self.bench(other, "--resume", points, "--json").json["left_out"], 0)
        both = self.bench(self.few, "--resume", points, "--out", report, "--json")
        self.assertEqual(both.json, {**alone, "left_out": 4})
        self.assertIn("points of other specs left out: 4", both.err)
        text = report.read_text(encoding="utf-8")
        self.assertIn("* 4 points of other specs left out\n", text)
        self.assertNotIn("others", text)
        two = self.bench(self.few, "--limit", 2, "--json").json
        self.assertEqual(self.bench(self.few, "--limit", 2, "--resume", points, "--json").json, {**two, "left_out": 8})
        self.assertEqual(len(self.lines(points)), 10)
        moved = corpus(6)
        for row in moved:
            row["difficulty"] = "hard" if row["id"] == "colours/0" else "easy"
        self.bench(write_jsonl(self.folder / "moved.jsonl", moved), "--resume", points, "--out", report)
        self.assertIn("| hard ", report.read_text(encoding="utf-8"))
        self.assertEqual(len(self.lines(points)), 10)

    def test_a_file_of_points_is_one_runs_at_a_time(self):
        points = self.folder / "shared.jsonl"
        first = self.start(write_jsonl(self.folder / "long.jsonl", corpus(400)), points)
        self.assertIn("shared.jsonl: found another run at work on it", self.bench(self.few, "--resume", points, code=1).err)
        self.assertIsNone(first.poll(), "the first was at work all the while")
        first.kill()
        first.communicate()
        self.assertEqual(self.bench(self.few, "--resume", points, "--json").json["specs"], 6)

    def test_what_cannot_be_written_is_told_first(self):
        points, folder = self.folder / "unwritten.jsonl", self.folder / "reports"
        for option in ("--out", "--html"):
            self.assertIn("absent", self.bench(self.few, "--resume", points, option, self.folder / "absent" / "r.md", code=1).err)
            self.assertIn("expected the name of a file", self.bench(self.few, "--resume", points, option, self.folder, code=2).err)
        self.assertFalse(points.exists(), "nothing was measured")
        folder.mkdir()
        run = self.start(write_jsonl(self.folder / "long2.jsonl", corpus(400)), points, "--out", folder / "r.md")
        self.assertEqual(list(folder.iterdir()), [])
        folder.rmdir()
        out, err = run.communicate(timeout=120)
        self.assertEqual(run.returncode, 1)
        self.assertIn(b"r.md", err)
        self.assertIn(b"| base ", out, "what was measured is shown all the same")
        self.assertEqual(len(self.lines(points)), 400)

    def test_one_file_has_one_part(self):
        points = self.folder / "parts.jsonl"
        same = f"{self.folder}/./parts.jsonl"
        for words in ((self.few, "--resume", self.few), (self.few, "--out", self.few), (self.few, "--resume", points, "--html", same),
                      (self.few, "--out", points, "--html", points)):
            before = self.few.read_bytes()
            self.assertIn("expected two files", self.bench(*words, code=2).err)
            self.assertEqual(self.few.read_bytes(), before)
        self.assertFalse(points.exists())

    def test_a_name_is_one_line_and_the_base_has_no_mapper(self):
        for name in ("two\nlines", "\x1b[31m", "a\u202eb", " a", "n" * 300):
            self.assertIn("expected one line of printable UTF-8", self.bench(self.few, "--name", name, code=2).err)
        named = "*a* | \\ <b>"
        report = self.folder / "named.md"
        self.assertEqual(self.bench(self.few, "--name", named, "--out", report, "--json").json["system"], named)
        self.assertIn("| \\*a\\* \\| \\\\ \\<b\\> |", report.read_text(encoding="utf-8"))
        self.assertIn("--system base, which has no mapper", self.bench(self.few, "--mapper", self.mapper, code=2).err)

    def test_what_does_not_fit_is_refused(self):
        points = self.folder / "damaged.jsonl"
        self.bench(self.few, "--limit", 2, "--resume", points)
        points.write_text(points.read_text(encoding="utf-8").replace("0.0", "null").replace("1.0", "null"), encoding="utf-8")
        before = points.read_bytes()
        self.assertIn("line 1: found null", self.bench(self.few, "--resume", points, code=3).err)
        self.assertEqual(points.read_bytes(), before)
        foreign = self.folder / "foreign.txt"
        foreign.write_text("one line of another program", encoding="utf-8")
        self.assertIn("without a line end, expected lines of points", self.bench(self.few, "--resume", foreign, code=3).err)
        self.assertEqual(foreign.read_text(encoding="utf-8"), "one line of another program")
        doubled = self.folder / "doubled.jsonl"
        self.bench(self.few, "--limit", 1, "--resume", doubled)
        doubled.write_bytes(2 * doubled.read_bytes())
        self.assertIn("doubled.jsonl, line 2: found the spec \"colours/0\" of system \"base\" a second time",
                      self.bench(self.few, "--resume", doubled, code=3).err)
        twice = write_jsonl(self.folder / "twice.jsonl", corpus(1) + corpus(1))
        self.assertIn("twice.jsonl, line 2: found the spec \"colours/0\" twice", self.bench(twice, code=3).err)
        odd = write_fixed_mapper(self.folder / "odd.safetensors", 1, layout="odd")
        self.assertIn("found \"odd\", expected spec or chat", self.bench(self.few, "--mapper", odd, code=3, system="mapper").err)
        self.assertIn("--mapper", self.bench(self.few, code=1, system="mapper").err)
        self.bench(self.few, "--free", "--labels-from-spec", code=2)
        self.bench(self.folder / "absent.jsonl", code=1)

    def test_the_everyday_specs_of_the_examples_are_read(self):
        everyday = pathlib.Path(__file__).resolve().parents[2] / "examples" / "everyday.jsonl"
        self.assertEqual(self.bench(everyday, "--limit", 3, "--pairs", 1, "--json").json["specs"], 3)


class AnswerSets(PawTest):
    SPEC = "Name the colour. Return ONLY one of: red, blue"

    def test_a_program_is_counted_as_a_reader(self):
        rows = write_jsonl(self.folder / "sets.jsonl", [{"input": self.SPEC, "output": "red | blue"},
                                                        {"input": "Is it red? tell me in a word or two", "output": "open"},
                                                        {"input": "hot or cold? one word", "output": "hot | cold"}])
        reader = self.folder / "reader.paw"
        self.paw("compile", "Copy the text.", "--base", "toy", "-o", reader)
        table = self.paw("bench", "answer-sets", rows, "--base", "toy", "--reader", reader).out
        self.assertIn("| rules | 1 | 1 | 0 | 1 | 0 |", table)
        self.assertIn("| reader, from 0.00 | 0 | 1 | 0 | 1 | 0 |", table, "asked of two specs; a toy babbles")
        self.assertIn("| rules, then reader from 0.93 | 1 | 1 | 0 | 1 | 0 |", table)
        self.assertIn("found no reader", self.paw("bench", "answer-sets", rows, "--base", "toy", code=1).err)

    def test_outputs_are_text_where_the_user_says_so(self):
        program = self.folder / "text.paw"
        self.assertEqual(self.paw("compile", self.SPEC, "--base", "toy", "--json").json["output_kind"], "label")
        made = self.paw("compile", self.SPEC, "--base", "toy", "--outputs", "text", "--json", "-o", program).json
        self.assertEqual((made["output_kind"], made["labels"], made["training"]["outputs"]), ("text", [], "text"))
        self.assertEqual(self.paw("compile", "--replay", program, "--json").json["digest"], made["digest"])
        self.paw("compile", "--replay", program, "--outputs", "text", code=2)

    def test_outputs_are_spans_where_the_spec_or_the_user_says_so(self):
        program = self.folder / "span.paw"
        spec = "Extract the parcel number from the note. If there is none, answer none."
        made = self.paw("compile", spec, "--base", "toy", "--json", "-o", program).json
        self.assertEqual(made["output_kind"], "text")
        self.assertIn("answers are whole words of the input, or none; where that is wrong, --outputs text", made["warnings"][0])
        self.assertIn("Output:       text, whole words of the input or none", self.paw("info", program).out)
        for note in ("bring parcel 118 to Ada", "nothing today"):
            answer = self.paw("run", program, note).out.strip()
            self.assertTrue(answer == "none" or f" {answer} " in f" {note} ", answer)
        self.assertEqual(self.paw("compile", "--replay", program, "--json").json["digest"], made["digest"])
        asked = self.paw("compile", "Which number?", "--base", "toy", "--outputs", "span", "--json", "-o", program).json
        self.assertEqual(asked["training"]["outputs"], "span")
        self.assertNotIn("whole words", "\n".join(asked["warnings"]), "who asks for it need not be told")
        self.assertIn("Output:       text, whole words of the input\n", self.paw("info", program).out)
        self.assertEqual(self.paw("compile", "--replay", program, "--json").json["digest"], asked["digest"])
        rows = write_jsonl(self.folder / "numbers.jsonl", [{"input": "parcel 7", "output": "seven"}, {"input": "parcel 8", "output": "eight"}])
        refused = self.paw("compile", "Which number?", "--base", "toy", "--outputs", "span", "--examples", rows, code=3)
        self.assertIn('found the output "eight" at line 2, which does not stand in its input', refused.err)


if __name__ == "__main__":
    unittest.main()
