#!/usr/bin/env python3
"""The official way of running a program, as the baseline of `./dev bench infer`.

  official_infer.py BASE.gguf PROGRAM.paw INPUTS.json [--calls N] [--threads N]

Does what the official SDK's text runtime does with llama-cpp-python: one Llama object, the adapter attached, the prompt prefix
evaluated once, then for each input: forget the old tail, evaluate input + suffix, decode greedily to EOS. max_tokens is the longest
label + 1. Prints one JSON line: milliseconds of each single call, seconds for all inputs, and the outputs.
"""
import argparse
import ctypes
import json
import tempfile
import time
import zipfile


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("base")
    arguments.add_argument("program")
    arguments.add_argument("inputs")
    arguments.add_argument("--calls", type=int, default=20)
    arguments.add_argument("--threads", type=int, default=0, help="0 = llama-cpp-python's own choice")
    options = arguments.parse_args()

    import llama_cpp

    archive = zipfile.ZipFile(options.program)
    template = archive.read("prompt_template.txt").decode()
    labels = json.loads(archive.read("meta.json")).get("paw", {}).get("labels", [])
    prefix_text, suffix_text = template.split("{INPUT_PLACEHOLDER}")
    with open(options.inputs) as file:
        inputs = json.load(file)

    extra = {"n_threads": options.threads, "n_threads_batch": options.threads} if options.threads else {}
    llm = llama_cpp.Llama(model_path=options.base, n_ctx=2048, n_gpu_layers=0, verbose=False, **extra)
    with tempfile.NamedTemporaryFile(suffix=".gguf") as adapter_file:
        adapter_file.write(archive.read("adapter.gguf"))
        adapter_file.flush()
        adapter = llama_cpp.llama_adapter_lora_init(llm.model, adapter_file.name.encode())
        if not adapter:
            raise SystemExit("official_infer: llama.cpp refused the adapter")
        scales = (ctypes.c_float * 1)(1.0)
        adapters = (type(adapter) * 1)(adapter) if not isinstance(adapter, int) else (ctypes.c_void_p * 1)(adapter)
        if hasattr(llama_cpp, "llama_set_adapters_lora"):
            code = llama_cpp.llama_set_adapters_lora(llm.ctx, adapters, 1, scales)
        else:
            code = llama_cpp.llama_set_adapter_lora(llm.ctx, adapter, 1.0)
        if code != 0:
            raise SystemExit("official_infer: the adapter could not be attached")

    def tokens_of(text):
        return llm.tokenize(text.encode(), add_bos=False, special=True)

    prefix = tokens_of(prefix_text) if prefix_text else []
    tokens_max = max((len(tokens_of(label)) for label in labels), default=511) + 1
    llm.reset()
    if prefix:
        llm.eval(prefix)
    eos = llm.token_eos()

    def call(text):
        llm.n_tokens = len(prefix)
        llm.eval(tokens_of(text + suffix_text))
        output = []
        while len(output) < tokens_max:
            token = llm.sample(temp=0.0)
            if token == eos:
                break
            output.append(token)
            llm.eval([token])
        return llm.detokenize(output).decode("utf-8", errors="replace").strip()

    for text in inputs[:3]:
        call(text)
    milliseconds = []
    for text in inputs[: options.calls]:
        begin = time.perf_counter()
        call(text)
        milliseconds.append((time.perf_counter() - begin) * 1000)
    begin = time.perf_counter()
    outputs = [call(text) for text in inputs]
    seconds = time.perf_counter() - begin
    print(json.dumps({"engine": "official", "version": llama_cpp.__version__, "call_ms": milliseconds, "bulk_seconds": seconds,
                      "outputs": outputs}))


if __name__ == "__main__":
    main()
