"""paw login, publish, pull, search, versions, rename, run --remote, trust: against a hub that a test is in charge of (hub_stub.py)."""
import hashlib
import io
import json
import os
import pty
import signal
import stat
import subprocess
import time
import unittest
import zipfile

from harness import PAW, PawTest
from hub_stub import KEY, Hub


class HubTest(PawTest):
    @classmethod
    def prepare(cls):
        cls.file = cls.folder / "animals.paw"
        cls.compile_animals(cls.file, "--name", "animals")
        cls.hub = Hub()
        cls.addClassCleanup(cls.hub.close)

    def setUp(self):
        self.hub.clear()
        self.home = self.folder / ("home-" + self._testMethodName)
        self.other = {"HOME": str(self.home), "PAW_CACHE_DIR": str(self.home / "cache")}  # somebody else's machine
        self.home.mkdir()

    def online(self, *words, code=0, environment=None, key=KEY, **options):
        more = {"PAW_OFFLINE": "", "PAW_API_URL": self.hub.url, "PAW_API_KEY": key, **(environment or {})}
        return self.paw(*words, code=code, environment=more, **options)

    def there(self, *words, **options):
        """On the other machine, without a key."""
        return self.online(*words, environment=self.other, key="", **options)

    def publish(self, *words, reference="animals", slug="animals"):
        return self.online("publish", reference, "--slug", slug, "--json", *words).json


class Login(HubTest):
    def config(self):
        path = self.home / ".config/programasweights/config.json"
        return path, json.loads(path.read_text(encoding="utf-8"))

    def test_a_key_is_checked_and_stored(self):
        home = {"HOME": str(self.home), "PAW_API_KEY": ""}
        done = self.online("login", KEY, "--url", self.hub.url, "--json", environment={**home, "PAW_API_URL": ""})
        self.assertEqual((done.json["user"], done.json["checked"]), ("ada", True))
        path, config = self.config()
        self.assertEqual(config, {"api_key": KEY, "api_url": self.hub.url})
        self.assertEqual(stat.S_IMODE(path.stat().st_mode), 0o600)
        self.assertEqual(self.hub.requests[-1]["key"], KEY)
        self.hub.clear()
        self.online("search", environment={**home, "PAW_API_URL": ""})
        self.assertEqual(self.hub.requests[-1]["key"], KEY)
        self.online("--api-key", "paw_sk_wrong", "search", environment=home, code=1)

    def test_a_wrong_key_is_not_stored(self):
        done = self.online("login", "paw_sk_wrong", environment=self.other, key="", code=1)
        self.assertIn("401 invalid_key", done.err)
        self.assertIn("request req-1", done.err)
        self.assertNotIn("paw_sk_wrong", done.err)
        self.assertFalse((self.home / ".config").exists())

    def test_from_the_standard_input_offline_and_odd(self):
        home = {"HOME": str(self.home), "PAW_API_KEY": ""}
        done = self.paw("login", stdin=b"odd-key\n", environment=home)
        self.assertIn("does not begin with paw_sk_", done.err)
        self.assertEqual(self.config()[1], {"api_key": "odd-key"})
        self.assertEqual(self.hub.requests, [])
        self.paw("login", stdin=b"\n", environment=home, code=2)
        self.paw("login", "two words", environment={**home, "PAW_OFFLINE": ""}, code=2)

    def test_a_typed_key_is_not_shown(self):
        main, side = pty.openpty()
        environment = {**self.environment, "HOME": str(self.home), "PAW_OFFLINE": "1"}
        process = subprocess.Popen([PAW, "login"], stdin=side, stdout=subprocess.PIPE, stderr=side, env=environment)
        seen = b""
        while b"API key: " not in seen:
            seen += os.read(main, 1000)
        time.sleep(0.3)  # until the echo is off
        os.write(main, KEY.encode() + b"\n")
        self.assertEqual(process.wait(20), 0)
        os.close(side)
        process.stdout.close()
        seen += os.read(main, 10000)
        os.close(main)
        self.assertNotIn(KEY.encode(), seen)
        self.assertEqual(self.config()[1]["api_key"], KEY)


