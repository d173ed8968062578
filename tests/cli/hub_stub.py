"""A hub on this machine for the tests of paw publish, pull, search, ...: as much of the REST contract as these need, in memory.

One user, "ada", with the key KEY. Faults on demand: `cut` (bytes after which a download breaks off), `tamper` (a byte of what is sent is
changed), `always` (a status that every call gets).
"""
import hashlib
import http.server
import io
import json
import re
import threading
import urllib.parse
import zipfile

KEY = "paw_sk_" + "k" * 32


def program_id_of(archive):
    with zipfile.ZipFile(io.BytesIO(archive)) as bundle:
        return json.loads(bundle.read("meta.json"))["program_id"]


class Handler(http.server.BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def handle_one(self):
        hub = self.server.hub
        url = urllib.parse.urlsplit(self.path)
        self.query = dict(urllib.parse.parse_qsl(url.query))
        self.content = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        key = self.headers.get("X-API-Key")
        with hub.lock:
            hub.requests.append({"method": self.command, "path": urllib.parse.unquote(url.path), "query": self.query, "key": key,
                                 "range": self.headers.get("Range"), "body": self.content})
            status = hub.always
        if status:
            return self.error(status, "fault")
        if key is not None and key != KEY:
            return self.error(401, "invalid_key")
        self.user = "ada" if key else None
        for method, pattern, act in ROUTES:
            match = re.fullmatch("/api/v1" + pattern, urllib.parse.unquote(url.path))
            if match and method == self.command:
                return act(self, hub, *match.groups())
        return self.error(404, "not_found")

    do_GET = do_POST = do_PATCH = handle_one

    def reply(self, body, status=200):
        text = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def error(self, status, code):
        self.reply({"error": code, "message": f"{code}: not found" if status == 404 else code, "request_id": "req-1"}, status)

    def me(self, _):
        self.reply({"user": {"name": self.user} if self.user else None, "server": {"name": "paw"}})

    def publish(self, hub):
        if not self.user:
            return self.error(401, "sign_in_required")
        archive = self.content
        digest = hashlib.sha256(archive).hexdigest()
        versions = hub.slugs.setdefault("ada/" + self.query["slug"], [])
        action = "created"
        if digest in versions:
            action = "no_change"
        else:
            versions.append(digest)
        hub.archives[digest] = archive
        hub.published.append(self.query)
        return self.reply({"program_id": program_id_of(archive), "digest": digest, "slug": "ada/" + self.query["slug"],
                           "version": versions.index(digest) + 1, "version_action": action}, 201)

    def resolve(self, hub, slug):
        slug, _, version = slug.partition("@v")
        slug = slug if "/" in slug else "ada/" + slug
        versions = hub.slugs.get(slug, [])
        if not versions or (version and int(version) > len(versions)):
            return self.error(404, "alias_not_found")
        number = int(version) if version else hub.main.get(slug, len(versions))
        digest = versions[number - 1]
        return self.reply({"program_id": program_id_of(hub.archives[digest]), "slug": slug, "version": number, "digest": digest})

    def versions(self, hub, slug):
        slug = slug if "/" in slug else "ada/" + slug
        digests = hub.slugs.get(slug, [])
        main = hub.main.get(slug, len(digests))
        self.reply({"slug": slug, "main_version": main, "versions": [
            {"version": i + 1, "program_id": program_id_of(hub.archives[d]), "digest": d, "is_main": i + 1 == main,
             "created_at": "2026-11-23T10:00:00Z"} for i, d in enumerate(digests)]})

    def alias(self, hub, _):
        body = json.loads(self.content)
        hub.main["ada/" + body["slug"]] = body["version"]
        self.reply({"slug": "ada/" + body["slug"], "version": body["version"], "version_action": "promoted"})

    def find(self, hub, reference):
        for slug, digests in hub.slugs.items():
            for digest in digests:
                if reference in (slug, slug.split("/")[1], program_id_of(hub.archives[digest])):
                    return slug, digest
        return None, None

    def info(self, hub, reference):
        slug, digest = self.find(hub, reference)
        if not slug:
            return self.error(404, "not_found")
        meta = json.loads(zipfile.ZipFile(io.BytesIO(hub.archives[digest])).read("meta.json"))
        return self.reply({"id": meta["program_id"], "spec": meta["spec"], "interpreter": meta["interpreter"], "aliases": [slug],
                           "slug": slug, "digest": digest, "downloads": 3, "compiler_snapshot": meta["compiler_snapshot"]})

    def rename(self, hub, reference):
        slug, _ = self.find(hub, reference)
        if not slug:
            return self.error(404, "not_found")
        name = json.loads(self.content)["slug"]
        digests = hub.slugs.pop(slug)
        if name:
            hub.slugs["ada/" + name] = digests
        return self.reply({"id": reference, "slug": "ada/" + name if name else None})

    def search(self, hub):
        found = [{"id": program_id_of(hub.archives[d[-1]]), "slug": slug, "user_slug": slug, "spec": "Say which animal \x1b[31mspeaks.",
                  "upvotes": 1, "downloads": 2} for slug, d in hub.slugs.items() if self.query.get("q", "") in slug]
        self.reply({"programs": found, "total": len(found), "page": 1, "per_page": 20})

    def download(self, hub, program_id):
        digest = next((d for d, archive in reversed(hub.archives.items()) if program_id_of(archive) == program_id), None)
        if digest is None:
            return self.error(404, "not_found")
        archive = hub.archives[digest]
        if hub.tamper:
            archive = archive[:-200] + bytes([archive[-200] ^ 1]) + archive[-199:]
        match = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
        start = int(match.group(1)) if match else 0
        self.send_response(206 if match else 200)
        self.send_header("Content-Length", str(len(archive) - start))
        self.send_header("X-Paw-Digest", digest)
        if match:
            self.send_header("Content-Range", f"bytes {start}-{len(archive) - 1}/{len(archive)}")
        self.end_headers()
        end = hub.cut.pop(0) if hub.cut else len(archive)
        self.wfile.write(archive[start:end])
        self.close_connection = True

    def infer(self, _):
        body = json.loads(self.content)
        reply = {"output": f"echo {body['input']}", "tokens_generated": 2, "latency_ms": 5.0, "program_id": body["program_id"]}
        if body.get("probabilities"):
            reply |= {"probability": 0.75, "labels": [{"label": "cat", "probability": 0.75}, {"label": "dog", "probability": 0.25}]}
        self.reply(reply)


ROUTES = [
    ("GET", "/auth/me", Handler.me),
    ("POST", "/programs", Handler.publish),
    ("GET", "/programs", Handler.search),
    ("GET", "/programs/resolve/(.+)", Handler.resolve),
    ("GET", "/programs/(.+)/versions", Handler.versions),
    ("GET", "/programs/(.+)/download", Handler.download),
    ("POST", "/programs/(.+)/alias", Handler.alias),
    ("GET", "/programs/(.+)", Handler.info),
    ("PATCH", "/programs/(.+)", Handler.rename),
    ("POST", "/infer", Handler.infer),
]


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_):
        pass  # a client that has gone


class Hub:
    def __init__(self):
        self.server = Server(("127.0.0.1", 0), Handler)
        self.server.hub = self
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        self.lock = threading.Lock()
        self.clear()
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def clear(self):
        self.requests, self.published, self.cut = [], [], []
        self.slugs, self.main, self.archives = {}, {}, {}
        self.always, self.tamper = 0, False

    def close(self):
        self.server.shutdown()
        self.server.server_close()
