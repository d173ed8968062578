"""Help, versions, completions and wrong usage: nothing here needs a base."""
import json
import shutil
import subprocess
import unittest

from harness import PawTest

COMMANDS = ["compile", "run", "test", "info", "list", "rm", "alias", "verify", "base", "export", "import", "bench", "corpus", "doctor", "completions", "version"]
NESTED = ["base pull", "base list", "base verify", "base add", "base rm", "export peft", "import peft", "bench quality", "corpus synth"]


class Usage(PawTest):
    def test_no_command_prints_help(self):
        done = self.paw()
        for command in COMMANDS:
            self.assertIn(f"\n  {command} ", done.out)
        self.assertEqual(done.stderr, b"")

    def test_every_command_has_help_with_examples(self):
        for command in COMMANDS + NESTED:
            with self.subTest(command):
                done = self.paw(*command.split(), "--help")
                self.assertIn("Usage: paw " + command, done.out)
                self.assertIn("Examples:\n  paw " if command != "completions" else "Examples:\n", done.out)

    def test_version(self):
        plain = self.paw("--version").out
        self.assertRegex(plain, r"^paw \d+\.\d+\.\d+\n$")
        self.assertEqual(self.paw("version").out, plain)
        self.assertIn("version", self.paw("version", "--json").json)

    def test_json_before_and_after_the_command(self):
        self.assertEqual(self.paw("--json", "version").out, self.paw("version", "--json").out)
        before, after = self.paw("--json", "list").json, self.paw("list", "--json").json
        self.assertEqual(before, after)

    def test_kernels_that_this_machine_does_not_run_are_2(self):
        done = self.paw("list", environment={"PAW_KERNELS": "abacus"}, code=2)
        self.assertIn("found PAW_KERNELS abacus, expected one of scalar", done.stderr.decode())
        self.assertEqual(self.paw("doctor", "--json", environment={"PAW_KERNELS": "scalar"}).json["cpu"]["kernels"], "scalar")

    def test_wrong_usage_is_2_and_one_line(self):
        for words in (["nonsense"], ["run"], ["run", "x"], ["run", "--program", "x", "--base", "--input", "y"], ["run", "--base", "--input", "y"],
                      ["run", "x", "y", "--temperature", "1"], ["run", "x", "y", "--abstain", "2"], ["run", "x", "y", "--max-tokens", "-3"],
                      ["run", "x", "y", "--engine", "steam"], ["compile"], ["compile", "a", "--spec", "b"], ["compile", "a", "--steps", "-1"],
                      ["compile", "a", "--steps", "1", "--minutes", "1"], ["compile", "a", "--effort", "heroic"], ["compile", "a", "--set", "x"],
                      ["compile", "a", "--adapter-type", "q2_k"], ["import"], ["import", "peft"], ["export", "peft", "x"],
                      ["export", "peft", "x", "y", "--dtype", "f64"], ["test", "x"], ["completions", "tcsh"], ["base"], ["bench", "quality"], ["corpus"], ["corpus", "synth"], ["info"], ["--cache-dir"]):
            with self.subTest(" ".join(words)):
                done = self.paw(*words, code=2)
                self.assertEqual(done.stdout, b"")

    def test_wrong_usage_with_json_is_an_object(self):
        error = self.paw("--json", "run", "x", code=2).json
        self.assertEqual(error["code"], "usage")
        self.assertIn("error", error)

    def test_a_word_that_names_a_command_is_an_input(self):
        self.assertIn("list", self.paw("run", "no-such-program", "list", code=1).err + "list")
        self.paw("run", "list", "info", code=1)

    def test_completions(self):
        for shell in ("bash", "zsh", "fish"):
            script = self.paw("completions", shell).out
            for word in ("compile", "--spec-file", "quality", "--jsonl"):
                self.assertIn(word if shell != "fish" else word.replace("--", "-l "), script)
            program = shutil.which(shell)
            if program:
                checked = subprocess.run([program, "-n"], input=script.encode(), capture_output=True, check=False)
                self.assertEqual(checked.returncode, 0, checked.stderr)

    def test_bash_completes(self):
        script = self.paw("completions", "bash").out
        ask = script + "\nCOMP_WORDS=(paw base p); COMP_CWORD=2; _paw; echo \"${COMPREPLY[*]}\"\n"
        done = subprocess.run(["bash"], input=ask.encode(), capture_output=True, check=True, cwd=self.folder, env=self.environment)
        self.assertIn("pull", done.stdout.decode())

    def test_quiet(self):
        self.assertEqual(self.paw("list", "-q").stderr, b"")
        self.assertEqual(self.paw("list", environment={"PAW_QUIET": "1"}).stderr, b"")

    def test_cache_dir(self):
        other = self.folder / "other"
        self.assertEqual(self.bases("--cache-dir", other), [])
        self.assertEqual(self.bases(), ["toy"])

    def test_doctor(self):
        done = self.paw("doctor", "--json")
        report = json.loads(done.out)
        for key in ("version", "cpu", "engine", "base", "cache_dir", "cache_writable", "disk_free_bytes"):
            self.assertIn(key, report)
        self.assertTrue(report["cache_writable"])
        self.paw("doctor")


if __name__ == "__main__":
    unittest.main()
