"""--official-cache: a folder laid out as the official SDK leaves it, read by id, slug and path, and never written."""

import hashlib
import json
import shutil
import unittest
import zipfile

from harness import PawTest


def snapshot(folder):
    return {str(path.relative_to(folder)): path.stat().st_mtime_ns for path in folder.rglob("*")}


class OfficialCaches(PawTest):
    @classmethod
    def prepare(cls):
        cls.program = cls.folder / "animals.paw"
        cls.compile_animals(cls.program)
        with zipfile.ZipFile(cls.program) as bundle:
            cls.meta = json.loads(bundle.read("meta.json"))
        cls.id = cls.meta["program_id"]
        cls.official = cls.folder / "official"
        cls.installed = cls.official / "programs" / cls.id
        with zipfile.ZipFile(cls.program) as bundle:
            bundle.extractall(cls.installed)
        (cls.installed / "prefix_kv_cache.bin").write_bytes(b"the SDK's own")
        (cls.official / "slug_cache.json").write_text(json.dumps({"me/animals": cls.id, "bad": 3, "me/gone": "ab" * 10}))
        cls.option = f"--official-cache={cls.official}"

    def test_by_id_and_by_slug(self):
        expected = self.paw("run", self.program, "moo", "--json").json["output"]
        before = snapshot(self.official)
        for reference in (self.id, "me/animals"):
            self.assertEqual(self.paw("run", self.option, reference, "moo", "--json").json["output"], expected)
            info = self.paw("info", reference, self.option, "--json").json
            self.assertEqual((info["id"], info["path"]), (self.id, str(self.installed)))
        listed = self.paw("list", self.option, "--json").json["programs"]
        self.assertEqual([one["aliases"] for one in listed if one["path"] == str(self.installed)], [["me/animals"]])
        self.assertEqual(snapshot(self.official), before, "nothing is written there")

    def test_what_is_not_there_is_looked_for_in_the_store(self):
        self.assertEqual(self.paw("run", self.option, self.program, "moo", "--json").json["program"], str(self.program))
        self.paw("run", self.option, "me/gone", "moo", code=1)
        self.paw("run", self.option, "nobody", "moo", code=1)
        self.paw("run", self.id[:18] + "00", self.option, "moo", code=1)
        self.paw("run", "--official-cache=/no/such/folder", self.id, "moo", code=1)
        self.paw("run", "--official-cache", self.id, "moo", code=1)  # HOME has none

    def test_a_bundle_that_the_sdk_imported_by_its_path(self):
        other = self.folder / "imported"
        digest = hashlib.sha256(self.program.read_bytes()).hexdigest()
        with zipfile.ZipFile(self.program) as bundle:
            bundle.extractall(other / "local_programs" / digest)
        found = self.paw("info", self.id, f"--official-cache={other}", "--json").json
        self.assertEqual(found["path"], str(other / "local_programs" / digest))

    def test_its_base_is_hashed(self):
        other = self.folder / "with_base"
        shutil.copytree(self.installed, other / "programs" / self.id)
        (other / "base_models").mkdir()
        base = other / "base_models" / self.meta["paw"]["base"]["file"]
        shutil.copy(self.toy, base)
        empty = {"PAW_CACHE_DIR": str(self.folder / "empty")}
        words = ("run", f"--official-cache={other}", self.id, "moo", "--json")
        expected = self.paw("run", self.program, "moo", "--json").json["output"]
        self.assertEqual(self.paw(*words, environment=empty).json["output"], expected)
        data = bytearray(base.read_bytes())
        data[-1] ^= 1
        base.write_bytes(data)
        self.assertIn("found SHA-256", self.paw(*words, environment=empty, code=3).err)
        base.unlink()
        self.paw(*words, environment=empty, code=1)

    def test_a_runtime_manifest_of_the_cache(self):
        """A program that embeds none finds it in runtimes/."""
        other = self.folder / "runtimes_apart"
        folder = other / "programs" / self.id
        shutil.copytree(self.installed, folder)
        meta = dict(self.meta)
        runtime = meta.pop("runtime")
        base = meta.pop("paw")["base"]
        runtime["local_sdk"] = {"supported": True, "n_ctx": 2048, "base_model": {
            "file": base["file"], "url": "https://example.com/toy.gguf", "sha256": base["sha256"], "size_bytes": base["bytes"]}}
        (folder / "meta.json").write_text(json.dumps(meta))
        words = ("run", f"--official-cache={other}", self.id, "moo", "--json")
        self.paw(*words, code=1)
        (other / "runtimes").mkdir()
        (other / "runtimes" / f"{runtime['runtime_id']}.v1.json").write_text(json.dumps(runtime))
        self.paw(*words)
        meta.update(version=3, runtime_id="../runtimes/x")
        (folder / "meta.json").write_text(json.dumps(meta))
        self.assertIn("runtime_id", self.paw(*words, code=3).err)
        meta.update(version=4, runtime_id=runtime["runtime_id"])
        (folder / "meta.json").write_text(json.dumps(meta))
        (other / "runtimes" / f"{runtime['runtime_id']}.v1.json").write_text("{")
        self.paw(*words, code=3)

    def test_damage_is_refused_and_listed(self):
        other = self.folder / "damaged"
        folder = other / "programs" / self.id
        shutil.copytree(self.installed, folder)
        option = f"--official-cache={other}"
        for name, damage in (("meta.json", b"{"), ("adapter.gguf", b"GGUF"), ("prompt_template.txt", b"none")):
            kept = (folder / name).read_bytes()
            (folder / name).write_bytes(damage)
            self.paw("run", option, self.id, "moo", code=3)
            listed = self.paw("list", option, "--json").json["programs"]
            self.assertTrue(any(one["path"] == str(folder) and one["error"] for one in listed))
            (folder / name).unlink()
            self.paw("run", option, self.id, "moo", code=1)
            (folder / name).write_bytes(kept)
        (other / "slug_cache.json").write_text("[]")
        self.paw("run", option, self.id, "moo")
        (other / "slug_cache.json").write_text("{")
        self.paw("run", option, self.id, "moo", code=3)


