"""Mapper compiles from the command line: paw compiler, paw compile --profile, on the small compiler of tests/fixtures/compiler."""

import array
import json
import math
import pathlib
import shutil
import subprocess
import unittest
import zipfile

from harness import MAKE_TOY, PawTest, rows, write_jsonl

FIXTURE = pathlib.Path(__file__).resolve().parents[1] / "fixtures" / "compiler"
LABELS = ["cat", "cow", "dog"]
SPEC = "Say which animal speaks. Return one of: cat, cow, dog.\n"
PSEUDO = """[PSEUDO_PROGRAM]
Task: Say which animal speaks: cat, cow or dog.

Examples:
Input: moo
Output: cow

Input: meow
Output: cat
[END_PSEUDO_PROGRAM]"""


def manifest(path):
    with zipfile.ZipFile(path) as bundle:
        return json.loads(bundle.read("meta.json"))


def silence(path):
    """The mapper's head becomes zeros, so that every LoRA is nothing."""
    data = bytearray(path.read_bytes())
    header = int.from_bytes(data[:8], "little")
    for name, tensor in json.loads(data[8:8 + header]).items():
        if name.startswith("coeff_head."):
            begin, end = (8 + header + offset for offset in tensor["data_offsets"])
            data[begin:end] = bytes(end - begin)
    path.write_bytes(data)


def write_fixed_lora(path, layers=2, rank=4):
    """A mapper of no bases for the small interpreter: shared tensors with the inputs and outputs of the fixture's bases."""
    data = (FIXTURE / "lora_mapper.safetensors").read_bytes()
    length = int.from_bytes(data[:8], "little")
    header, body = {}, bytearray()
    for name, tensor in json.loads(data[8:8 + length]).items():
        if "_bases_" not in name:
            continue
        rows, columns = tensor["shape"][1:]
        shape = [layers, rank, columns] if name.startswith("A_") else [layers, rows, rank]
        numbers = array.array("f", (0.1 * math.sin(i + 1) for i in range(math.prod(shape)))).tobytes()
        header[name.replace("_bases_", "_shared_")] = {"dtype": "F32", "shape": shape, "data_offsets": [len(body), len(body) + len(numbers)]}
        body += numbers
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(len(text).to_bytes(8, "little") + text + body)


