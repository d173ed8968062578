#!/usr/bin/env python3
"""A mapper's checkpoint as small pieces that a narrow door lets through, its numbers rounded to bf16, and whole again.

  mapper_pieces.py cut MAPPER.safetensors FOLDER [--mib 15]   FOLDER/mapper.00, mapper.01, ... and mapper.sha256
  mapper_pieces.py join FOLDER MAPPER.safetensors             checks the digest

bf16 is what the base itself computes with; a reader of mapper.safetensors takes bf16 as it takes fp32. cut needs numpy.
"""
import argparse
import hashlib
import json
import pathlib
import struct
import sys


def read(path):
    """(header without metadata, metadata, bytes of the tensors) of a safetensors file."""
    data = path.read_bytes()
    size = struct.unpack("<Q", data[:8])[0]
    header = json.loads(data[8:8 + size])
    return header, header.pop("__metadata__", {}), data[8 + size:]


def to_bf16(numbers):
    """fp32 bytes -> bf16 bytes, to nearest, ties to even."""
    import numpy
    bits = numpy.frombuffer(numbers, dtype="<u4").astype(numpy.uint64)
    return ((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16).astype("<u2").tobytes()


def rounded(path):
    """The bytes of the same file with its fp32 tensors in bf16."""
    header, metadata, data = read(path)
    parts, at, out = [], 0, {"__metadata__": metadata}
    for name, tensor in sorted(header.items(), key=lambda item: item[1]["data_offsets"]):
        begin, end = tensor["data_offsets"]
        part = data[begin:end]
        if tensor["dtype"] == "F32":
            part = to_bf16(part)
        out[name] = {"dtype": "BF16" if tensor["dtype"] == "F32" else tensor["dtype"], "shape": tensor["shape"],
                     "data_offsets": [at, at + len(part)]}
        parts.append(part)
        at += len(part)
    text = json.dumps(out, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    return struct.pack("<Q", len(text)) + text + b"".join(parts)


def cut(source, folder, mib):
    data, size = rounded(source), int(mib * (1 << 20))
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("mapper.[0-9][0-9]"):
        old.unlink()
    for number, begin in enumerate(range(0, len(data), size)):
        (folder / f"mapper.{number:02d}").write_bytes(data[begin:begin + size])
    (folder / "mapper.sha256").write_text(hashlib.sha256(data).hexdigest() + "\n")
    print(f"{source}: {source.stat().st_size} bytes, in bf16 {len(data)} in {-(-len(data) // size)} pieces")


def join(folder, target):
    data = b"".join(path.read_bytes() for path in sorted(folder.glob("mapper.[0-9][0-9]")))
    expected, found = (folder / "mapper.sha256").read_text().strip(), hashlib.sha256(data).hexdigest()
    if found != expected:
        sys.exit(f"joining {folder}: found SHA-256 {found}, expected {expected}: a piece is missing or changed")
    target.write_bytes(data)
    print(f"{target}: {len(data)} bytes")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("verb", choices=("cut", "join"))
    parser.add_argument("source", type=pathlib.Path)
    parser.add_argument("target", type=pathlib.Path)
    parser.add_argument("--mib", type=float, default=15)
    options = parser.parse_args()
    if options.verb == "cut":
        cut(options.source, options.target, options.mib)
    else:
        join(options.source, options.target)


if __name__ == "__main__":
    main()