class ImagePrograms(PawTest):
    def test_it_is_named_for_what_it_is(self):
        """Listed, verified, passed on; not run."""
        program = self.folder / "animals.paw"
        self.compile_animals(program)
        with zipfile.ZipFile(program) as bundle:
            parts = {name: bundle.read(name) for name in bundle.namelist()}
        meta = json.loads(parts["meta.json"])
        asset = {"file": "base.gguf", "url": "https://example.com/base.gguf", "sha256": meta["paw"]["base"]["sha256"], "size_bytes": 10}
        meta.pop("paw")
        meta["runtime_manifest_version"] = 2
        meta["runtime"] = {
            "runtime_id": meta["runtime_id"], "manifest_version": 2, "interpreter": meta["interpreter"], "adapter_format": "gguf_lora",
            "input": {"format": "content_parts", "types": ["text", "image"]},
            "prompt_template": {"format": "rendered_text", "placeholder": "{INPUT_N}"},
            "program_assets": {"adapter_filename": "adapter.gguf"},
            "local_sdk": {"supported": True, "n_ctx": 4096, "base_model": asset, "vision": {
                "projector": {**asset, "file": "projector.gguf"},
                "preprocessing": {"version": 1, "color_mode": "RGB", "alpha": "composite_white", "orientation": "stored",
                                  "color_profile": "ignore", "resize": "backend", "image_min_tokens": 1, "image_max_tokens": 512}}}}
        parts["meta.json"] = json.dumps(meta).encode()
        parts["prompt_template.txt"] = b"Say what {INPUT_0} shows. {INPUT_1}"
        image = self.folder / "image.paw"
        with zipfile.ZipFile(image, "w") as bundle:
            for name, data in parts.items():
                bundle.writestr(name, data)
        self.assertEqual(self.paw("info", image, "--json").json["runtime_id"], meta["runtime_id"])
        self.paw("verify", image)
        self.assertIn("reads images", self.paw("run", image, "moo", code=3).err)


if __name__ == "__main__":
    unittest.main()
