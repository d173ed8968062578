"""A chat/completions server on this machine for tests of --teacher: it answers about the animals of harness.SPEC, makes specs about animals
where it is asked for specs (paw corpus synth), and misbehaves on demand.

What it answers is a function of the request, so that the same questions have the same answers. `faults` holds one name a request to come,
"" for a good answer; after these every answer is good. `always` is a fault of all requests.
"""
import http.server
import json
import re
import threading
import time

from harness import SOUNDS

TOKENS = 100  # what each reply says it cost


def pairs_for(question, more=0):
    """As many pairs as the question asks for, unlike those of any other set."""
    number = int(re.search(r"set number (\d+)", question).group(1))
    labels = sorted(SOUNDS)
    return [{"input": f"{SOUNDS[labels[i % 3]][i // 3 % 3]} in set {number}, {i}", "output": labels[i % 3]}
            for i in range(int(re.search(r"Write (\d+) new pairs", question).group(1)) + more)]


def specs_for(question):
    """Eight specs about animals that are unlike those of any other set, with examples where these are wanted."""
    number = int(re.search(r"set number (\d+)", question).group(1))
    specs = []
    for i in range(8):
        spec = {"wording": f"Say which animal of farm {number}.{i} speaks. Return one of: cat, cow, dog.", "difficulty": "easy",
                "output": "label", "labels": ["cat", "cow", "dog"]}
        if '"examples"' in question:
            spec["examples"] = [{"input": f"{SOUNDS[label][0]} shown, farm {number}.{i}", "output": label} for label in sorted(SOUNDS)]
        specs.append(spec)
    return specs


def farm_pairs_for(question):
    """The pairs of such a spec."""
    farm = re.search(r"farm (\d+\.\d)", question).group(1)
    labels = sorted(SOUNDS)
    return [{"input": f"{SOUNDS[labels[i % 3]][i // 3 % 3]} at farm {farm}, {i}", "output": labels[i % 3]}
            for i in range(int(re.search(r"Write (\d+) new pairs", question).group(1)))]


def answer_for(question, model):
    if "Write specifications" in question:
        return {"specs": specs_for(question)}
    if model == "checker" or "Inputs, each as a JSON string" in question:
        return {"outputs": outputs_for(question)}
    return {"pairs": pairs_for(question) if "set number" in question else farm_pairs_for(question)}


def outputs_for(question):
    """The second model: right, but for inputs that end in 7."""
    outputs = []
    for number, text in re.findall(r'^(\d+)\. (".*")$', question, re.MULTILINE):
        text = json.loads(text)
        label = next(label for label, sounds in SOUNDS.items() if text.split(" ")[0] in sounds)
        outputs.append({"number": int(number), "output": "cat" if text.endswith("7") and label != "cat" else label})
    return outputs


class Handler(http.server.BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def do_POST(self):
        stub = self.server.stub
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        with stub.lock:
            fault = stub.always or (stub.faults.pop(0) if stub.faults else "")
            stub.requests.append({"path": self.path, "model": body["model"], "key": self.headers["Authorization"], "fault": fault,
                                  "question": body["messages"][1]["content"]})
        time.sleep(stub.seconds)
        self.answer(fault, body)

    def answer(self, fault, body):
        question = body["messages"][1]["content"]
        content = json.dumps(answer_for(question, body["model"]))
        usage = {"total_tokens": TOKENS}
        if fault == "prose":
            content = "I would rather not."
        elif fault == "fence":
            content = f"Here you are:\n```json\n{content}\n```\n"
        elif fault == "cut":
            content = content[:len(content) // 2]
        elif fault == "few":
            content = json.dumps({"pairs": pairs_for(question)[:3]})
        elif fault == "many":
            content = json.dumps({"pairs": pairs_for(question, more=30)})
        elif fault == "wild":
            content = json.dumps({"pairs": [{"input": "howl", "output": "wolf"}, {"input": "\x1b[31mmoo", "output": "cow"}, 7]})
        elif fault == "no usage":
            usage = None
        elif fault == "slow":
            time.sleep(3)
        reply = json.dumps({"choices": [{"message": {"role": "assistant", "content": content}}], "usage": usage}).encode()
        status, headers = 200, {"Content-Type": "application/json"}
        if fault == "html":
            reply = b"<html>busy</html>"
        elif fault == "empty":
            reply = b""
        elif fault == "huge":
            reply = b" " * (9 << 20)
        elif fault == "429":
            status, reply, headers["Retry-After"] = 429, b"", "1"
        elif fault == "429 date":
            status, reply, headers["Retry-After"] = 429, b"", "Sun, 06 Nov 1994 08:49:37 GMT"
        elif fault == "500":
            status, reply = 500, b"oops"
        elif fault == "down":
            status, reply, headers["Retry-After"] = 503, b"down", "0"
        elif fault == "401":
            status, reply = 401, json.dumps({"error": {"message": f"no such key: {self.headers['Authorization']}"}}).encode()
        elif fault == "401 escaped":
            status = 401
            reply = json.dumps({"detail": self.headers["Authorization"]}).replace("sk-", "\\u0073k\\u002D").encode()
        elif fault == "moved":
            status, reply, headers["Location"] = 307, b"", self.server.stub.url
        elif fault == "gone":
            self.close_connection = True
            return
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(reply)))
        self.end_headers()
        try:
            self.wfile.write(reply[:len(reply) // 2] if fault == "half" else reply)
        except (BrokenPipeError, ConnectionResetError):
            pass  # a client that was killed or has had enough
        self.close_connection = self.close_connection or fault == "half"


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_):
        pass  # a client that has gone


class Stub:
    def __init__(self):
        self.server = Server(("127.0.0.1", 0), Handler)
        self.server.stub = self
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/v1"
        self.lock = threading.Lock()
        self.clear()
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def clear(self, *faults, always="", seconds=0):
        """Forgets the requests; says how those to come are answered."""
        with self.lock:
            self.faults, self.always, self.seconds, self.requests = list(faults), always, seconds, []

    def count(self):
        with self.lock:
            return len(self.requests)

    def close(self):
        self.server.shutdown()
        self.server.server_close()
