#!/usr/bin/env python3
"""`./dev parity --clients`: unmodified clients of others against a `paw serve`. Last line: `N passed, N failed`.

  hub_clients.py PAW BASE.gguf --python PYTHON

PYTHON has the packages openai, systemone-client, typesafe-sdk and mcp; one that is missing is said and counts as a failure. This file runs
twice: once to start the server, and inside PYTHON with the address, to be the clients.
"""
import argparse
import asyncio
import os
import pathlib
import subprocess
import sys
import tempfile

LABELS = ("urgent", "normal")
INPUTS = ["The site is down for every customer", "Please renew my badge next month", "Fire in the server room", "Newsletter of May", "Payment fails for all"]


class Tally:
    def __init__(self):
        self.passed, self.failed = 0, 0

    def check(self, what, ok, note=""):
        self.passed, self.failed = self.passed + bool(ok), self.failed + (not ok)
        print(f"{'ok  ' if ok else 'FAIL'} {what}{'' if ok else ': ' + str(note)[:300]}", flush=True)


def openai_calls(tally, url, key):
    import openai
    client = openai.OpenAI(base_url=f"{url}/v1", api_key=key, max_retries=0)
    expected = {}
    for text in INPUTS:  # 5: chat
        reply = client.chat.completions.create(model="ana/urgency", messages=[{"role": "system", "content": "ignored"}, {"role": "user", "content": text}])
        expected[text] = reply.choices[0].message.content
        tally.check(f"chat {text!r}", expected[text] in LABELS and reply.usage.prompt_tokens > 0 and reply.choices[0].finish_reason == "stop", reply)
    for text in INPUTS[:4]:  # 4: streaming
        chunks = list(client.chat.completions.create(model="ana/urgency", messages=[{"role": "user", "content": text}], stream=True, stream_options={"include_usage": True}))
        said = "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)
        tally.check(f"chat stream {text!r}", said == expected[text] and chunks[-1].usage.total_tokens > 0, chunks)
    for text in INPUTS[:4]:  # 4: log-probabilities
        reply = client.chat.completions.create(model="ana/urgency", messages=[{"role": "user", "content": [{"type": "text", "text": text}]}], logprobs=True, top_logprobs=2)
        token = reply.choices[0].logprobs.content[0]
        tops = [one.logprob for one in token.top_logprobs]
        tally.check(f"chat logprobs {text!r}", token.token == expected[text] and token.logprob == max(tops) and len(tops) == 2, reply)
    for text in INPUTS[:3]:  # 3: completions
        reply = client.completions.create(model="ana/urgency", prompt=text, logprobs=2)
        tally.check(f"completion {text!r}", reply.choices[0].text == expected[text] and len(reply.choices[0].logprobs.top_logprobs[0]) == 2, reply)
    reply = "".join(chunk.choices[0].text for chunk in client.completions.create(model="ana/urgency", prompt=INPUTS[0], stream=True))
    tally.check("completion stream", reply == expected[INPUTS[0]], reply)
    reply = client.chat.completions.create(model="ana/fixer", messages=[{"role": "user", "content": "{name: 'Ann', age: 3,}"}], max_tokens=60,
                                           response_format={"type": "json_schema", "json_schema": {"name": "x", "schema": {
                                               "type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"], "additionalProperties": False}}})
    tally.check("response_format", reply.choices[0].message.content.startswith('{"name"'), reply)
    tally.check("models", "ana/urgency" in [model.id for model in client.models.list()])
    try:
        client.chat.completions.create(model="ana/none-such", messages=[{"role": "user", "content": "x"}])
        tally.check("an unknown model is refused", False, "answered")
    except openai.NotFoundError as error:
        tally.check("an unknown model is refused", "not found" in str(error), error)


def questions(kind):
    return {"billing": kind.Noul("Is this message about billing or payments?"),
            "team": kind.Choice("Which team should handle it?", {"billing": "Charges, refunds, invoices", "technical": "Errors, outages", "other": None}),
            "urgency": kind.Score("How urgent is it?", ["can wait", "this week", "today"])}


def system_one_calls(tally, name, kind, ask):
    states = [*INPUTS, {"subject": "Refund?", "body": "I was charged twice."}]
    first = {}
    for state in states:  # 6 calls of three questions
        reply = ask(state, questions(kind), None)
        team, urgency = reply.choices["team"], reply.scores["urgency"]
        good = (0 <= reply.nouls["billing"].noul <= 1 and abs(sum(team.probabilities.values()) - 1) < 1e-6 and team.choice == max(team.probabilities, key=team.probabilities.get)
                and 0 <= urgency.score <= 2 and len(urgency.legend) == 3 and reply.usage.input_tokens > 0)
        first[str(state)] = reply.nouls["billing"].noul
        tally.check(f"{name}: three questions, {str(state)[:30]!r}", good, reply)
    for state in states:  # 6 again: the same bytes
        tally.check(f"{name}: the same answer again, {str(state)[:30]!r}", ask(state, questions(kind), None).nouls["billing"].noul == first[str(state)])
    for text in INPUTS:  # 5: a program as the model
        reply = ask(text, {"urgent": kind.Choice("urgent?", {"urgent": None, "normal": None})}, "ana/urgency")
        tally.check(f"{name}: a program as the model, {text[:30]!r}", reply.choices["urgent"].choice in LABELS, reply)
    for what, state, asked, model in (("no such model", "x", questions(kind), "ana/none-such"), ("labels of another program", "x", {"q": kind.Choice("?", {"a": None, "b": None})}, "ana/urgency"),
                                      ("nothing asked", "x", {"q": {"type": "noul"}}, None)):  # 3 refusals
        try:
            ask(state, asked, model)
            tally.check(f"{name}: refused: {what}", False, "answered")
        except Exception as error:  # each client has its own
            tally.check(f"{name}: refused: {what}", any(code in str(error) for code in ("404", "422", "neither")), error)


