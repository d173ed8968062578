"""What the benchmarks that time a program of ours against another in turns share."""
import json
import subprocess
import sys


def last_json(bench, command):
    """The JSON of the last line that `command` prints; ends the process with one line when it fails."""
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"bench {bench}: {command[0]} failed: {done.stderr.strip().splitlines()[-1:]}")
    return json.loads(done.stdout.strip().splitlines()[-1])
