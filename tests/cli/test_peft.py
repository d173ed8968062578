"""Programs to and from PEFT folders, and adapters of every number format."""
import json
import pathlib
import shutil
import struct
import unittest
import zipfile

from harness import PawTest, rows, write_jsonl

FIXTURES = pathlib.Path(__file__).resolve().parent.parent / "fixtures"
TYPES = {"q4_0": 2, "q5_0": 6, "q8_0": 8, "f16": 1}  # ggml's numbers
NAME = "base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight"


def member(archive, name):
    with zipfile.ZipFile(archive) as file:
        return file.read(name)


def read_tensors(path):
    """(header, data) of a safetensors file."""
    data = path.read_bytes()
    size = struct.unpack("<Q", data[:8])[0]
    return json.loads(data[8:8 + size]), data[8 + size:]


def write_tensors(path, header, data):
    text = json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(text)) + text + data)


class Peft(PawTest):
    @classmethod
    def prepare(cls):
        cls.file = cls.folder / "animals.paw"
        cls.compile_animals(cls.file, "--name", "animals")
        cls.cases = write_jsonl(cls.folder / "cases.jsonl", rows(30))
        done = cls.call("export", "peft", "animals", cls.folder / "exported", "--dtype", "f32")
        if done.code != 0:
            raise AssertionError(done.err)
        cls.count = 0

    def copy(self, source="exported"):
        """A folder to be spoilt."""
        Peft.count += 1
        return shutil.copytree(self.folder / source, self.folder / f"copy{Peft.count}")

    def answers(self, program):
        return self.paw("run", program, "--jsonl", self.cases).stdout

    def test_the_folder_is_the_official_one(self):
        folder = self.folder / "exported"
        self.assertEqual(sorted(path.name for path in folder.iterdir()), [
            "adapter_config.json", "adapter_model.safetensors", "meta.json", "prompt_template.txt", "pseudo_program.txt"])
        config = json.loads((folder / "adapter_config.json").read_text(encoding="utf-8"))
        self.assertEqual(config, {
            "peft_type": "LORA", "base_model_name_or_path": "toy", "r": 32, "lora_alpha": 32, "bias": "none", "task_type": "CAUSAL_LM",
            "fan_in_fan_out": False,
            "target_modules": ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]})
        header, _ = read_tensors(folder / "adapter_model.safetensors")
        self.assertEqual(header["__metadata__"], {"format": "pt"})
        self.assertEqual(len(header), 1 + 4 * 7 * 2)
        self.assertEqual((header[NAME]["dtype"], header[NAME]["shape"]), ("F32", [32, 64]))
        self.assertEqual((folder / "prompt_template.txt").read_bytes(), member(self.file, "prompt_template.txt"))
        self.assertEqual(json.loads((folder / "meta.json").read_bytes()), json.loads(member(self.file, "meta.json")))

    def test_there_and_back_in_f32_is_the_same_program(self):
        back = self.folder / "back.paw"
        done = self.paw("import", "peft", self.folder / "exported", "--name", "back", "-o", back, "--json")
        self.assertEqual(back.read_bytes(), self.file.read_bytes())
        self.assertEqual(done.json["labels"], ["cat", "cow", "dog"])
        self.assertEqual(done.json["slug"], "back")
        self.assertEqual(self.answers("back"), self.answers("animals"))

    def test_any_program_comes_back_in_f32(self):
        self.paw("compile", "Greet the person whose name is given.", "--base", "toy", "-o", self.folder / "zeros.paw")
        self.compile_animals(self.folder / "five.paw", "--adapter-type", "q5_0")
        for name in ("zeros", "five"):
            with self.subTest(name):
                self.paw("export", "peft", self.folder / f"{name}.paw", self.folder / name, "--dtype", "f32")
                self.paw("import", "peft", self.folder / name, "-o", self.folder / f"{name}-back.paw")
                self.assertEqual((self.folder / f"{name}-back.paw").read_bytes(), (self.folder / f"{name}.paw").read_bytes())

    def test_there_and_back_in_16_bits_is_a_new_program(self):
        for dtype, stored in (("bf16", "BF16"), ("f16", "F16")):
            with self.subTest(dtype):
                out = self.folder / f"out-{dtype}"
                words = [] if dtype == "bf16" else ["--dtype", dtype]
                self.assertEqual(self.paw("export", "peft", self.file, out, *words, "--json").json["tensors"], 56)
                self.assertEqual(read_tensors(out / "adapter_model.safetensors")[0][NAME]["dtype"], stored)
                done = self.paw("import", "peft", out, "-o", self.folder / f"{dtype}.paw", "--adapter-type", "q8_0", "--json")
                self.assertIn("quality unmeasured", done.err)
                info = self.paw("info", self.folder / f"{dtype}.paw", "--json").json
                old = self.paw("info", self.file, "--json").json
                self.assertNotEqual(info["id"], old["id"])
                self.assertEqual((info["labels"], info["spec"], info["held_out"], info["calibration"]), (old["labels"], old["spec"], None, None))
                self.assertEqual((info["training"]["source"], info["training"]["adapter_type"]), ("peft", "q8_0"))
                answer = self.paw("run", self.folder / f"{dtype}.paw", "moo", "--json").json
                self.assertAlmostEqual(sum(label["probability"] for label in answer["labels"]), 1, places=5)
                self.paw("verify", self.folder / f"{dtype}.paw")

    def test_equal_commands_give_equal_bytes(self):
        for name in ("one", "two"):
            self.paw("export", "peft", "animals", self.folder / name)
        for file in (self.folder / "one").iterdir():
            self.assertEqual(file.read_bytes(), (self.folder / "two" / file.name).read_bytes(), file.name)

    def test_a_folder_of_peft_needs_a_template_and_a_base(self):
        folder = self.copy()
        for name in ("meta.json", "prompt_template.txt", "pseudo_program.txt"):
            (folder / name).unlink()
        self.assertIn("--template", self.paw("import", "peft", folder, code=2).err)
        template = self.folder / "template.txt"
        template.write_text("Input: {INPUT_PLACEHOLDER}\nAnimal:", encoding="utf-8")
        spec = "Which animal? Return one of: cat, cow, dog."
        done = self.paw("import", "peft", folder, "--template", template, "--spec", spec, "--name", "mine", "--json")
        self.assertEqual((done.json["interpreter"], done.json["labels"], done.json["output_kind"]), ("toy", ["cat", "cow", "dog"], "label"))
        self.assertIn(self.paw("run", "mine", "moo").out.strip(), ["cat", "cow", "dog"])
        self.assertEqual(self.paw("import", "peft", folder, "--template", template, "--json").json["output_kind"], "text")
        config = json.loads((folder / "adapter_config.json").read_text(encoding="utf-8"))
        config["base_model_name_or_path"] = "someone/else"
        (folder / "adapter_config.json").write_text(json.dumps(config), encoding="utf-8")
        self.assertIn("--base NAME", self.paw("import", "peft", folder, "--template", template, code=1).err)
        self.paw("import", "peft", folder, "--template", template, "--base", "toy")

    def test_an_official_meta_is_kept(self):
        folder = self.copy()
        meta = json.loads((folder / "meta.json").read_text(encoding="utf-8"))
        del meta["paw"]
        (folder / "meta.json").write_text(json.dumps(meta), encoding="utf-8")
        done = self.paw("import", "peft", folder, "-o", self.folder / "official.paw", "--json")
        self.assertEqual(done.json["program_id"], meta["program_id"])
        self.assertEqual(json.loads(member(self.folder / "official.paw", "meta.json")), meta)

    def test_folders_that_peft_wrote(self):
        template = self.folder / "plain.txt"
        template.write_text("{INPUT_PLACEHOLDER}", encoding="utf-8")
        for name, base in (("llama", "tiny_b"), ("llama_one_layer", "tiny_a"), ("qwen3_rslora", "tiny_qwen3_a"), ("gpt2", "tiny_gpt2_a")):
            with self.subTest(name):
                self.paw("base", "add", FIXTURES / f"{base}.gguf", "--name", base)
                self.paw("import", "peft", FIXTURES / "peft" / name, "--template", template, "--name", name, "--adapter-type", "f16")
                self.paw("export", "peft", name, self.folder / f"again-{name}", "--dtype", "f16")
                self.paw("import", "peft", self.folder / f"again-{name}", "--name", f"again-{name}", "--adapter-type", "f16")
                digests = {self.paw("info", alias, "--json").json["digest"] for alias in (name, f"again-{name}")}
                self.assertEqual(len(digests), 1, "f16 holds f16")
        self.assertIn("found target module", self.paw("import", "peft", FIXTURES / "peft" / "gpt2", "--template", template, "--base", "toy", code=3).err)

    def test_export_is_in_nobodys_way(self):
        self.assertIn("not empty", self.paw("export", "peft", "animals", self.folder / "exported", code=1).err)
        self.assertIn("found a file", self.paw("export", "peft", "animals", self.file, code=1).err)
        (self.folder / "empty").mkdir()
        self.paw("export", "peft", "animals", str(self.folder / "empty") + "/")
        self.paw("export", "peft", "no-such-program", self.folder / "nothing", code=1)
        self.paw("export", "peft", "animals", self.folder / "no" / "such" / "parent", code=1)
        self.assertFalse((self.folder / "nothing").exists())
        self.assertEqual([path.name for path in self.folder.iterdir() if path.name.startswith(".paw-tmp-")], [])

    def spoil_config(self, **keys):
        folder = self.copy()
        config = json.loads((folder / "adapter_config.json").read_text(encoding="utf-8"))
        (folder / "adapter_config.json").write_text(json.dumps({**config, **keys}), encoding="utf-8")
        return folder

    def refused(self, folder, expected, code=3):
        before = self.paw("list", "--json").json
        output = self.folder / "refused.paw"
        self.assertIn(expected, self.paw("import", "peft", folder, "--name", "refused", "-o", output, code=code).err)
        self.assertEqual(self.paw("list", "--json").json, before, "nothing is installed")
        self.assertFalse(output.exists())

    def test_hostile_configurations(self):
        for keys, expected in (
                ({"peft_type": "IA3"}, "peft_type"), ({"bias": "all"}, "bias"), ({"use_dora": True}, "use_dora"),
                ({"rank_pattern": {"q_proj": 4}}, "rank_pattern"), ({"alpha_pattern": {"q_proj": 4}}, "alpha_pattern"),
                ({"modules_to_save": ["lm_head"]}, "modules_to_save"), ({"r": 100000}, "a rank of 1 to 256"), ({"r": 16}, "expected (16, 64)"),
                ({"lora_alpha": 0}, "lora_alpha"), ({"task_type": "SEQ_CLS"}, "task_type"), ({"target_modules": ["q_proj"]}, "expected none"),
                ({"target_modules": ["q_proj", "lm_head"]}, "lm_head"), ({"init_lora_weights": "pissa"}, "init_lora_weights")):
            with self.subTest(keys):
                self.refused(self.spoil_config(**keys), expected)
        for text in ("", "[]", "{", "{}", '{"peft_type":"LORA","peft_type":"LORA"}', "\ufeff{}", "[" * 5000):
            with self.subTest(text[:20]):
                folder = self.copy()
                (folder / "adapter_config.json").write_text(text, encoding="utf-8")
                self.refused(folder, "adapter_config.json")

    def spoil_tensors(self, change):
        folder = self.copy()
        header, data = read_tensors(folder / "adapter_model.safetensors")
        data = change(header, bytearray(data)) or data
        write_tensors(folder / "adapter_model.safetensors", header, bytes(data))
        return folder

    def test_hostile_tensors(self):
        def rename(header, _):
            header["base_model.model.lm_head.lora_A.weight"] = header.pop(NAME)

        def deeper(header, _):
            header[NAME.replace("layers.0", "layers.9")] = header.pop(NAME)

        def reshape(header, _):
            header[NAME]["shape"] = [64, 32]

        def integers(header, _):
            header[NAME]["dtype"] = "I32"

        def not_finite(header, data):
            begin = header[NAME]["data_offsets"][0]
            data[begin:begin + 4] = b"\x00\x00\xc0\x7f"
            return data

        def overlap(header, _):
            header[NAME]["data_offsets"] = [0, header[NAME]["data_offsets"][1] - header[NAME]["data_offsets"][0]]

        for change, expected in ((rename, "found no tensor"), (deeper, "found no tensor"), (reshape, "found shape (64, 32), expected (32, 64)"),
                                 (integers, "expected F32, F16 or BF16"), (not_finite, "not finite"), (overlap, "expected it to begin")):
            with self.subTest(change.__name__):
                self.refused(self.spoil_tensors(change), expected)
        for data in (b"", b"\x00" * 7, b"\xff" * 16, b"{}", (self.folder / "exported" / "adapter_model.safetensors").read_bytes()[:-1]):
            with self.subTest(data[:16]):
                folder = self.copy()
                (folder / "adapter_model.safetensors").write_bytes(data)
                self.refused(folder, "adapter_model.safetensors")

    def test_hostile_texts(self):
        for name, text in (("prompt_template.txt", "no placeholder"), ("prompt_template.txt", "{INPUT_PLACEHOLDER}" * 2),
                           ("meta.json", "{}"), ("meta.json", "[]"), ("prompt_template.txt", "\x00{INPUT_PLACEHOLDER}")):
            with self.subTest(name + text):
                folder = self.copy()
                (folder / name).write_text(text, encoding="utf-8")
                self.refused(folder, name)
        folder = self.copy()
        (folder / "pseudo_program.txt").write_bytes(b"\xff\xfe")
        self.refused(folder, "pseudo_program.txt")
        (folder / "adapter_model.safetensors").unlink()
        self.refused(folder, "adapter_model.safetensors", code=1)
        self.refused(self.folder / "no-such-folder", "adapter_config.json", code=1)

    def test_adapter_types(self):
        for name, number in TYPES.items():
            with self.subTest(name):
                file = self.folder / f"type-{name}.paw"
                self.compile_animals(file, "--adapter-type", name)
                gguf = member(file, "adapter.gguf")
                stem = b"blk.3.ffn_down.weight.lora_b"
                at = gguf.index(stem) + len(stem)
                self.assertEqual(struct.unpack_from("<I", gguf, at + 4 + 2 * 8)[0], number)
                info = self.paw("info", file, "--json").json
                self.assertEqual(info["training"].get("adapter_type"), None if name == "q4_0" else name)
                replayed = self.folder / f"replayed-{name}.paw"
                self.paw("compile", "--replay", file, "--examples", self.folder / "animals60.jsonl", "-o", replayed)
                self.assertEqual(replayed.read_bytes(), file.read_bytes())
                for text in ("moo", "woof woof", "purr number 3"):
                    by_engine = {engine: self.paw("run", file, text, "--engine", engine, "--json").json["probability"]
                                 for engine in ("reference", "native", "llamacpp")}
                    for engine, probability in by_engine.items():
                        self.assertAlmostEqual(probability, by_engine["reference"], delta=0.05, msg=engine)
        self.assertEqual((self.folder / "type-q4_0.paw").read_bytes(), self.file.read_bytes(), "the default")
        self.paw("compile", "--replay", self.file, "--examples", self.folder / "animals60.jsonl", "--adapter-type", "q8_0", code=2)
        self.paw("compile", "x", "--adapter-type", "q2_k", code=2)


if __name__ == "__main__":
    unittest.main()
