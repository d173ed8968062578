"""The official SDK's half of `./dev parity`: run by the Python that has programasweights, on a JSON job from stdin, one JSON answer on stdout.

  {"task": "run", "calls": [{"reference": "./x.paw" | "<id>" | "<slug>", "inputs": [...], "max_tokens": n}]}   -> [[output, ...], ...]
  {"task": "judge", "archives": ["a.paw", ...]}                                      -> [null | "why it is refused", ...]

The SDK is used as installed. Sockets are taken away first, so that whatever works here works offline.
"""
import json
import socket
import sys


def no_network(*_arguments, **_options):
    raise OSError("parity: the SDK reached for the network")


def run(calls):
    import programasweights

    answers = []
    for call in calls:
        with programasweights.function(call["reference"], offline=True, n_gpu_layers=0) as function:
            answers.append([function(text, max_tokens=call["max_tokens"]) for text in call["inputs"]])
    return answers


def judge(archives):
    from pathlib import Path

    from programasweights.local_program import import_local_program

    verdicts = []
    for archive in archives:
        try:
            import_local_program(Path(archive))
            verdicts.append(None)
        except ValueError as error:
            verdicts.append(str(error))
    return verdicts


def main():
    socket.socket.connect = no_network
    socket.create_connection = no_network
    job = json.load(sys.stdin)
    answer = run(job["calls"]) if job["task"] == "run" else judge(job["archives"])
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main()
