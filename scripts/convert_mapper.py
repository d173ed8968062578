#!/usr/bin/env python3
"""Turns a published mapper, a PyTorch state dict (lora_mapper.pt), into the safetensors file that paw reads, and prints what it found.

Needs a Python with torch. The .pt is read with weights_only=True: nothing in it is run. Equal state dicts give equal bytes.

  python3 scripts/convert_mapper.py lora_mapper.pt mapper.safetensors --row-order hf [--alpha 16]

Names and shapes stay as they are (src/mapper/weights.h): trunk.N.*, coeff_head.*, A_bases_<module>, B_bases_<module> and input_norm.*
if the mapper has one. --row-order says how the rows of q and k stand inside a head: hf for a mapper made with transformers, as the
published ones are; gguf for one made on llama's GGUF files.
"""

import argparse
import json
import re
import struct
import sys

import torch

NAMES = re.compile(r"(trunk\.\d+|coeff_head|input_norm)\.(weight|bias)|[AB]_bases_[a-z0-9_]+")
DTYPES = {torch.float32: "F32", torch.float16: "F16", torch.bfloat16: "BF16"}


def refuse(what):
    sys.exit(f"convert_mapper: {what}")


def check(state):
    """Refuses what paw would refuse for its name, its type or its numbers; sizes are paw's to check, against the interpreter."""
    if not isinstance(state, dict) or not state:
        refuse(f"found {type(state).__name__}, expected a state dict")
    for name, tensor in state.items():
        if not isinstance(name, str) or not NAMES.fullmatch(name):
            refuse(f"found {name!r}, expected the tensors of a mapper: trunk.N, coeff_head, A_bases_<module>, B_bases_<module>")
        if not isinstance(tensor, torch.Tensor) or tensor.dtype not in DTYPES:
            refuse(f"{name}: found {getattr(tensor, 'dtype', type(tensor).__name__)}, expected float32, float16 or bfloat16")
        if not torch.isfinite(tensor).all():
            refuse(f"{name}: found a number that is not finite")
    for name in ("trunk.0.weight", "coeff_head.weight"):
        if name not in state:
            refuse(f"found no {name}, expected one")


def describe(state):
    modules = sorted(name.removeprefix("A_bases_") for name in state if name.startswith("A_bases_"))
    for name in sorted(state):
        print(f"{name:28} {tuple(state[name].shape)!s:24} {state[name].dtype}")
    print(f"{len(modules)} modules: {' '.join(modules)}")
    print(f"{state['coeff_head.weight'].shape[0]} coefficients, {sum(t.numel() for t in state.values())} parameters")


def write_safetensors(path, tensors, metadata):
    """Tensors by name, header padded to 8; the safetensors package leaves the order of the metadata to chance."""
    header, offset = {"__metadata__": metadata} if metadata else {}, 0
    for name, tensor in sorted(tensors.items()):
        end = offset + tensor.numel() * tensor.element_size()
        header[name] = {"dtype": DTYPES[tensor.dtype], "shape": list(tensor.shape), "data_offsets": [offset, end]}
        offset = end
    text = json.dumps(header, sort_keys=True, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        for _, tensor in sorted(tensors.items()):
            file.write(tensor.detach().contiguous().view(torch.uint8).numpy().data)


def convert(source, target, row_order, alpha):
    state = torch.load(source, map_location="cpu", weights_only=True)
    check(state)
    describe(state)
    write_safetensors(target, state, {"format": "pt", "lora_alpha": repr(float(alpha)), "row_order": row_order})


def main():
    parser = argparse.ArgumentParser(description="lora_mapper.pt to safetensors")
    parser.add_argument("source")
    parser.add_argument("target")
    parser.add_argument("--row-order", choices=("hf", "gguf"), required=True)
    parser.add_argument("--alpha", type=float, default=16.0)
    arguments = parser.parse_args()
    convert(arguments.source, arguments.target, arguments.row_order, arguments.alpha)


if __name__ == "__main__":
    main()
