"""paw corpus synth against a server on this machine that also misbehaves (teacher_stub.py)."""
import json
import pathlib
import signal
import subprocess
import time
import unittest

from harness import PAW, PawTest
from teacher_stub import TOKENS, Stub

KEY = "sk-this-is-a-secret-0123456789"
ONLINE = {"PAW_OFFLINE": ""}
FILES = ["families_valid.jsonl", "test.jsonl", "train.jsonl", "valid.jsonl"]
FIELDS = {"id", "family", "area", "theme", "difficulty", "split", "style", "examples", "noise", "kind", "labels", "wording", "spec", "pairs"}


class Corpus(PawTest):
    @classmethod
    def prepare(cls):
        cls.stub = Stub()
        cls.addClassCleanup(cls.stub.close)
        cls.seeds = iter(range(1000, 2000))  # another seed is another set of questions

    def setUp(self):
        self.stub.clear()
        self.out = self.folder / f"corpus-{self.id().rsplit('.', 1)[-1]}"

    def words(self, *more, specs=12, seed=1, out=None):
        return ["corpus", "synth", "--teacher", self.stub.url, "--teacher-model", "stub", "--out", out or self.out, "--specs", specs, "--seed",
                seed, *more]

    def synth(self, *more, code=0, environment=None, **options):
        return self.paw(*self.words(*more, **options), "--json", code=code, environment={**ONLINE, **(environment or {})})

    def start(self, *more, **options):
        return subprocess.Popen([PAW, *map(str, self.words(*more, **options)), "--json"], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                env={**self.environment, **ONLINE}, cwd=self.folder)

    def test_what_was_paid_for_is_not_lost_by_mistake(self):
        seed = next(self.seeds)
        self.synth(seed=seed, specs=20)
        before = self.bytes_of(self.out)
        self.stub.clear()
        for words, options, found in (([], {"specs": 12, "seed": seed}, "found a corpus of 20 specs there"),
                                      ([], {"specs": 20, "seed": seed + 1}, f"made with seed {seed}, expected {seed + 1}"),
                                      (["--areas", "repair"], {"specs": 20, "seed": seed}, "made with areas"),
                                      (["--check-model", "checker"], {"specs": 20, "seed": seed}, "made with check_model")):
            self.assertIn(found, self.synth(*words, **options, code=2).err)
        self.assertEqual(self.stub.count(), 0, "found before anything is paid for")
        self.assertEqual(self.bytes_of(self.out), before)
        self.assertEqual(self.synth("--replace", seed=seed, specs=12).json["specs"], 12)
        self.synth(seed=seed, specs=12, out=self.folder / "twelve")
        self.assertEqual(self.bytes_of(self.out), self.bytes_of(self.folder / "twelve"))

    def wait_for(self, count):
        deadline = time.monotonic() + 60
        while self.stub.count() < count:
            self.assertLess(time.monotonic(), deadline, "the requests did not come")
            time.sleep(0.01)

    def bytes_of(self, out):
        """Of what a user sees: nothing hidden."""
        return {path.name: path.read_bytes() for path in sorted(out.iterdir()) if not path.name.startswith(".")}

    def test_a_corpus(self):
        done = self.synth(specs=300)
        summary, lines = done.json, done.json_lines[:-1]
        self.assertEqual((summary["specs"], len(lines)), (300, 300))
        self.assertEqual(sorted(summary["files"]), FILES)
        self.assertEqual(sorted(path.name for path in self.out.iterdir()), [".corpus.lock", "corpus.json", *FILES])
        self.assertEqual({line["split"] for line in lines}, {name.removesuffix(".jsonl") for name in FILES})
        owners = {}
        for name in FILES:
            rows = [json.loads(line) for line in (self.out / name).read_text(encoding="utf-8").splitlines()]
            self.assertEqual(len(rows), summary["files"][name]["specs"])
            for row in rows:
                self.assertEqual(set(row), FIELDS)
                self.assertEqual(row["split"] + ".jsonl", name)
                self.assertGreaterEqual(len(row["pairs"]), 4)
                self.assertTrue(all(output in row["labels"] for _, output in row["pairs"]))
                self.assertEqual(row["spec"].count("Input: "), row["examples"])
                for text in [row["wording"], *(source for source, _ in row["pairs"])]:
                    self.assertEqual(owners.setdefault(text, name), name, "a leak")
        shown = [json.loads(line)["examples"] for line in (self.out / "train.jsonl").read_text(encoding="utf-8").splitlines()]
        self.assertTrue(0.3 < sum(count > 0 for count in shown) / len(shown) < 0.7, "half of them show examples")
        facts = json.loads((self.out / "corpus.json").read_text(encoding="utf-8"))
        self.assertEqual((facts["made_by"], facts["specs"], len(facts["coverage"])), ("paw corpus synth", 300, 30))
        settings = facts["settings"]
        self.assertEqual((settings["url"], settings["model"], settings["pairs"], settings["seed"], len(settings["areas"])),
                         (self.stub.url + "/chat/completions", "stub", 8, 1, 7))
        self.assertEqual({request["key"] for request in self.stub.requests}, {None})
        # The stub is wrong about inputs that end in 7, and that is noticed.
        self.assertGreater(summary["dropped_pairs"]["no agreement"], 100)
        # The same again asks nothing and writes the same bytes.
        before = self.bytes_of(self.out)
        self.stub.clear()
        again = self.synth(specs=300)
        self.assertEqual((self.stub.count(), again.json["asked"]), (0, 0))
        self.assertEqual(self.bytes_of(self.out), before)

    def test_areas_and_pairs(self):
        done = self.synth("--areas", "repair,agentic", "--pairs", 5, specs=20)
        self.assertEqual({line["area"] for line in done.json_lines[:-1]}, {"repair", "agentic"})
        self.assertTrue(all(line["pairs"] <= 5 for line in done.json_lines[:-1]))
        self.assertIn("cookery", self.synth("--areas", "cookery", code=2).err)

    def test_for_people(self):
        done = self.paw(*self.words(seed=next(self.seeds), specs=4), environment=ONLINE)
        self.assertRegex(done.err, r"4 specs with \d+ pairs in 1 call.*; 9 requests, 900 tokens")
        self.assertRegex(done.out, r"^\w+\.jsonl: \d+ specs, \d+ pairs\n")
        self.assertIn("valid.jsonl", done.err, "specs of one theme leave a split empty, and it says so")

    def test_two_models(self):
        self.synth("--check-model", "checker", "--teacher-parallel", 1)
        models = [request["model"] for request in self.stub.requests]
        self.assertEqual(models, ["stub", "stub"] + ["stub", "checker"] * 12)
        asked = self.stub.requests[3]["question"].split("Inputs, each as a JSON string:")[1]
        self.assertNotIn('"cat"', asked, "the second model is not told the answer")

    def test_killed_it_goes_on_where_it_was(self):
        whole = self.folder / "whole"
        seed = next(self.seeds)
        self.synth(seed=seed, out=whole, specs=20)
        requests = self.stub.count()
        journal = pathlib.Path(self.synth(seed=seed, out=whole, specs=20).json["journal"])
        journal.unlink()
        self.stub.clear(seconds=0.05)
        process = self.start("--teacher-parallel", 1, seed=seed, specs=20)
        self.wait_for(10)
        process.kill()
        process.communicate()
        self.assertEqual(sorted(self.bytes_of(self.out)), [], "nothing half-written")
        before = self.stub.count()
        self.assertLess(before, requests, "it was killed half way")
        self.stub.clear()
        self.synth("--teacher-parallel", 1, seed=seed, specs=20)
        self.assertIn(self.stub.count(), (requests - before, requests - before + 1), "only what was under way is asked again")
        self.assertEqual(self.bytes_of(self.out), self.bytes_of(whole))

    def test_a_server_that_dies_half_way(self):
        seed = next(self.seeds)
        self.stub.clear(*[""] * 10, "401")
        done = self.synth("--teacher-parallel", 1, seed=seed, code=1)
        self.assertIn("every reply before is kept, and the same command goes on from there", done.err)
        self.assertEqual(self.bytes_of(self.out), {})
        self.stub.clear()
        self.assertEqual(self.synth(seed=seed).json["specs"], 12)
        self.assertEqual(self.stub.count(), 26 - 10)

    def test_one_run_at_a_time(self):
        seed = next(self.seeds)
        self.stub.clear(seconds=0.3)
        process = self.start("--teacher-parallel", 1, seed=seed)
        self.wait_for(1)
        self.assertIn("found another run at work on it", self.synth(seed=next(self.seeds), code=1).err)
        self.assertIn("at work on the same questions", self.synth(seed=seed, out=self.folder / "elsewhere", code=1).err)
        self.stub.clear()
        _, err = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 0, err)
        self.assertEqual(self.synth(seed=seed).json["asked"], 0)
        self.assertEqual([path.name for path in self.out.iterdir() if path.name.startswith(".")], [".corpus.lock"])

    def test_ctrl_c_and_on(self):
        seed = next(self.seeds)
        self.stub.clear(seconds=0.2)
        process = self.start("--teacher-parallel", 1, seed=seed)
        self.wait_for(3)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=30)
        self.assertEqual(process.returncode, 130, err)
        self.assertIn(b"interrupted; every reply before is kept", err)
        self.stub.clear()
        done = self.synth(seed=seed)
        self.assertEqual(done.json["specs"], 12)
        self.assertLessEqual(self.stub.count(), 26 - 2, "what was answered is not asked again")
        self.no_leftovers()

    def test_the_limit_stops_the_spending(self):
        words = ["--teacher-limit", 10 * TOKENS, "--teacher-parallel", 1]
        seed = next(self.seeds)
        done = self.synth(*words, seed=seed)
        self.assertEqual((done.json["specs"], done.json["tokens"], self.stub.count()), (4, 1000, 10))
        self.assertIn("limit of 1000 tokens is reached", done.err)
        self.stub.clear()
        self.assertEqual(self.synth(*words, seed=seed).json["specs"], 4)
        self.assertEqual(self.stub.count(), 0)
        self.assertEqual(self.synth(seed=seed).json["specs"], 12)
        self.assertEqual(self.stub.count(), 16)
        few = self.synth("--teacher-limit", TOKENS, seed=next(self.seeds), out=self.folder / "few", code=1)
        self.assertIn("found 0 usable specs", few.err)

    def test_faults_that_pass(self):
        for fault in ("prose", "cut", "html", "huge", "429", "500", "gone", "fence", "no usage"):
            with self.subTest(fault):
                self.stub.clear(fault, "", fault)
                seed = next(self.seeds)
                done = self.synth("--teacher-timeout", 5, "--teacher-parallel", 1, seed=seed, specs=4, out=self.folder / f"passes-{seed}")
                self.assertEqual(done.json["specs"], 4)
                self.assertEqual(self.stub.count(), 9 if fault in ("fence", "no usage") else 11)

    def test_faults_that_stay(self):
        for fault, word in (("prose", "no answer could be read"), ("wild", "no answer could be read"), ("401", "status 401"), ("moved", "redirect")):
            with self.subTest(fault):
                self.stub.clear(always=fault)
                done = self.synth(seed=next(self.seeds), code=1, environment={"PAW_TEACHER_KEY": KEY})
                self.assertIn(word, done.err)
                self.assertNotIn(KEY, done.err + done.out)
                self.assertLess(self.stub.count(), 100, "garbage is not paid for without an end")
                self.assertFalse(list(self.out.glob("*.jsonl")))

    def test_the_key_is_sent_and_nowhere_else(self):
        done = self.synth(seed=next(self.seeds), environment={"PAW_TEACHER_KEY": KEY})
        self.assertEqual({request["key"] for request in self.stub.requests}, {"Bearer " + KEY})
        for path in [*self.out.iterdir(), pathlib.Path(done.json["journal"])]:
            self.assertNotIn(KEY.encode(), path.read_bytes(), path)

    def test_no_network_means_none(self):
        self.assertIn("--offline", self.synth("--offline", code=2).err)
        self.assertIn("PAW_OFFLINE", self.synth(code=1, environment={"PAW_OFFLINE": "1"}).err)
        self.assertEqual(self.stub.count(), 0)

    def test_a_folder_of_others_is_not_touched(self):
        self.out.mkdir()
        (self.out / "train.jsonl").write_text("mine\n", encoding="utf-8")
        self.assertIn("expected an empty or a new folder", self.synth(code=2).err)
        self.assertEqual((self.out / "train.jsonl").read_text(encoding="utf-8"), "mine\n")
        self.synth(out=self.out / "train.jsonl", code=2)
        self.synth(out=self.out / "train.jsonl" / "below", code=1)
        self.assertEqual(self.stub.count(), 0, "found before anything is paid for")
        self.assertEqual(self.bytes_of(self.out), {"train.jsonl": b"mine\n"})

    def test_files_of_the_user_stay(self):
        seed = next(self.seeds)
        self.synth(seed=seed)
        train = self.out / "train.jsonl"
        written = train.read_bytes()
        train.write_bytes(written + b"and those of the families\n")
        self.stub.clear()
        for words in ([], ["--replace"]):
            self.assertIn("found another train.jsonl there", self.synth(*words, seed=seed, specs=20, code=2).err)
        self.assertEqual(train.read_bytes(), written + b"and those of the families\n")
        self.assertEqual(self.stub.count(), 0, "found before anything is paid for")
        train.write_bytes(written)
        self.assertEqual(self.synth(seed=seed, specs=20).json["specs"], 20)

    def test_wrong_usage(self):
        server = ["--teacher", self.stub.url]
        for words in ([], server, ["--teacher-model", "stub"], [*server, "--teacher-model", "stub"],
                      [*server, "--teacher-model", "stub", "--out", self.out, "--specs", "0"],
                      [*server, "--teacher-model", "stub", "--out", self.out, "--pairs", "3"],
                      ["--teacher", "ftp://127.0.0.1/", "--teacher-model", "stub", "--out", self.out],
                      ["--teacher", "http://me:word@127.0.0.1/", "--teacher-model", "stub", "--out", self.out]):
            with self.subTest(" ".join(map(str, words))):
                self.assertNotIn("word@", self.paw("corpus", "synth", *words, code=2, environment=ONLINE).err)
        self.synth(environment={"PAW_TEACHER_KEY": "a key with blanks"}, code=2)
        self.assertFalse(self.out.exists(), "options are looked at before the folder is made")
        self.assertEqual(self.stub.count(), 0)


if __name__ == "__main__":
    unittest.main()
