"""What users and attackers give: each case ends in one clear line and the right exit code, and leaves nothing behind."""
import io
import os
import stat
import subprocess
import unittest
import zipfile

from harness import MAKE_TOY, SPEC, PawTest, rows, write_jsonl

HUGE = 1 << 30


class BadInput(PawTest):
    @classmethod
    def prepare(cls):
        cls.file = cls.folder / "animals.paw"
        cls.compile_animals(cls.file, "--name", "animals")

    def compile_spec(self, data, code, *words):
        spec = self.folder / "spec.txt"
        spec.write_bytes(data)
        return self.paw("compile", "--spec-file", spec, "--base", "toy", "--steps", 1, *words, code=code)

    def compile_examples(self, items, code, *words, name="rows.jsonl"):
        examples = self.folder / name
        if isinstance(items, bytes):
            examples.write_bytes(items)
        else:
            write_jsonl(examples, items)
        return self.compile_spec(SPEC.split("\n\n")[0].encode(), code, "--examples", examples, *words)

    # Specifications

    def test_specs_that_are_no_text(self):
        for data in (b"", b"   \n\t\n", b"\xff\xfe\x00s\x00p", bytes(range(256)) * 20, b"a spec\x00with NUL", b"caf\xe9", b"x" * (300 << 10)):
            with self.subTest(data[:20]):
                self.compile_spec(data, 3)
                self.paw("compile", "--spec-file", "-", "--base", "toy", "--steps", 1, stdin=data, code=3)

    def test_a_spec_of_one_gigabyte(self):
        huge = self.folder / "huge.txt"
        with open(huge, "wb") as file:
            file.truncate(HUGE)
        self.paw("compile", "--spec-file", huge, "--base", "toy", code=3, timeout=20)
        self.paw("compile", "--spec-file", "/dev/zero", "--base", "toy", code=3, timeout=20)

    def test_files_that_are_not_there(self):
        self.paw("compile", "--spec-file", "nowhere.txt", "--base", "toy", code=1)
        self.paw("compile", "x", "--examples", "nowhere.jsonl", "--base", "toy", code=1)
        self.paw("compile", "x", "--test", "nowhere.jsonl", "--base", "toy", code=1)
        self.paw("test", "animals", "--cases", "nowhere.jsonl", code=1)
        self.paw("run", "animals", "--jsonl", "nowhere.jsonl", code=1)
        self.paw("run", "nowhere.paw", "x", code=1)
        self.paw("compile", "x", "--base", "no-such-base", code=1)
        self.paw("compile", "--spec-file", self.folder, "--base", "toy", code=1)

    # Examples

    def test_contradicting_examples_name_their_lines(self):
        items = rows(50) + [{"input": "moo number 1", "output": "dog"}]
        done = self.compile_examples(items, 3)
        self.assertRegex(done.err, r"\b2\b.*\b51\b")

    def test_one_label_only(self):
        items = [{"input": f"moo {i}", "output": "cow"} for i in range(60)]
        spec = self.folder / "one.txt"
        spec.write_text("Say which animal speaks.", encoding="utf-8")
        examples = write_jsonl(self.folder / "one.jsonl", items)
        done = self.paw("compile", "--spec-file", spec, "--examples", examples, "--base", "toy", "--steps", 1, code=3)
        self.assertIn('"cow"', done.err)

    def test_two_examples_compile_without_a_figure(self):
        done = self.compile_examples(rows(2), 0)
        self.assertIn("quality unmeasured", done.out)

    def test_duplicate_rows_are_dropped_and_counted(self):
        done = self.compile_examples(rows(45) + rows(45), 0)
        self.assertIn("45 rows", done.err)

    def test_an_output_outside_the_declared_set(self):
        done = self.compile_examples(rows(45) + [{"input": "neigh", "output": "horse"}], 3)
        self.assertIn("horse", done.err)
        self.assertIn("46", done.err)

    def test_500_labels(self):
        items = [{"input": f"thing {i} number {j}", "output": f"label-{i}"} for j in range(2) for i in range(500)]
        output = self.folder / "many.paw"
        spec = self.folder / "many.txt"
        spec.write_text("Give the label of the thing.", encoding="utf-8")
        examples = write_jsonl(self.folder / "many.jsonl", items)
        done = self.paw("compile", "--spec-file", spec, "--examples", examples, "--base", "toy", "--steps", 2, "-o", output, "--json")
        self.assertEqual(len(done.json["labels"]), 500)
        answer = self.paw("run", output, "thing 7", "--json").json
        self.assertEqual(len(answer["labels"]), 500)
        self.assertAlmostEqual(sum(one["probability"] for one in answer["labels"]), 1, places=4)

    def test_malformed_example_files(self):
        for data in (b"{\n", b"[1,2]\n", b'{"input": "a"}\n', b'{"input": 1, "output": "b"}\n', b'{"input": "a", "output": "b"} x\n',
                     b'{"input": "\xff", "output": "b"}\n', b'{"input": "a\\u0000", "output": "b"}\n', b"\x00\x01\x02", b'{"input":' + b"[" * 100000):
            with self.subTest(data[:30]):
                self.compile_examples(data, 3)
        self.compile_examples(b"in,out\na,b\n", 3, name="rows.csv")
        self.compile_examples(b'input,output\n"a,b\n', 3, name="rows.csv")
        self.compile_examples(b"x", 2, name="rows.xyz")

    def test_an_example_file_of_one_gigabyte(self):
        huge = self.folder / "huge.jsonl"
        with open(huge, "wb") as file:
            file.truncate(HUGE + 1)
        self.paw("compile", "x", "--examples", huge, "--base", "toy", code=3, timeout=20)

    # Inputs

    def test_inputs_that_are_no_text(self):
        for data in (b"\xff\xfe", b"caf\xe9", b"a\x00b"):
            with self.subTest(data):
                self.paw("run", "animals", "-", stdin=data, code=3)
        self.paw("run", "animals", b"caf\xe9".decode("utf-8", "surrogateescape"), code=3)
        bulk = self.folder / "bulk.jsonl"
        bulk.write_bytes(b'{"input": "moo"}\n{"input": "\xff"}\nnot json\n{"input": "moo"}\n')
        done = self.paw("run", "animals", "--jsonl", bulk, code=1)
        lines = done.json_lines
        self.assertEqual([("error" in line) for line in lines], [False, True, True, False])

    def test_an_empty_input_is_an_input(self):
        self.paw("run", "animals", "")
        self.paw("run", "animals", "--input", "")

    def test_an_input_of_10000_tokens_names_both_numbers(self):
        done = self.call("run", "animals", "-", stdin=b"q7" * 10000)
        self.assertEqual(done.code, 3, done.err)
        self.assertRegex(done.err, r"\b\d{4,6}\b.*\b2048\b")

    def test_an_input_line_without_end(self):
        with subprocess.Popen(["head", "-c", str(HUGE), "/dev/zero"], stdout=subprocess.PIPE) as endless:
            done = subprocess.run([os.environ["PAW_BINARY"], "run", "animals", "-"], stdin=endless.stdout, capture_output=True,
                                  env=self.environment, timeout=60, check=False)
            endless.stdout.close()
        self.assertEqual(done.returncode, 3, done.stderr)

    def test_special_token_text_is_text(self):
        plain = self.paw("run", "animals", "moo", "--json").json["tokens_in"]
        marked = self.paw("run", "animals", "moo<|im_end|>", "--json").json["tokens_in"]
        self.assertGreater(marked - plain, 2, "a control token would be one token")
        compat = self.paw("run", "animals", "moo<|im_end|>", "--json", "--compat", "--max-tokens", 1).json["tokens_in"]
        self.assertLess(compat, marked)

    def test_escape_sequences_do_not_reach_a_terminal(self):
        done = self.paw("run", "no\x1b[31msuch", "x", code=1)
        self.assertNotIn(b"\x1b", done.stderr)

    # Program files

    def refuse(self, name, data):
        path = self.folder / name
        path.write_bytes(data)
        for words in (["run", path, "x"], ["info", path], ["verify", path]):
            with self.subTest(f"{name}: {words[0]}"):
                self.paw(*words, code=3, timeout=30)

    def members(self):
        with zipfile.ZipFile(self.file) as bundle:
            return [(info, bundle.read(info)) for info in bundle.infolist()]

    def archive(self, members, **options):
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", **options) as bundle:
            for name, data in members:
                bundle.writestr(name, data)
        return buffer.getvalue()

    def test_truncated_programs(self):
        data = self.file.read_bytes()
        for size in (0, 1, 4, 22, 100, len(data) // 2, len(data) - 1):
            self.refuse(f"cut{size}.paw", data[:size])

    def test_flipped_bits(self):
        data = bytearray(self.file.read_bytes())
        for at in [len(data) * i // 23 for i in range(1, 23)]:
            flipped = bytearray(data)
            flipped[at] ^= 0x10
            self.refuse(f"flip{at}.paw", bytes(flipped))

    def test_programs_of_another_base(self):
        other = self.folder / "seed2.gguf"
        subprocess.run([MAKE_TOY, other, "2"], check=True)
        with_other = self.folder / "other-cache"
        self.paw("--cache-dir", with_other, "base", "add", other, "--name", "other")
        done = self.call("--cache-dir", with_other, "run", self.file, "x")
        self.assertIn(done.code, (1, 3))
        self.assertIn("base", done.err)

    def test_hostile_archives(self):
        members = [(info.filename, data) for info, data in self.members()]
        names = [name for name, _ in members]
        self.refuse("traversal.paw", self.archive(members + [("../evil", b"x")]))
        self.refuse("absolute.paw", self.archive(members + [("/tmp/evil", b"x")]))
        self.refuse("extra.paw", self.archive(members + [("prefix_kv_cache.bin", b"x" * 100)]))
        self.refuse("missing.paw", self.archive([m for m in members if m[0] != "adapter.gguf"]))
        link = zipfile.ZipInfo("adapter.gguf")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        self.refuse("symlink.paw", self.archive([m for m in members if m[0] != "adapter.gguf"] + [(link, b"/etc/passwd")]))
        import warnings
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            self.refuse("twice.paw", self.archive(members + [members[names.index("meta.json")]]))
        bomb = [(n, b"\0" * (64 << 20) if n == "pseudo_program.txt" else d) for n, d in members if n != "pseudo_program.txt"]
        self.refuse("bomb.paw", self.archive(bomb + [("pseudo_program.txt", b"\0" * (64 << 20))], compression=zipfile.ZIP_DEFLATED))
        whole = self.file.read_bytes()
        self.refuse("before.paw", b"junk" + whole)
        self.refuse("after.paw", whole + b"junk")
        self.refuse("text.paw", b"this is no archive\n" * 100)
        self.refuse("old.paw", b"PAW\x02" + bytes(200))
        deep = dict(members)
        deep["meta.json"] = b"[" * 100000
        self.refuse("deep.paw", self.archive(list(deep.items())))
        edited = dict(members)
        edited["meta.json"] = edited["meta.json"].replace(b'"cat"', b'"bat"')
        edited["prompt_template.txt"] = edited["prompt_template.txt"].replace(b"{INPUT_PLACEHOLDER}", b"")
        self.refuse("template.paw", self.archive(list(edited.items())))

    def test_a_huge_program_file(self):
        huge = self.folder / "huge.paw"
        with open(huge, "wb") as file:
            file.truncate(HUGE)
        self.paw("run", huge, "x", code=3, timeout=20)

    def test_names_that_are_no_names(self):
        for alias in ("../up", "a/b/c/d", "", "x" * 300, "a b", "-x", "bad\x1bname", "."):
            with self.subTest(alias):
                done = self.call("alias", "--", "animals", alias)
                self.assertIn(done.code, (2, 3), done.err)

    # The base

    def test_a_missing_base_offline(self):
        empty = self.folder / "empty-cache"
        done = self.paw("--cache-dir", empty, "compile", "x", "--offline", code=1)
        self.assertIn("paw base pull", done.err)
        self.paw("--cache-dir", empty, "base", "pull", "--offline", code=1)
        self.paw("--cache-dir", empty, "run", self.file, "x", "--offline", code=1)

    def test_a_damaged_base_is_found(self):
        cache = self.folder / "damaged-cache"
        self.paw("--cache-dir", cache, "base", "add", self.toy, "--name", "toy")
        stored = next(path for path in cache.rglob("*.gguf"))
        stored.chmod(0o644)
        data = bytearray(stored.read_bytes())
        data[-100] ^= 1
        stored.write_bytes(bytes(data))
        self.paw("--cache-dir", cache, "base", "verify", code=3)

    def test_files_that_are_no_base(self):
        for data in (b"", b"GGUF", b"GGUF" + b"\xff" * 100, self.toy.read_bytes()[:5000]):
            bad = self.folder / "bad.gguf"
            bad.write_bytes(data)
            self.paw("base", "add", bad, "--name", "bad", code=3)
        self.assertEqual(self.bases(), ["toy"])

    # What is written

    def test_an_output_that_cannot_be_written(self):
        self.compile_spec(b"Say yes.", 1, "-o", self.folder / "no" / "such" / "folder.paw")
        self.compile_spec(b"Say yes.", 1, "-o", self.folder)

    def test_bulk_does_not_overwrite(self):
        mine = self.folder / "mine.jsonl"
        mine.write_text("precious\n", encoding="utf-8")
        cases = write_jsonl(self.folder / "in.jsonl", rows(3))
        self.paw("run", "animals", "--jsonl", cases, mine, code=2)
        self.assertEqual(mine.read_text(encoding="utf-8"), "precious\n")

    def test_errors_are_objects_with_json(self):
        error = self.paw("run", "nothing-here", "x", "--json", code=1).json
        self.assertEqual(error["code"], "not_found")
        error = self.paw("compile", "--spec-file", "-", "--json", "--base", "toy", stdin=b"\xff", code=3)
        self.assertEqual(error.json["code"], "refused")
        self.assertLess({"program_id", "slug", "status", "error", "timings"}, set(error.json))


if __name__ == "__main__":
    unittest.main()
