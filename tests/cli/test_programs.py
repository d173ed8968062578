"""The happy path of every command on programs of the toy base. A toy has random weights: what it answers is not looked at, how is."""
import json
import subprocess
import unittest
import zipfile

from harness import MAKE_TOY, PAW, SPEC, PawTest, rows, write_jsonl

LABELS = ["cat", "cow", "dog"]


class Programs(PawTest):
    @classmethod
    def prepare(cls):
        cls.file = cls.folder / "animals.paw"
        cls.compiled = cls.compile_animals(cls.file, "--name", "animals", "--json")
        cls.program_id = cls.compiled.json["program_id"]
        cls.cases = write_jsonl(cls.folder / "cases.jsonl", rows(30))

    def test_compile_json_is_one_object_with_the_official_keys(self):
        compiled = json.loads(self.compiled.out)
        self.assertLess({"program_id", "slug", "status", "error", "timings"}, set(compiled))
        self.assertEqual((compiled["status"], compiled["error"]), ("ready", None))
        self.assertEqual(compiled["labels"], LABELS)
        progress = [json.loads(line) for line in self.compiled.err.splitlines() if line.startswith("{")]
        self.assertTrue(all(line["event"] == "progress" for line in progress))
        self.assertIn("train", {line["stage"] for line in progress})

    def test_replay_decides_alone(self):
        for words in (("--steps", 3), ("--seed", 2), ("--set", "rank=8"), ("--spec-file", self.folder / "animals.txt"), ("--reject-label", "cow")):
            self.paw("compile", "--replay", self.file, "--examples", self.folder / "animals60.jsonl", *words, code=2)

    def test_reject_label(self):
        self.assertEqual(self.paw("info", "animals", "--json").json.get("reject"), None)
        spec = self.folder / "animals.txt"
        examples = self.folder / "animals60.jsonl"
        words = ("compile", "--spec-file", spec, "--examples", examples, "--base", "toy", "--steps", 1, "-o", self.folder / "rejecting.paw")
        self.assertIn("one of the 3 labels", self.paw(*words, "--reject-label", "lion", code=2).err)
        self.assertIn("no threshold for label", self.paw(*words, "--reject-label", "cow").err)

    def test_cases_in_csv_count_every_row(self):
        cases = self.folder / "cases.csv"
        cases.write_text("input,output\nmoo,cow\nmoo,cow\nmoo,dog\n", encoding="utf-8")
        self.assertEqual(self.paw("test", "animals", "--cases", cases, "--json").json["n"], 3)
        jsonl = self.folder / "marked.jsonl"
        jsonl.write_bytes(b"\xef\xbb\xbf" + self.cases.read_bytes())
        self.assertEqual(self.paw("test", "animals", "--cases", jsonl, "--json").json["n"], 30)
        self.assertEqual(self.paw("run", "animals", "--jsonl", jsonl).out.count("\n"), 30)

    def test_a_full_standard_output_is_an_error(self):
        bulk = self.folder / "full.jsonl"
        write_jsonl(bulk, [{"input": "moo"}])
        for words in (["info", "animals"], ["run", "animals", "moo"], ["run", "animals", "-"], ["run", "animals", "--jsonl", str(bulk)],
                      ["test", "animals", "--cases", str(self.cases)]):
            with self.subTest(words), open("/dev/full", "wb") as full:
                done = subprocess.run([PAW, *words], input=b"moo\n", stdout=full, stderr=subprocess.PIPE, env=self.environment, check=False)
                self.assertEqual(done.returncode, 1)
                self.assertIn(b"standard output", done.stderr)

    def test_a_json_schema_holds_the_answers(self):
        schema = self.folder / "schema.json"
        schema.write_text(json.dumps({
            "type": "object", "properties": {"team": {"enum": ["a", "b"]}, "sure": {"type": "boolean"}}, "required": ["team", "sure"],
            "additionalProperties": False}), encoding="utf-8")
        base = ("run", "--base", "--interpreter", "toy", "--style", "plain")
        inputs = write_jsonl(self.folder / "held.jsonl", rows(9))
        answers = [self.paw(*base, "--json-schema", schema, "--input", "moo").out]
        answers += [row["output"] for row in self.paw(*base, "--json-schema", schema, "--jsonl", inputs).json_lines]
        self.assertEqual(len(answers), 10)
        for answer in answers:
            value = json.loads(answer)
            self.assertEqual(list(value), ["team", "sure"])
            self.assertIn((value["team"], value["sure"]), [(team, sure) for team in ("a", "b") for sure in (True, False)])
        bad = self.folder / "bad.json"
        bad.write_text('{"properties": {"x": {"pattern": "a+"}}}', encoding="utf-8")
        self.assertIn('at "#/properties/x": found the keyword "pattern"', self.paw(*base, "--json-schema", bad, "--input", "moo", code=3).err)
        self.paw(*base, "--json-schema", self.folder / "nowhere.json", "--input", "moo", code=1)
        self.paw(*base, "--json-schema", schema, "--free", "--input", "moo", code=2)
        self.assertIn("closed set", self.paw("run", "animals", "--json-schema", schema, "moo", code=2).err)

    def test_compile_summary_for_people(self):
        done = self.compile_animals(self.folder / "summary.paw")
        self.assertIn("paw run", done.out)
        self.assertIn(self.program_id[:12], done.out)
        self.assertIn("held-out", done.out)

    def test_the_same_steps_give_the_same_bytes(self):
        again = self.folder / "again.paw"
        self.compile_animals(again)
        self.assertEqual(again.read_bytes(), self.file.read_bytes())
        replayed = self.folder / "replayed.paw"
        self.paw("compile", "--replay", self.file, "--examples", self.folder / "animals60.jsonl", "-o", replayed)
        self.assertEqual(replayed.read_bytes(), self.file.read_bytes())

    def test_the_bundle_has_only_official_members(self):
        with zipfile.ZipFile(self.file) as bundle:
            self.assertLessEqual(set(bundle.namelist()), {"meta.json", "adapter.gguf", "prompt_template.txt", "pseudo_program.txt"})

    def test_compile_with_a_test(self):
        done = self.compile_animals(self.folder / "tested.paw", "--test", self.cases, "--json")
        self.assertEqual(done.json["test"]["n"], 30)

    def test_keep_stages(self):
        stages = self.folder / "stages"
        self.compile_animals(self.folder / "staged.paw", "--keep-stages", stages)
        self.assertTrue(any(stages.iterdir()))
        for file in stages.glob("*.json"):
            json.loads(file.read_text(encoding="utf-8"))

    def test_a_spec_without_examples_is_unmeasured(self):
        done = self.paw("compile", "Greet the person whose name is given.", "--base", "toy", "-o", self.folder / "greet.paw")
        self.assertIn("quality unmeasured", done.out)
        self.assertEqual(self.paw("run", self.folder / "greet.paw", "Ada", "--max-tokens", 4).code, 0)

    def test_spec_from_stdin(self):
        self.paw("compile", "--spec-file", "-", "--base", "toy", stdin=b"Repeat the input.\n")

    def test_run_spellings_agree(self):
        expected = self.paw("run", "animals", "moo number 1").out
        self.assertIn(expected.strip(), LABELS)
        for words in (["run", "--program", "animals", "--input", "moo number 1"], ["run", self.file, "moo number 1"],
                      ["run", self.program_id, "moo number 1"], ["run", "animals", "--input", "moo number 1"]):
            self.assertEqual(self.paw(*words).out, expected)

    def test_run_json(self):
        answer = self.paw("run", "animals", "moo", "--json").json
        self.assertEqual([answer["mode"], answer["program"], answer["input"]], ["program", "animals", "moo"])
        self.assertEqual(answer["output"], answer["labels"][0]["label"])
        self.assertAlmostEqual(sum(label["probability"] for label in answer["labels"]), 1, places=5)
        self.assertAlmostEqual(answer["probability"], answer["labels"][0]["probability"])
        for key in ("interpreter", "tokens_in", "tokens_out", "milliseconds"):
            self.assertIn(key, answer)

    def test_run_probabilities(self):
        lines = self.paw("run", "animals", "moo", "--probs").out.strip().split("\n")
        self.assertEqual(sorted(line.split("  ")[1] for line in lines[1:]), LABELS)

    def test_abstain(self):
        done = self.paw("run", "animals", "moo", "--abstain", 1.0, "--json")
        self.assertTrue(done.json["abstained"])
        self.assertIsNone(done.json["output"])
        self.assertFalse(self.paw("run", "animals", "moo", "--abstain", 0.0, "--json").json["abstained"])

    def test_lines_of_stdin(self):
        inputs = [f"woof {i}" for i in range(70)]
        done = self.paw("run", "animals", "-", stdin="\n".join(inputs).encode())
        answers = done.out.strip().split("\n")
        self.assertEqual(len(answers), 70)
        self.assertEqual(answers[3], self.paw("run", "animals", "woof 3").out.strip())
        objects = self.paw("run", "animals", "-", "--json", stdin=b"a\n\nb").json_lines
        self.assertEqual([one["input"] for one in objects], ["a", "", "b"])

    def test_bulk(self):
        output = self.folder / "answers.jsonl"
        self.paw("run", "animals", "--jsonl", self.cases, output)
        answers = [json.loads(line) for line in output.read_text(encoding="utf-8").splitlines()]
        self.assertEqual(len(answers), 30)
        self.assertTrue(all(answer["output"] in LABELS for answer in answers))
        self.assertEqual(self.paw("run", "animals", "--jsonl", self.cases).stdout, output.read_bytes())

    def test_engines(self):
        for engine in ("native", "reference", "llamacpp"):
            with self.subTest(engine):
                self.assertIn(self.paw("run", "animals", "moo", "--engine", engine).out.strip(), LABELS)

    def test_free_and_compat(self):
        self.paw("run", "animals", "moo", "--free", "--max-tokens", 3)
        self.paw("run", "animals", "moo", "--compat", "--max-tokens", 3)

    def test_base_mode(self):
        answer = self.paw("run", "--base", "--interpreter", "toy", "--input", "hello", "--max-tokens", 3, "--json").json
        self.assertEqual((answer["mode"], answer["program"], answer["input"]), ("base", None, "hello"))

    def test_temperature_with_a_seed_repeats(self):
        words = ["run", "--base", "--interpreter", "toy", "--input", "hello", "--max-tokens", 6, "--temperature", 1, "--seed"]
        self.assertEqual(self.paw(*words, 3).stdout, self.paw(*words, 3).stdout)

    def test_test(self):
        report = self.paw("test", "animals", "--cases", self.cases, "--json").json
        self.assertEqual(report["n"], 30)
        low, high = report["accuracy_ci95"]
        self.assertTrue(low <= report["accuracy"] <= high)
        self.assertIn("macro_f1", report)
        self.paw("test", "animals", "--cases", self.cases)

    def test_plot_is_an_svg_of_the_abstain_curve(self):
        plot = self.folder / "abstain.svg"
        self.paw("test", "animals", "--cases", self.cases, "--plot", plot)
        text = plot.read_text(encoding="utf-8")
        self.assertTrue(text.lstrip().startswith("<svg") or text.startswith("<?xml"))
        self.assertIn("share of cases answered", text)
        self.assertIn("30 cases", text)

    def test_test_below_the_bar_is_1(self):
        wrong = write_jsonl(self.folder / "wrong.jsonl", [{"input": f"x {i}", "output": label} for i in range(4) for label in LABELS])
        failures = self.folder / "failures.jsonl"
        self.paw("test", "animals", "--cases", wrong, "--min-accuracy", 0.99, "--failures", failures, code=1)
        missed = [json.loads(line) for line in failures.read_text(encoding="utf-8").splitlines()]
        self.assertGreater(len(missed), 0)
        self.assertLessEqual({"input", "output", "expected"}, set(missed[0]) | {"output", "expected"})
        report = self.paw("test", "animals", "--cases", wrong, "--min-accuracy", 0.99, "--json", code=1).json
        self.assertEqual(report["n"], 12)

    def test_info(self):
        for reference in ("animals", self.file, self.program_id):
            info = self.paw("info", reference, "--json").json
            self.assertEqual(info["id"], self.program_id)
            self.assertIn("Say which animal", info["spec"])
            self.assertEqual(info["labels"], LABELS)
        self.assertIn(self.program_id, self.paw("info", "animals").out)

    def test_info_of_nothing_is_the_official_object(self):
        self.assertEqual(self.paw("info", "nothing-here", "--json", code=1).json, {"error": "not_found", "program": "nothing-here"})

    def test_list_alias_rm(self):
        self.compile_animals(self.folder / "other.paw", "--seed", 9, "--name", "other")
        programs = self.paw("list", "--json").json["programs"]
        self.assertIn("other", [alias for program in programs for alias in program["aliases"]])
        self.assertIn("other", self.paw("list").out)
        self.paw("alias", "other", "renamed")
        self.paw("info", "renamed")
        self.assertIn("renamed", self.paw("list", "--names").out.split())
        self.paw("rm", "renamed")
        self.paw("info", "renamed", code=1)
        self.paw("info", "animals")

    def test_verify(self):
        self.paw("verify", "animals")
        self.paw("verify", self.file)
        self.paw("verify", "--all")

    def test_base_commands(self):
        other = self.folder / "other.gguf"
        import subprocess
        from harness import MAKE_TOY
        subprocess.run([MAKE_TOY, other, "2"], check=True)
        self.paw("base", "add", other, "--name", "other-toy")
        self.assertEqual(sorted(self.bases()), ["other-toy", "toy"])
        self.paw("base", "verify")
        self.paw("base", "verify", "other-toy")
        self.paw("base", "rm", "other-toy")
        self.paw("base", "rm", "other-toy", code=1)

    def task_folder(self, pack, metric):
        task = self.folder / pack / "animals"
        task.mkdir(parents=True)
        (task / "spec.txt").write_text("Say which animal speaks. Return one of: cat, cow, dog.\n", encoding="utf-8")
        write_jsonl(task / "train.jsonl", rows(60))
        write_jsonl(task / "test.jsonl", rows(30))
        facts = {"name": "animals", "kind": "classify", "metric": metric, "labels": LABELS, "use": "train"}
        (task / "task.json").write_text(json.dumps(facts), encoding="utf-8")
        return task

    def test_bench_quality(self):
        task = self.task_folder("pack", "macro_f1")
        table = self.folder / "quality.md"
        done = self.paw("bench", "quality", task, "--base", "toy", "--steps", 2, "--limit", 20, "--out", table, "--json")
        self.assertEqual((done.json["task"], done.json["n"]), ("animals", 20))
        self.assertIn("| animals ", table.read_text(encoding="utf-8"))

    def test_bench_quality_of_the_spec_alone(self):
        task = self.task_folder("spec_only", "exact")
        (task / "task.json").write_text(json.dumps({"name": "animals", "kind": "classify", "metric": "exact", "labels": LABELS,
                                                    "use": "eval_only"}), encoding="utf-8")
        done = self.paw("bench", "quality", task, "--base", "toy", "--spec-only", "--no-mapper", "--json")
        facts = {key: done.json[key] for key in ("budget", "n_train", "n", "tokens")}
        self.assertEqual(facts, {"budget": "spec only, no mapper", "n_train": 0, "n": 30, "tokens": 0})
        refused = self.paw("bench", "quality", task, "--base", "toy", "--spec-only", "--steps", 2, code=2)
        self.assertIn("--spec-only trains nothing: found a budget", refused.stderr.decode())
        done = self.paw("bench", "quality", task, "--base", "toy", "--spec-only", "--write-examples", 2, "--steps", 3, "--json")
        self.assertEqual((done.json["budget"], done.json["n_train"]), ("spec only, steps 3, 2 written a label", 0))
        self.assertGreater(done.json["tokens"], 0)

    def test_a_limit_spreads_over_a_file_that_is_sorted_by_label(self):
        task = self.task_folder("sorted", "exact")
        rows = [{"input": f"{label} {i}", "output": label} for label in LABELS for i in range(10)]
        (task / "test.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        done = self.paw("bench", "quality", task, "--base", "toy", "--steps", 2, "--limit", len(LABELS), "--json")
        answered = {confusion["expected"] for confusion in done.json["confusions"]}
        self.assertEqual(done.json["n"], len(LABELS))
        self.assertLess(done.json["right"], len(LABELS), "two steps teach nothing")
        self.assertEqual(done.json["right"] + len(answered), len(LABELS), "a row of every label: each is right or stands for itself")

    def test_bench_quality_draws_a_learning_curve(self):
        task = self.task_folder("curve", "exact")
        plot = self.folder / "curve.svg"
        done = self.paw("bench", "quality", task, "--base", "toy", "--tokens", "2000,6000", "--plot", plot, "--json")
        trained = [line["tokens"] for line in done.json_lines if "tokens" in line]
        self.assertEqual(len(trained), 2)
        for wanted, tokens in zip((2000, 6000), trained):
            self.assertLess(abs(tokens - wanted), 0.2 * wanted)
        self.assertIn("animals", plot.read_text(encoding="utf-8"))

    def test_bench_quality_goes_on_where_it_was_cut_off(self):
        task = self.task_folder("resumed", "exact")
        kept = self.folder / "points.jsonl"
        command = ["bench", "quality", task, "--base", "toy", "--resume", kept, "--json"]
        first = self.paw(*command, "--tokens", "2000")
        both = self.paw(*command, "--tokens", "2000,4000")
        self.assertIn(b"taken from", both.stderr)
        self.assertEqual(both.json_lines[0], first.json)
        self.assertEqual(len(kept.read_text(encoding="utf-8").splitlines()), 2)
        self.assertNotIn(b"taken from", self.paw(*command, "--tokens", "2000", "--seed", 2).stderr)
        kept.write_text('{"task":"animals"}\n', encoding="utf-8")
        refused = self.paw(*command, "--tokens", "2000", code=3)
        self.assertIn(b"points.jsonl:1", refused.stderr)

    def test_a_broken_pipe_is_quiet(self):
        command = f"yes moo | head -2000 | '{PAW}' run animals - | head -1"
        done = subprocess.run(["bash", "-c", command], capture_output=True, env=self.environment, timeout=60, check=True)
        self.assertEqual(done.stderr, b"")


class Gpt2Programs(PawTest):
    def test_a_program_on_a_gpt2_base(self):
        base, first, again = self.folder / "gpt2.gguf", self.folder / "gpt2.paw", self.folder / "gpt2-again.paw"
        subprocess.run([MAKE_TOY, base, "3", "gpt2"], check=True)
        self.paw("base", "add", base, "--name", "toy-gpt2")
        spec = self.folder / "animals.txt"
        spec.write_text(SPEC, encoding="utf-8")
        examples = write_jsonl(self.folder / "train.jsonl", rows(60))
        cases = write_jsonl(self.folder / "cases.jsonl", rows(12))
        words = ("compile", "--spec-file", spec, "--examples", examples, "--base", "toy-gpt2", "--steps", 4, "--json")
        self.assertEqual(self.paw(*words, "-o", first).json["labels"], LABELS)
        self.paw("compile", "--replay", first, "--examples", examples, "-o", again)
        self.assertEqual(first.read_bytes(), again.read_bytes())
        for engine in ("native", "llamacpp", "reference"):
            with self.subTest(engine):
                answers = self.paw("run", first, "--jsonl", cases, "--engine", engine).json_lines
                self.assertEqual(len(answers), 12)
                for answer in answers:
                    self.assertIn(answer["output"], LABELS)
        self.assertEqual(self.paw("test", first, "--cases", cases, "--json").json["n"], 12)
        self.assertIn("expected at most 2048", self.paw("run", first, "moo " * 1500, code=3).err)


if __name__ == "__main__":
    unittest.main()
