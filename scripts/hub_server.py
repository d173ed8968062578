"""A `paw serve` of one's own for tests and measurements: a fresh folder, any free port, accounts with keys; and requests to it.

  with HubServer(paw, base, folder) as hub:
      key = hub.user("ana")
      status, body = hub.request("POST", "/api/v1/compile", {"spec": "..."}, key)
"""
import json
import os
import pathlib
import signal
import subprocess
import urllib.error
import urllib.request


class HubServer:
    def __init__(self, paw, base, folder, arguments=(), environment=None, prefix=()):
        self.paw, self.folder, self.arguments, self.prefix = str(paw), pathlib.Path(folder), list(arguments), list(prefix)
        self.data, self.log = self.folder / "hub", self.folder / "serve.log"
        self.environment = {**os.environ, "PAW_CACHE_DIR": str(self.folder / "cache"), "PAW_SERVE_DATA": str(self.data), **(environment or {})}
        self.process, self.url, self.port = None, None, 0
        self.folder.mkdir(parents=True, exist_ok=True)
        if base:
            self.call("base", "add", str(base))

    def call(self, *words):
        done = subprocess.run([self.paw, *words], capture_output=True, text=True, env=self.environment, check=False)
        if done.returncode != 0:
            raise RuntimeError(f"paw {' '.join(words)}: {done.stderr.strip()}")
        return done.stdout.strip()

    def user(self, name):
        return self.call("-q", "serve", "user", "add", name)

    def start(self):
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                [*self.prefix, self.paw, "serve", "--json", "--port", str(self.port), *self.arguments], stdout=subprocess.PIPE, stderr=log, env=self.environment)
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"paw serve did not start: {self.log.read_text()[-400:]}")
        facts = json.loads(line)
        self.url, self.port = facts["url"], facts["port"]
        return self

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(timeout=60)
        return self.process.returncode if self.process else None

    def kill(self):
        self.process.kill()
        self.process.wait()

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.stop()

    def request(self, method, path, body=None, key=None, headers=None, timeout=120):
        """(status, the body: JSON where it is that, else bytes)"""
        data = body if isinstance(body, (bytes, type(None))) else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data=data, method=method, headers={"Content-Type": "application/json", **(headers or {})})
        if key:
            request.add_header("X-API-Key", key)
        try:
            with urllib.request.urlopen(request, timeout=timeout) as reply:
                return reply.status, parsed(reply.read(), reply.headers)
        except urllib.error.HTTPError as error:
            return error.code, parsed(error.read(), error.headers)


def parsed(body, headers):
    return json.loads(body) if (headers.get("Content-Type") or "").startswith("application/json") and body else body