class Compilers(PawTest):
    @classmethod
    def prepare(cls):
        cls.interpreter = cls.folder / "interpreter.gguf"
        subprocess.run([MAKE_TOY, cls.interpreter, "5", "interpreter"], check=True)
        for words in (["base", "add", cls.interpreter, "--name", "small"], ["compiler", "add", FIXTURE, "--interpreter", "small", "--name", "tiny"]):
            done = cls.call(*words)
            assert done.code == 0, done.err
        cls.pseudo = cls.folder / "pseudo.txt"
        cls.pseudo.write_text(PSEUDO, encoding="utf-8")
        cls.spec = cls.folder / "spec.txt"
        cls.spec.write_text(SPEC, encoding="utf-8")
        cls.profile = ["compile", "--spec-file", cls.spec, "--profile", "tiny", "--pseudo-file", cls.pseudo]

    def test_add_says_what_it_found(self):
        added = self.paw("compiler", "add", FIXTURE, "--interpreter", "small", "--name", "again", "--json").json
        self.assertEqual((added["compiler"]["layers"], added["compiler"]["width"]), (5, 32))
        self.assertEqual((added["mapper"]["bases"], added["mapper"]["rank"], added["mapper"]["coefficients"]), (3, 2, 2 * 7 * 3 * 2))
        self.assertIn("2 ", self.paw("compiler", "add", FIXTURE, "--interpreter", "small", "--name", "again").out)
        self.assertIn("again", [one["name"] for one in self.paw("compiler", "list", "--json").json["compilers"]])
        self.assertEqual(self.paw("compiler", "verify", "again", "--json").json["verified"], ["again"])
        self.paw("compiler", "rm", "again")
        self.paw("compiler", "rm", "again", code=1)
        self.paw("compiler", "verify", "again", code=1)

    def test_a_spec_alone_becomes_a_mapper_program(self):
        first, second, third = (self.folder / f"mapped{i}.paw" for i in range(3))
        shutil.rmtree(self.cache / "stages", ignore_errors=True)
        done = self.paw(*self.profile, "-o", first, "--json")
        self.assertEqual(done.json["labels"], LABELS)
        meta = manifest(first)
        self.assertEqual((meta["compiler_kind"], meta["compiler_snapshot"], meta["prefix_steps"]), ("mapper_lora", "tiny", 64))
        self.assertEqual((meta["pseudo_program_strategy"], meta["lora_rank"]), ("given", 32))
        self.assertEqual(self.paw("run", first, "moo", "--json").json["program"], str(first))
        kept = list((self.cache / "stages").iterdir())
        self.assertEqual(len(kept), 1, "the coefficients")
        self.paw(*self.profile, "-o", second)
        self.paw(*self.profile, "-o", third, "--no-stage-cache")
        self.assertEqual(first.read_bytes(), second.read_bytes())
        self.assertEqual(first.read_bytes(), third.read_bytes())
        kept[0].write_bytes(b"damaged")
        self.paw(*self.profile, "-o", second)
        self.assertEqual(first.read_bytes(), second.read_bytes())

    def test_another_spec_is_another_program(self):
        one, other = self.folder / "one.paw", self.folder / "other.paw"
        self.paw("compile", "Say yes or no. Return one of: yes, no.", "--profile", "tiny", "--pseudo-file", self.pseudo, "-o", one)
        self.paw(*self.profile, "-o", other)
        with zipfile.ZipFile(one) as a, zipfile.ZipFile(other) as b:
            self.assertNotEqual(a.read("adapter.gguf"), b.read("adapter.gguf"))

    def test_training_goes_on_from_the_mapper(self):
        examples = write_jsonl(self.folder / "train.jsonl", rows(60))
        first, second = self.folder / "warm.paw", self.folder / "warm2.paw"
        done = self.paw(*self.profile, "--examples", examples, "--steps", 3, "-o", first, "--json")
        record = done.json["training"]["mapper"]
        self.assertEqual(record["compiler"], "tiny")
        self.assertLess(record["loss"], record["loss_without"], "this random mapper happens to help")
        self.assertIn("score", record["held_out_before"])
        self.assertEqual(manifest(first)["compiler_kind"], "finetune_lora")
        self.paw("compile", "--replay", first, "--examples", examples, "-o", second)
        self.assertEqual(first.read_bytes(), second.read_bytes())

    def test_a_useless_mapper_leaves_no_trace(self):
        """A mapper that does not help is noticed: the program is the one that the same compile without a profile makes."""
        silent = self.folder / "silent"
        shutil.copytree(FIXTURE, silent)
        silence(silent / "lora_mapper.safetensors")
        self.paw("compiler", "add", silent, "--interpreter", "small", "--name", "silent")
        examples = write_jsonl(self.folder / "many.jsonl", rows(240))
        with_mapper, without, again = (self.folder / f"useless{i}.paw" for i in range(3))
        words = ["compile", "--spec-file", self.spec, "--examples", examples, "--steps", 3]
        done = self.paw(*words, "--profile", "silent", "--pseudo-file", self.pseudo, "-o", with_mapper, "--json")
        self.assertTrue(any("neither the mapper nor its pseudo-program was used" in warning for warning in done.json["warnings"]))
        self.assertEqual(done.json["training"]["mapper_skipped"]["compiler"], "silent")
        self.paw(*words, "--base", "small", "-o", without)
        with zipfile.ZipFile(with_mapper) as a, zipfile.ZipFile(without) as b:
            for name in ("adapter.gguf", "prompt_template.txt"):
                self.assertEqual(a.read(name), b.read(name))
        self.assertEqual(manifest(with_mapper)["program_id"], manifest(without)["program_id"])
        self.paw("compiler", "rm", "silent")
        self.paw("compile", "--replay", with_mapper, "--examples", examples, "-o", again)
        self.assertEqual(with_mapper.read_bytes(), again.read_bytes())

    def test_a_replay_needs_the_compiler(self):
        examples = write_jsonl(self.folder / "train.jsonl", rows(60))
        self.paw("compiler", "add", FIXTURE, "--interpreter", "small", "--name", "gone")
        program = self.folder / "gone.paw"
        self.paw("compile", "--spec-file", self.spec, "--profile", "gone", "--pseudo-file", self.pseudo, "--examples", examples, "--steps", 2,
                 "-o", program)
        self.paw("compiler", "rm", "gone")
        self.paw("compiler", "rm", "tiny")
        refused = self.paw("compile", "--replay", program, "--examples", examples, "-o", self.folder / "again.paw", code=1)
        self.assertIn("gone", refused.err)
        self.paw("compiler", "add", FIXTURE, "--interpreter", "small", "--name", "tiny")

    def test_pseudo_programs_are_repaired_unless_raw(self):
        text = PSEUDO.replace("cat, cow or dog", "cat or cow").replace("Output: cat", "Output: lion")
        bad = self.folder / "bad.txt"
        bad.write_text("Here you are:\n" + text, encoding="utf-8")
        repaired, raw = self.folder / "repaired.paw", self.folder / "raw.paw"
        words = ["compile", "--spec-file", self.spec, "--profile", "tiny", "--pseudo-file", bad]
        done = self.paw(*words, "-o", repaired, "--json")
        self.assertTrue(any("which is no label" in warning for warning in done.json["warnings"]))
        with zipfile.ZipFile(repaired) as bundle:
            self.assertIn("Return ONLY one of: cat, cow, dog.", bundle.read("pseudo_program.txt").decode())
            self.assertNotIn("lion", bundle.read("pseudo_program.txt").decode())
        self.paw(*words, "--raw-pseudo", "-o", raw)
        with zipfile.ZipFile(raw) as bundle:
            self.assertEqual(bundle.read("pseudo_program.txt").decode(), text)
        bad.write_text("no markers", encoding="utf-8")
        self.paw(*words, code=3)

    def test_a_pseudo_program_of_ones_own_without_a_mapper(self):
        program = self.folder / "own.paw"
        self.paw("compile", "--spec-file", self.spec, "--base", "toy", "--pseudo-file", self.pseudo, "-o", program)
        with zipfile.ZipFile(program) as bundle:
            self.assertEqual(bundle.read("pseudo_program.txt").decode(), PSEUDO)

    def test_a_language_model_that_never_ends_is_refused(self):
        self.paw("compiler", "add", FIXTURE, "--interpreter", "small", "--name", "babbler", "--pseudo-lm", self.toy)
        before = sorted(path.name for path in (self.cache / "stages").glob("*"))
        refused = self.paw("compile", "--spec-file", self.spec, "--profile", "babbler", code=3)
        self.assertIn("[END_PSEUDO_PROGRAM]", refused.err)
        self.assertEqual(sorted(path.name for path in (self.cache / "stages").glob("*")), before, "nothing is cached")
        self.paw("compiler", "rm", "babbler")

    def test_a_mapper_program_is_packed_and_comes_back(self):
        program, packed, back = self.folder / "sent.paw", self.folder / "sent.pawc", self.folder / "back.paw"
        self.paw(*self.profile, "-o", program)
        done = self.paw("pack", program, "--coefficients", "-o", packed, "--json")
        self.assertEqual(done.json["bytes"], packed.stat().st_size)
        self.assertLess(packed.stat().st_size, program.stat().st_size)
        with zipfile.ZipFile(packed) as archive:
            self.assertEqual(sorted(archive.namelist()), ["coefficients.bin", "meta.json", "prompt_template.txt", "pseudo_program.txt"])
        shutil.rmtree(self.cache / "stages")
        again = self.folder / "again.pawc"
        self.paw("pack", program, "--coefficients", "-o", again)
        self.assertEqual(again.read_bytes(), packed.read_bytes(), "with and without the stage cache")
        unpacked = self.paw("unpack", packed, "-o", back, "--name", "back", "--json").json
        self.assertEqual(back.read_bytes(), program.read_bytes())
        self.assertEqual(self.paw("info", "back", "--json").json["digest"], unpacked["digest"])
        self.paw("pack", program, "-o", packed, code=2)
        wide = self.folder / "wide.paw"
        self.paw(*self.profile, "--adapter-type", "q8_0", "-o", wide)
        self.paw("pack", wide, "--coefficients", "-o", packed)
        self.paw("unpack", packed, "-o", back)
        self.assertEqual(back.read_bytes(), wide.read_bytes())
        self.assertIn("expected only", self.paw("unpack", program, code=3).err)
        changed = self.folder / "changed.pawc"  # a well-made archive of another program
        with zipfile.ZipFile(packed) as source, zipfile.ZipFile(changed, "w") as target:
            for name in source.namelist():
                target.writestr(name, source.read(name).replace(b"moo", b"baa") if name == "prompt_template.txt" else source.read(name))
        self.assertIn("SHA-256 differ", self.paw("unpack", changed, code=3).err)
        data = bytearray(packed.read_bytes())
        for place in range(0, len(data), max(len(data) // 40, 1)):  # wherever a bit is wrong
            damaged = bytes(data[:place]) + bytes([data[place] ^ 1]) + bytes(data[place + 1:])
            (self.folder / "damaged.pawc").write_bytes(damaged)
            done = self.call("unpack", self.folder / "damaged.pawc", "-o", back)
            if done.code == 0:  # a byte that says nothing, such as a time: then nothing changed
                self.assertEqual(back.read_bytes(), wide.read_bytes())
            else:
                self.assertEqual(done.code, 3, done.err)

    def test_what_cannot_be_given_back_is_not_packed(self):
        out = self.folder / "never.pawc"
        examples = write_jsonl(self.folder / "train.jsonl", rows(60))
        trained, foreign = self.folder / "trained.paw", self.folder / "foreign.paw"
        self.paw(*self.profile, "--examples", examples, "--steps", 2, "-o", trained)
        self.assertIn("was trained", self.paw("pack", trained, "--coefficients", "-o", out, code=3).err)
        self.paw("compile", "--spec-file", self.spec, "--base", "toy", "-o", foreign)
        self.paw("pack", foreign, "--coefficients", "-o", out, code=3)
        mapped = self.folder / "orphan.paw"
        self.paw(*self.profile, "-o", mapped)
        self.paw("pack", mapped, "--coefficients", "-o", self.folder / "orphan.pawc")
        self.paw("compiler", "rm", "tiny")
        self.assertIn("paw compiler add", self.paw("pack", mapped, "--coefficients", "-o", out, code=1).err)
        self.assertIn("paw compiler add", self.paw("unpack", self.folder / "orphan.pawc", code=1).err)
        self.paw("compiler", "add", FIXTURE, "--interpreter", "small", "--name", "tiny")
        self.assertFalse(out.exists())

    def test_a_mapper_s_file_alone(self):
        """One fixed LoRA for every spec, in a file whose name says nothing."""
        file = self.folder / "fixed.bin"
        write_fixed_lora(file)
        add = ["compiler", "add", file, "--interpreter", "small", "--name", "fixed"]
        added = self.paw(*add, "--json").json
        self.assertEqual((added["kind"], added["path"]), ("mapper", str(file)))
        self.assertEqual((added["mapper"]["bases"], added["mapper"]["rank"], added["mapper"]["coefficients"]), (0, 4, 0))
        self.assertIn("every program has the same LoRA", self.paw(*add).out)
        self.assertEqual(self.paw("compiler", "verify", "fixed", "--json").json["verified"], ["fixed"])
        words = ["compile", "--spec-file", self.spec, "--profile", "fixed"]
        first, second, packed, back = (self.folder / f"fixed{i}" for i in range(4))
        self.paw(*words, "-o", first)
        self.paw(*words, "-o", second)
        self.assertEqual(first.read_bytes(), second.read_bytes())
        self.assertIsNone(manifest(first)["prefix_steps"])
        self.paw("pack", first, "--coefficients", "-o", packed)
        self.paw("unpack", packed, "-o", back)
        self.assertEqual(back.read_bytes(), first.read_bytes())
        self.assertIn("reads the spec alone", self.paw(*words, "--pseudo-file", self.pseudo, code=2).err)
        self.assertIn("reads the spec alone", self.paw(*words, "--pseudo-prompt", self.pseudo, code=2).err)
        self.assertIn("reads the spec alone", self.paw(*add, "--pseudo-lm", self.toy, code=2).err)
        self.paw("compiler", "rm", "fixed")

    def test_the_name_of_the_built_in_compiler_is_taken(self):
        refused = self.paw("compiler", "add", FIXTURE, "--interpreter", "small", "--name", "paw-smollm2-135m", code=2)
        self.assertIn("expected another --name", refused.err)
        listed = {one["name"]: one["kind"] for one in self.paw("compiler", "list", "--json").json["compilers"]}
        if listed.get("paw-smollm2-135m") == "built_in":  # only a build with one has it
            self.assertEqual(self.paw("compiler", "verify", "paw-smollm2-135m", "--json").json["verified"], ["paw-smollm2-135m"])
        else:
            self.assertNotIn("paw-smollm2-135m", listed)
            self.paw("compiler", "verify", "paw-smollm2-135m", code=1)

    def test_what_does_not_fit_is_refused(self):
        self.paw("compile", "--spec-file", self.spec, "--profile", "tiny", code=2)  # no language model, no --pseudo-file
        self.paw("compile", "--spec-file", self.spec, "--profile", "nobody", code=1)
        self.paw("compile", "--spec-file", self.spec, "--raw-pseudo", "--pseudo-prompt", self.pseudo, code=2)
        misfit = self.paw("compiler", "add", FIXTURE, "--interpreter", "toy", "--name", "misfit", code=3)
        self.assertIn("lora_mapper.safetensors", misfit.err)
        self.assertNotIn("misfit", [one["name"] for one in self.paw("compiler", "list", "--json").json["compilers"]])
        self.paw("compiler", "add", self.folder, "--interpreter", "small", "--name", "empty", code=1)
        self.paw("compiler", "add", FIXTURE, "--interpreter", "small", "--name", "../up", code=2)
        alone = self.paw("compiler", "add", FIXTURE / "lora_mapper.safetensors", "--interpreter", "small", "--name", "alone", code=3)
        self.assertIn("expected one with \"feature_layers\"", alone.err)
        long_spec = self.folder / "long.txt"
        long_spec.write_text("Say which animal speaks. Return one of: cat, cow, dog. " + "Be careful. " * 900, encoding="utf-8")
        refused = self.paw("compile", "--spec-file", long_spec, "--profile", "tiny", "--pseudo-file", self.pseudo, code=3)
        self.assertIn("expected at most 1280", refused.err)

    def test_a_changed_file_is_noticed(self):
        copy = self.folder / "copy"
        shutil.copytree(FIXTURE, copy)
        self.paw("compiler", "add", copy, "--interpreter", "small", "--name", "copied")
        words = ["compile", "--spec-file", self.spec, "--profile", "copied", "--pseudo-file", self.pseudo]
        self.paw(*words)
        shard = copy / "model-00002-of-00003.safetensors"
        data = bytearray(shard.read_bytes())
        data[-1] ^= 1
        shard.write_bytes(data)
        self.assertIn("changed since it was added", self.paw(*words, code=3).err)
        self.assertIn("found SHA-256", self.paw("compiler", "verify", "copied", code=3).err)
        (copy / "lora_mapper.safetensors").unlink()
        self.paw(*words, code=1)
        for damage in (b"", b"\x00" * 8, data[:1000]):
            shard.write_bytes(damage)
            shutil.copy(FIXTURE / "lora_mapper.safetensors", copy)
            self.paw("compiler", "add", copy, "--interpreter", "small", "--name", "damaged", code=3)
        self.paw("compiler", "rm", "copied")


class Gpt2Interpreters(PawTest):
    def test_mapper_and_warm_programs(self):
        spec, pseudo = self.folder / "spec.txt", self.folder / "pseudo.txt"
        spec.write_text(SPEC, encoding="utf-8")
        pseudo.write_text(PSEUDO, encoding="utf-8")
        compiler, interpreter = self.folder / "compiler-gpt2", self.folder / "interpreter-gpt2.gguf"
        shutil.copytree(FIXTURE, compiler)
        shutil.copy(FIXTURE.parent / "compiler_gpt2" / "lora_mapper.safetensors", compiler)
        subprocess.run([MAKE_TOY, interpreter, "6", "gpt2-interpreter"], check=True)
        self.paw("base", "add", interpreter, "--name", "small-gpt2")
        added = self.paw("compiler", "add", compiler, "--interpreter", "small-gpt2", "--name", "tiny-gpt2", "--json").json
        self.assertEqual(added["mapper"]["coefficients"], 2 * 4 * 3 * 2)
        words = ["compile", "--spec-file", spec, "--profile", "tiny-gpt2", "--pseudo-file", pseudo]
        first, second, warm, again = (self.folder / f"gpt2-{i}.paw" for i in range(4))
        self.assertEqual(self.paw(*words, "-o", first, "--json").json["labels"], LABELS)
        self.paw(*words, "-o", second)
        self.assertEqual(first.read_bytes(), second.read_bytes())
        self.assertIn(self.paw("run", first, "moo").out.strip(), LABELS)
        examples = write_jsonl(self.folder / "train.jsonl", rows(60))
        self.paw(*words, "--examples", examples, "--steps", 3, "-o", warm)
        self.paw("compile", "--replay", warm, "--examples", examples, "-o", again)
        self.assertEqual(warm.read_bytes(), again.read_bytes())
        misfit = self.paw("compiler", "add", FIXTURE, "--interpreter", "small-gpt2", "--name", "misfit", code=3)
        self.assertIn("lora_mapper.safetensors", misfit.err)


if __name__ == "__main__":
    unittest.main()