def systemone_client(tally, url, key):
    import systemone
    client = systemone.Client(url, api_key=key, timeout=120)
    system_one_calls(tally, "systemone-client", systemone, lambda state, asked, model: client.system_one(state, asked, model))


def typesafe_client(tally, url, key):
    import typesafe_sdk
    client = typesafe_sdk.TypeSafeClient(base_url=url, api_key=key, timeout=120)

    class Kind:
        Noul = staticmethod(lambda words: typesafe_sdk.Noul(instructions=words))
        Choice = staticmethod(lambda words, criteria: typesafe_sdk.Choice(instructions=words, criteria=criteria))
        Score = staticmethod(lambda words, criteria: typesafe_sdk.Score(instructions=words, criteria=criteria))

    def ask(state, asked, model):
        return client.system_one(state=state, questions=asked, model=model or "paw-smollm2-135m")

    system_one_calls(tally, "typesafe-sdk", Kind, ask)


def mcp_client(tally, url, key, paw):
    async def talk(session, what):
        tools = [tool.name for tool in (await session.list_tools()).tools]
        tally.check(f"mcp {what}: tools", "paw_compile" in tools and "run_urgency" in tools, tools)
        reply = await session.call_tool("run_urgency", {"input": INPUTS[0]})
        tally.check(f"mcp {what}: a program", reply.structured_content["output"] in LABELS, reply)
        reply = await session.call_tool("paw_test", {"program": "urgency", "cases": [{"input": text, "expected": "urgent"} for text in INPUTS]})
        tally.check(f"mcp {what}: a test", reply.structured_content["cases"] == len(INPUTS), reply)
        reply = await session.call_tool("paw_run", {"program": "none-such", "input": "x"})
        tally.check(f"mcp {what}: a failure is a result", reply.is_error, reply)

    async def run():
        import mcp
        async with mcp.Client(f"{url}/mcp") as client:
            await talk(client, "http")
        from mcp.client.stdio import StdioServerParameters
        parameters = StdioServerParameters(command=paw, args=["mcp"], env={"PAW_CACHE_DIR": os.environ["PAW_CACHE_DIR"], "PATH": os.environ["PATH"], "HOME": os.environ["HOME"]})
        async with mcp.Client(parameters) as client:
            await talk(client, "stdio")

    asyncio.run(run())


def clients(url, key, paw):
    tally = Tally()
    for name, run in (("openai", lambda: openai_calls(tally, url, key)), ("systemone-client", lambda: systemone_client(tally, url, key)),
                      ("typesafe-sdk", lambda: typesafe_client(tally, url, key)), ("mcp", lambda: mcp_client(tally, url, key, paw))):
        try:
            run()
        except Exception as error:
            tally.check(f"{name} runs to its end", False, repr(error))
    print(f"{tally.passed} passed, {tally.failed} failed")
    sys.exit(1 if tally.failed else 0)


def main():
    if len(sys.argv) == 5 and sys.argv[1] == "--clients":
        clients(*sys.argv[2:])
    parser = argparse.ArgumentParser()
    parser.add_argument("paw")
    parser.add_argument("base")
    parser.add_argument("--python", required=True)
    arguments = parser.parse_args()
    sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
    from hub_server import HubServer
    paw = str(pathlib.Path(arguments.paw).resolve())
    with tempfile.TemporaryDirectory() as folder, HubServer(paw, arguments.base, folder, ["--compiles-per-hour", "0"]) as hub:
        key = hub.user("ana")
        for slug, spec in (("urgency", "Is the message urgent? Return one of: urgent, normal."), ("fixer", "Fix malformed JSON. Return the JSON object.")):
            status, body = hub.request("POST", "/api/v1/compile", {"spec": spec, "slug": slug}, key)
            if status != 202:
                sys.exit(f"clients: compiling {slug}: {status} {body}")
            hub.call("compile", spec, "--name", slug)  # for the tools on stdio, which are those of the store
        done = subprocess.run([arguments.python, __file__, "--clients", hub.url, key, paw], env={**hub.environment, "NO_PROXY": "127.0.0.1"}, check=False)
        sys.exit(done.returncode)


if __name__ == "__main__":
    main()