class Share(HubTest):
    def test_a_program_goes_there_and_comes_back(self):
        published = self.publish("--name", "Animal sounds", "--tag", "zoo", "--tag", "farm", "--private")
        self.assertEqual((published["slug"], published["version"], published["version_action"]), ("ada/animals", 1, "created"))
        self.assertEqual((published["signature"]["state"], published["signature"]["trusted_as"], published["signature"]["publisher"]),
                         ("valid", "you", "ada"))
        self.assertEqual(self.hub.published[0], {"slug": "animals", "name": "Animal sounds", "tags": "zoo,farm", "public": "false"})
        self.assertEqual(self.publish()["version_action"], "no_change", "the same bytes each time")
        key_file = self.folder / ".config/programasweights/paw_signing_key.json"
        self.assertEqual(stat.S_IMODE(key_file.stat().st_mode), 0o600)

        pulled = self.there("pull", "ada/animals", "--json").json
        self.assertEqual((pulled["digest"], pulled["alias"], pulled["version"]), (published["digest"], "animals", 1))
        self.assertEqual((pulled["signature"]["state"], pulled["signature"]["trusted"]), ("valid", False))
        self.assertIsNone(self.hub.requests[-1]["key"])
        self.assertIn("not trusted", self.there("pull", "animals").out)
        self.assertIn('calling itself "ada"', self.there("info", "animals").out)
        self.assertEqual(self.there("info", "animals", "--json").json["signature"]["key"], published["signature"]["key"])
        self.there("base", "add", self.toy, "--name", "toy")
        self.assertIn(self.there("run", "animals", "moo").out.strip(), ("cat", "cow", "dog"))
        self.assertEqual(list((self.home / "cache/downloads").glob("*.part")), [])

    def test_trust(self):
        key = self.publish()["signature"]["key"]
        self.assertIn("expected the signature of a trusted key", self.there("pull", "animals", "--require-signature", code=3).err)
        self.assertEqual(self.there("list", "--json").json["programs"], [])
        self.there("trust", "add", key, "--name", "Ada")
        self.assertEqual(self.there("trust", "list", "--json").json, {"own_key": None, "trusted": [{"key": key, "name": "Ada"}]})
        self.assertEqual(self.there("pull", "animals", "--require-signature", "--json").json["signature"]["trusted_as"], "Ada")
        self.assertIn("signed by Ada", self.there("info", "animals").out)
        self.there("trust", "rm", "Ada")
        self.there("trust", "rm", "Ada", code=1)
        self.there("trust", "add", "abc", code=2)

    def test_another_key_than_the_first_is_refused(self):
        self.publish()
        self.there("pull", "animals")
        eve = {"HOME": str(self.folder / "eve")}
        copy = self.folder / "again.paw"
        self.compile_animals(copy, "--seed", "5")
        self.online("publish", copy, "--slug", "animals", environment=eve)
        done = self.there("pull", "animals", code=3)
        self.assertIn("--accept-new-key", done.err)
        self.assertEqual(len(self.there("list", "--json").json["programs"]), 1)
        self.there("pull", "animals", "--accept-new-key")
        self.there("pull", "animals")
        self.assertIn("key", self.there("pull", "animals@v1", code=3).err)

    def test_tampered_bytes_and_signatures_are_refused(self):
        self.publish()
        self.hub.tamper = True
        self.assertIn("SHA-256", self.there("pull", "animals", code=3).err)
        self.hub.tamper = False
        changed = self.folder / "changed.paw"
        self.resign(changed)
        self.assertIn("signature", self.online("publish", changed, "--slug", "changed", code=3).err)
        self.assertIn("signature", self.there("verify", changed, code=3).err)
        self.assertEqual(self.there("info", changed, "--json").json["signature"]["state"], "invalid")
        self.serve("animals", changed.read_bytes())
        self.assertIn("a signature that is not of these contents", self.there("pull", "animals", code=3).err)
        self.assertEqual(self.there("list", "--json").json["programs"], [])

    def serve(self, slug, archive):
        """Puts an archive on the hub that paw would not publish."""
        digest = hashlib.sha256(archive).hexdigest()
        self.hub.archives = {digest: archive}
        self.hub.slugs["ada/" + slug] = [digest]

    def resign(self, path):
        """A signed program whose meta was changed afterwards."""
        archive = list(self.hub.archives.values())[0]
        with zipfile.ZipFile(io.BytesIO(archive)) as bundle, zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as out:
            for name in bundle.namelist():
                content = bundle.read(name)
                if name == "meta.json":
                    meta = json.loads(content)
                    meta["spec"] += "!"
                    content = json.dumps(meta).encode()
                out.writestr(zipfile.ZipInfo(name), content)

    def test_a_pull_that_was_cut_goes_on(self):
        self.publish()
        size = len(list(self.hub.archives.values())[0])
        self.hub.cut = [size // 3, size // 2]
        self.there("pull", "animals")
        self.assertEqual([r["range"] for r in self.hub.requests if "download" in r["path"]],
                         [None, f"bytes={size // 3}-", f"bytes={size // 2}-"])

    def test_a_killed_pull_goes_on(self):
        self.publish()
        size = len(list(self.hub.archives.values())[0])
        self.hub.cut = [size // 2] + [0] * 20  # then nothing more comes, and the pull waits between its tries
        environment = {**self.environment, "PAW_OFFLINE": "", "PAW_API_URL": self.hub.url, **self.other}
        process = subprocess.Popen([PAW, "pull", "animals"], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        part = self.home / "cache/downloads"
        for _ in range(200):
            if any(path.stat().st_size == size // 2 for path in part.glob("*.part")):
                break
            time.sleep(0.05)
        process.send_signal(signal.SIGKILL)
        process.wait()
        self.assertEqual([path.stat().st_size for path in part.glob("*.part")], [size // 2])
        self.hub.cut, self.hub.requests = [], []
        self.there("pull", "animals")
        self.assertEqual([r["range"] for r in self.hub.requests if "download" in r["path"]], [f"bytes={size // 2}-"])
        self.assertEqual(list(part.glob("*.part")), [])

    def test_an_alias_of_another_program_stays(self):
        self.publish()
        other = self.folder / "other.paw"
        self.compile_animals(other, "--seed", "9")
        self.there("alias", other, "animals", code=2)  # a path is nobody's alias
        self.there("base", "add", self.toy, "--name", "toy")
        self.online("publish", other, "--slug", "different")
        self.there("pull", "different", "--name", "animals")
        done = self.there("pull", "animals")
        self.assertIn("names another program here", done.err)
        self.there("pull", "animals", "--name", "mine")

    def test_offline_and_insecure_addresses(self):
        for words in (("pull", "animals"), ("publish", "animals", "--slug", "animals"), ("search", "x"), ("versions", "animals"),
                      ("rename", "animals", "other"), ("run", "--remote", "animals", "moo"), ("info", "--remote", "animals")):
            with self.subTest(words):
                self.assertIn("offline", self.online(*words, "--offline", code=1).err)
                self.assertIn("--insecure", self.online(*words, "--api-url", "http://hub.invalid", code=2).err)
        self.assertEqual(self.hub.requests, [])

    def test_publishing_needs_a_key_and_a_slug(self):
        self.assertIn("paw login", self.online("publish", "animals", "--slug", "animals", key="", code=1).err)
        self.online("publish", "animals", "--slug", "No Slug", code=2)
        self.online("publish", "animals", code=2)
        self.online("publish", "nobody", "--slug", "nobody", code=1)


class Browse(HubTest):
    def test_search_versions_rename_info(self):
        self.publish()
        done = self.there("search", "animals")
        self.assertIn("ada/animals", done.out)
        self.assertEqual(self.there("search", "animals", "--json").json["total"], 1)
        self.assertEqual(self.there("search", "nothing", "--sort", "votes").out, "")
        self.there("search", "--sort", "luck", code=2)
        second = self.folder / "second.paw"
        self.compile_animals(second, "--seed", "3")
        self.publish(reference=second)
        self.assertEqual([v["is_main"] for v in self.there("versions", "ada/animals", "--json").json["versions"]], [False, True])
        self.assertIn("main", self.online("versions", "animals", "--promote", "1").out.splitlines()[0])
        self.online("versions", "animals", "--promote", "7", code=1)
        self.assertEqual(self.there("info", "--remote", "ada/animals", "--json").json["slug"], "ada/animals")
        self.assertIn("Downloads:    3", self.there("info", "--remote", "animals").out)
        self.assertEqual(self.online("rename", "animals", "zoo").out, "Renamed to: ada/zoo\n")
        self.assertIn("404", self.there("info", "--remote", "animals", code=1).err)
        self.assertEqual(self.online("rename", "zoo", "").out, "Slug removed.\n")

    def test_run_remote(self):
        self.assertEqual(self.there("run", "--remote", "ada/animals", "moo").out, "echo moo\n")
        self.assertEqual(json.loads(self.hub.requests[-1]["body"]), {"program_id": "ada/animals", "input": "moo"})
        answer = self.there("run", "--remote", "--program", "animals", "--input", "moo", "--json", "--max-tokens", 5, "--probs").json
        self.assertLess({"mode", "program", "interpreter", "input", "output"}, set(answer))
        self.assertEqual((answer["mode"], answer["output"], answer["interpreter"], answer["probability"]), ("program", "echo moo", None, 0.75))
        self.assertEqual(json.loads(self.hub.requests[-1]["body"])["max_tokens"], 5)
        self.assertEqual(self.there("run", "--remote", "animals", "-", stdin=b"a\nb\n").out, "echo a\necho b\n")
        self.there("run", "--remote", "animals", "--free", "moo", code=2)
        self.there("run", "--remote", "./animals.paw", "moo", code=2)

    def test_errors_of_the_hub_are_one_line(self):
        for status, code in ((401, 1), (403, 1), (404, 1), (429, 1), (500, 1), (422, 2), (413, 3)):
            self.hub.always = status
            done = self.there("search", "x", "--json", code=code)
            self.assertIn(f"status {status} fault", done.err)
            self.assertIn("request req-1", done.json["error"])


if __name__ == "__main__":
    unittest.main()
