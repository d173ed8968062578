"""paw compile --teacher against a server on this machine that also misbehaves (teacher_stub.py)."""
import json
import pathlib
import signal
import subprocess
import time
import unittest
import zipfile

from harness import PAW, SPEC, PawTest, rows, write_jsonl
from teacher_stub import TOKENS, Stub

KEY = "sk-this-is-a-secret-0123456789"
ONLINE = {"PAW_OFFLINE": ""}


class Teacher(PawTest):
    @classmethod
    def prepare(cls):
        cls.stub = Stub()
        cls.addClassCleanup(cls.stub.close)
        cls.spec = cls.folder / "spec.txt"
        cls.spec.write_text(SPEC, encoding="utf-8")
        cls.examples = write_jsonl(cls.folder / "rows.jsonl", rows(60))
        cls.seeds = iter(range(1000, 2000))  # another seed is another set of questions

    def setUp(self):
        self.stub.clear()

    def words(self, *more, pairs=40, seed=1, examples=True):
        own = ["--examples", self.examples] if examples else []
        return ["compile", "--spec-file", self.spec, *own, "--base", "toy", "--steps", 2, "--seed", seed, "--teacher", self.stub.url,
                "--teacher-model", "stub", "--teacher-pairs", pairs, *more]

    def teach(self, *more, code=0, environment=None, **options):
        return self.paw(*self.words(*more, **options), "--json", code=code, environment={**ONLINE, **(environment or {})})

    def start(self, *more, **options):
        return subprocess.Popen([PAW, *map(str, self.words(*more, **options)), "--json"], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                env={**self.environment, **ONLINE}, cwd=self.folder)

    def wait_for(self, count):
        deadline = time.monotonic() + 60
        while self.stub.count() < count:
            self.assertLess(time.monotonic(), deadline, "the requests did not come")
            time.sleep(0.01)

    def journal(self, done):
        return pathlib.Path(done.json["teacher"]["journal"])

    def test_pairs_join_the_examples_and_are_not_held_out(self):
        first, second, alone = (self.folder / f"taught{i}.paw" for i in range(3))
        done = self.teach("-o", first, seed=1)
        self.assertEqual(done.json["training"]["teacher"], {"pairs": 40, "models": ["stub"]})
        self.assertEqual(done.json["training"]["examples"], 3 + 60 + 40)
        self.assertEqual(done.json["teacher"]["tokens"], 2 * TOKENS)
        self.assertEqual(self.stub.count(), 2)
        self.assertTrue(all(request["path"] == "/v1/chat/completions" and request["key"] is None for request in self.stub.requests))
        events = [json.loads(line) for line in done.err.split("\n") if line.startswith('{"event"')]
        taught = [event for event in events if event["stage"] == "teacher"]
        self.assertEqual([event["step"] for event in taught], [20, 40])
        self.assertIn("2 batches; 2 requests, 200 tokens", taught[-1]["note"])
        # Held out as without a teacher.
        self.paw("compile", "--spec-file", self.spec, "--examples", self.examples, "--base", "toy", "--steps", 2, "--seed", 1, "-o", alone)
        held_out = self.paw("info", alone, "--json").json["held_out"]
        self.assertEqual(done.json["held_out"]["n"], held_out["n"])
        self.assertFalse(any("opinion" in warning for warning in done.json["warnings"]))
        # The same again asks nothing and makes the same bytes.
        self.stub.clear()
        again = self.teach("-o", second, seed=1)
        self.assertEqual(self.stub.count(), 0)
        self.assertEqual((again.json["teacher"]["asked"], again.json["teacher"]["pairs"]), (0, 40))
        self.assertEqual(first.read_bytes(), second.read_bytes())

    def test_the_held_out_rows_are_not_shown(self):
        self.teach(seed=2, pairs=400)
        shown = "\n".join(request["question"] for request in self.stub.requests)
        self.assertEqual(self.stub.count(), 20)
        hidden = [row["input"] for row in rows(60) if json.dumps(row["input"]) not in shown]
        self.assertGreaterEqual(len(hidden), 12, "a fifth of 63 rows")
        self.assertLess(len(hidden), 40, "the others are")

    def test_a_spec_alone(self):
        done = self.teach(examples=False, pairs=60, seed=3)
        self.assertEqual(done.json["training"]["teacher"]["pairs"], 60)
        self.assertIsNotNone(done.json["held_out"])
        self.assertTrue(any("teacher's opinion" in warning for warning in done.json["warnings"]), done.json["warnings"])

    def test_summary_for_people(self):
        done = self.paw(*self.words(seed=4), environment=ONLINE)
        self.assertIn("Teacher: 40 pairs in 2 batches; 2 requests, 200 tokens", done.err)

    def test_faults_that_pass(self):
        for fault in ("prose", "cut", "html", "empty", "huge", "429", "429 date", "500", "half", "gone", "slow"):
            with self.subTest(fault):
                self.stub.clear(fault)
                done = self.teach("--teacher-timeout", 1, "--teacher-parallel", 1, seed=next(self.seeds))
                self.assertEqual(done.json["teacher"]["pairs"], 40)
                self.assertEqual([request["fault"] for request in self.stub.requests], [fault, "", ""])

    def test_answers_that_are_right_in_their_way(self):
        for fault, requests in (("fence", 2), ("no usage", 2), ("few", 3), ("many", 1), ("wild", 3)):
            with self.subTest(fault):
                self.stub.clear(fault)
                done = self.teach("--teacher-parallel", 1, seed=next(self.seeds), pairs=40)
                self.assertEqual(done.json["teacher"]["pairs"], 40)
                self.assertGreaterEqual(self.stub.count(), 2)
                self.assertLessEqual(self.stub.count(), max(requests, 2))
                if fault == "wild":
                    self.assertEqual(done.json["teacher"]["dropped"], {"no label": 1, "control characters": 1, "malformed": 1})

    def test_a_batch_is_given_up_after_three_answers(self):
        self.stub.clear("prose", "html", "huge")
        done = self.teach("--teacher-parallel", 1, seed=next(self.seeds))
        self.assertEqual(done.json["teacher"]["pairs"], 40)
        self.assertEqual(self.stub.count(), 3 + 2)

    def test_faults_that_stay(self):
        for fault, code, word in (("prose", 1, "no answer could be read"), ("down", 1, "given up after 5 tries"), ("401", 1, "status 401"),
                                  ("moved", 1, "redirect")):
            with self.subTest(fault):
                self.stub.clear(always=fault)
                done = self.teach(seed=next(self.seeds), code=code, environment={"PAW_TEACHER_KEY": KEY})
                self.assertIn(word, done.err)
                self.assertNotIn(KEY, done.err + done.out)
        seed = next(self.seeds)
        port_of_nobody = ["--teacher", "http://127.0.0.1:1/v1", "--teacher-model", "stub", "--teacher-timeout", "1"]
        self.paw("compile", "--spec-file", self.spec, "--base", "toy", "--seed", seed, *port_of_nobody, code=1, environment=ONLINE)

    def test_the_key_is_sent_and_nowhere_else(self):
        program = self.folder / "keyed.paw"
        done = self.teach("-o", program, "--keep-stages", self.folder / "stages", seed=5, environment={"PAW_TEACHER_KEY": KEY})
        self.assertEqual({request["key"] for request in self.stub.requests}, {"Bearer " + KEY})
        self.assertNotIn(KEY, done.out + done.err)
        for path in [program, *self.cache.rglob("*"), *(self.folder / "stages").iterdir()]:
            if path.is_file():
                self.assertNotIn(KEY.encode(), path.read_bytes(), path)
        self.assertEqual(json.loads((self.folder / "stages" / "teacher.json").read_text())["pairs"], 40)
        refused = self.teach(seed=6, code=2, environment={"PAW_TEACHER_KEY": "two\nlines"})
        self.assertNotIn("two", refused.err)

    def test_two_models_must_agree(self):
        done = self.teach("--teacher-check-model", "checker", "--teacher-parallel", 1, seed=7)
        self.assertEqual(done.json["training"]["teacher"], {"pairs": 40, "models": ["stub checked by checker"]})
        self.assertEqual(done.json["teacher"]["dropped"], {"no agreement": 6})
        self.assertEqual([request["model"] for request in self.stub.requests], ["stub", "checker"] * 3)
        asked = self.stub.requests[1]["question"].split("Inputs, each as a JSON string:")[1]
        self.assertIn('"meow in set 1, 0"', asked)
        self.assertNotIn('"cat"', asked, "the second model is not told the answer")

    def test_the_limit_stops_the_spending(self):
        words = ["--teacher-limit", 250, "--teacher-parallel", 1]
        done = self.teach(*words, seed=8, pairs=200)
        self.assertEqual((done.json["teacher"]["pairs"], done.json["teacher"]["tokens"]), (60, 300))
        self.assertIn("limit of 250 tokens is reached", done.err)
        self.stub.clear()
        self.assertEqual(self.teach(*words, seed=8, pairs=200).json["teacher"]["pairs"], 60)
        self.assertEqual(self.stub.count(), 0)
        self.assertEqual(self.teach(seed=8, pairs=200).json["teacher"]["pairs"], 200)
        self.assertEqual(self.stub.count(), 7)

    def test_killed_it_goes_on_where_it_was(self):
        self.stub.clear(seconds=0.1)
        process = self.start("--teacher-parallel", 1, seed=9, pairs=200)
        self.wait_for(4)
        process.kill()
        process.communicate()
        before = self.stub.count()
        done = self.teach("--teacher-parallel", 1, seed=9, pairs=200)
        self.assertEqual(done.json["teacher"]["pairs"], 200)
        self.assertLessEqual(self.stub.count(), 10 + 1, "only what was under way is asked again")
        self.assertLessEqual(done.json["teacher"]["asked"], 10 - before + 1)
        journal = self.journal(done)
        text = journal.read_bytes()
        journal.write_bytes(text[:-20])  # a last line that was torn
        self.stub.clear()
        again = self.teach("--teacher-parallel", 1, seed=9, pairs=200)
        self.assertEqual(self.stub.count(), 1)
        self.assertEqual(journal.read_bytes(), text)
        self.assertEqual(again.json["training"]["data_digest"], done.json["training"]["data_digest"])
        journal.write_bytes(b"damaged\n" + text)
        self.assertIn("line 1", self.teach(seed=9, pairs=200, code=3).err)

    def test_ctrl_c_is_clean(self):
        self.stub.clear(seconds=5)
        process = self.start(seed=10)
        self.wait_for(1)
        process.send_signal(signal.SIGINT)
        begin = time.monotonic()
        _, err = process.communicate(timeout=30)
        self.assertEqual(process.returncode, 130, err)
        self.assertLess(time.monotonic() - begin, 4, "it does not wait for the reply")
        self.assertIn(b"interrupted", err)
        self.no_leftovers()

    def test_saved_pairs_are_examples_and_make_a_replay(self):
        program, again, other = (self.folder / f"saved{i}.paw" for i in range(3))
        saved = self.folder / "saved.jsonl"
        self.teach("-o", program, "--teacher-save", saved, seed=11)
        lines = [json.loads(line) for line in saved.read_text(encoding="utf-8").strip().split("\n")]
        self.assertEqual(len(lines), 60 + 40)
        self.assertEqual([line.get("paw_teacher") for line in lines[59:61]], [None, "stub"])
        self.paw("compile", "--replay", program, "--examples", saved, "-o", again)
        self.assertEqual(program.read_bytes(), again.read_bytes())
        self.paw("compile", "--spec-file", self.spec, "--examples", saved, "--base", "toy", "--steps", 2, "--seed", 11, "-o", other)
        self.assertEqual(program.read_bytes(), other.read_bytes())
        refused = self.paw("compile", "--replay", program, "--examples", self.examples, code=3)
        self.assertIn("expected the 40 of the program", refused.err)
        self.assertEqual(self.stub.count(), 2)

    def test_garbage_once_is_not_for_ever(self):
        seed = next(self.seeds)
        self.stub.clear(always="prose")
        failed = self.teach(seed=seed, code=1)
        self.assertIn(str(self.cache / "teacher"), failed.err)
        self.stub.clear()
        done = self.teach(seed=seed)
        self.assertEqual((done.json["teacher"]["pairs"], self.stub.count()), (40, 2))
        self.assertEqual(self.teach(seed=seed).json["teacher"]["asked"], 0)

    def test_more_pairs_go_on_from_fewer(self):
        seed = next(self.seeds)
        self.teach(seed=seed, pairs=30)
        grown = self.teach(seed=seed, pairs=100)
        self.assertEqual(self.stub.count(), 5)
        self.journal(grown).unlink()
        fresh = self.teach(seed=seed, pairs=100)
        self.assertEqual(grown.json["training"]["data_digest"], fresh.json["training"]["data_digest"])

    def test_a_key_that_comes_back_escaped_is_not_shown(self):
        self.stub.clear(always="401 escaped")
        done = self.teach(seed=next(self.seeds), code=1, environment={"PAW_TEACHER_KEY": KEY})
        self.assertIn("(key)", done.err)
        self.assertNotIn(KEY[3:], done.err + done.out)

    def test_a_bundle_names_its_teacher(self):
        program = self.folder / "named.paw"
        self.teach("-o", program, seed=12)
        with zipfile.ZipFile(program) as bundle:
            training = json.loads(bundle.read("meta.json"))["paw"]["training"]
        self.assertEqual(training["teacher"], {"pairs": 40, "models": ["stub"]})
        self.assertRegex(training["data_digest"], r"^[0-9a-f]{64}$")

    def test_no_network_means_none(self):
        self.assertIn("--offline", self.teach("--offline", code=2).err)
        self.assertIn("PAW_OFFLINE", self.teach(code=1, environment={"PAW_OFFLINE": "1"}).err)
        self.assertEqual(self.stub.count(), 0)

    def test_wrong_usage(self):
        spec = ["compile", "--spec-file", self.spec, "--base", "toy"]
        server = ["--teacher", self.stub.url]
        for words in ([*server], ["--teacher-model", "stub"], ["--teacher-pairs", "5"], [*server, "--teacher-model", "stub", "--teacher-pairs", "0"],
                      ["--teacher", "ftp://127.0.0.1/", "--teacher-model", "stub"], ["--teacher", "nonsense", "--teacher-model", "stub"],
                      ["--teacher", "http://me:word@127.0.0.1/", "--teacher-model", "stub"],
                      [*server, "--teacher-model", "stub", "--teacher-save", "pairs.csv"],
                      [*server, "--teacher-model", "stub", "--teacher-parallel", "100"]):
            with self.subTest(" ".join(words)):
                self.assertNotIn("word@", self.paw(*spec, *words, code=2, environment=ONLINE).err)
        self.paw("compile", "--replay", self.folder / "any.paw", *server, "--teacher-model", "stub", code=2, environment=ONLINE)
        self.assertEqual(self.stub.count(), 0)


if __name__ == "__main__":
    unittest.main()
