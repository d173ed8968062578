#!/usr/bin/env python3
"""A mapper compiler with random weights for the default base: what `paw compile --profile` must notice as useless (docs/quality.md).

  make_random_compiler.py OUT_FOLDER BASE.gguf      a Python with torch, safetensors and gguf

A LoRA compiler of five layers and width 32 (the fixture of tests/fixtures/compiler with a larger vocabulary), the base's own tokens and merges
as tokenizer.json with the prefix tokens behind them, and a mapper of four bases of rank 16. Equal calls give equal numbers.
"""
import json
import pathlib
import sys

import torch
from gguf import GGUFReader
from safetensors.torch import load_file, save_file

FIXTURE = pathlib.Path(__file__).resolve().parents[1] / "tests" / "fixtures" / "compiler"
HIDDEN, BASES, RANK = 32, 4, 16
LAYERS, WIDTH, FF, KV = 30, 576, 1536, 192  # SmolLM2-135M
MODULES = {"down_proj": (FF, WIDTH), "gate_proj": (WIDTH, FF), "k_proj": (WIDTH, KV), "o_proj": (WIDTH, WIDTH), "q_proj": (WIDTH, WIDTH),
           "up_proj": (WIDTH, FF), "v_proj": (WIDTH, KV)}


def strings(reader, key):
    field = reader.fields[key]
    return [bytes(field.parts[index]).decode("utf-8") for index in field.data]


def write_tokenizer(out, base):
    """Returns the number of tokens."""
    reader = GGUFReader(base)
    document = json.loads((FIXTURE / "tokenizer.json").read_text())
    tokens = [token for token in strings(reader, "tokenizer.ggml.tokens") if not (token.startswith("<") and token.endswith(">") and len(token) > 3)]
    known = set(tokens)
    tokens += [token for token in document["model"]["vocab"] if len(token) == 1 and token not in known]  # every byte
    vocabulary = {token: index for index, token in enumerate(tokens)}
    pairs = [merge.split(" ") for merge in strings(reader, "tokenizer.ggml.merges")]
    pairs = [pair for pair in pairs if all(part in vocabulary for part in pair) and "".join(pair) in vocabulary]
    as_lists = isinstance(document["model"]["merges"][0], list)
    document["model"].update(vocab=vocabulary, merges=pairs if as_lists else [" ".join(pair) for pair in pairs])
    for offset, token in enumerate(document["added_tokens"]):
        token["id"] = len(tokens) + offset
    (out / "tokenizer.json").write_text(json.dumps(document))
    return len(tokens) + len(document["added_tokens"])


def write_compiler(out, tokens):
    weights = {}
    for shard in sorted(FIXTURE.glob("model-*.safetensors")):
        weights.update(load_file(shard))
    name = next(name for name in weights if "embed_tokens" in name)
    weights = {key: value for key, value in weights.items() if not key.startswith("lm_head")}
    vocabulary = (tokens + 63) // 64 * 64
    torch.manual_seed(1)
    weights[name] = torch.randn(vocabulary, HIDDEN) * 0.5
    save_file(weights, out / "model.safetensors", metadata={"format": "pt"})
    config = json.loads((FIXTURE / "config.json").read_text())
    (out / "config.json").write_text(json.dumps({**config, "vocab_size": vocabulary}))


def write_mapper(out):
    torch.manual_seed(3)
    coefficients = LAYERS * len(MODULES) * BASES * 2
    tensors = {"trunk.0.weight": torch.randn(HIDDEN, HIDDEN) * 0.2, "trunk.0.bias": torch.zeros(HIDDEN),
               "coeff_head.weight": torch.randn(coefficients, HIDDEN) * 0.2, "coeff_head.bias": torch.randn(coefficients) * 0.1}
    for name, (inputs, outputs) in MODULES.items():
        tensors[f"A_bases_{name}"] = torch.randn(BASES, RANK, inputs) * 0.02
        tensors[f"B_bases_{name}"] = torch.randn(BASES, outputs, RANK) * 0.02
    save_file(tensors, out / "lora_mapper.safetensors", metadata={"row_order": "hf"})


def main():
    if len(sys.argv) != 3:
        sys.exit("usage: make_random_compiler.py OUT_FOLDER BASE.gguf")
    out = pathlib.Path(sys.argv[1])
    out.mkdir(parents=True, exist_ok=True)
    write_compiler(out, write_tokenizer(out, sys.argv[2]))
    write_mapper(out)


if __name__ == "__main__":
    main()
