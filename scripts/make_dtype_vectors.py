#!/usr/bin/env python3
"""Writes src/tensor/testdata/dtype_vectors.txt: weights, their stored bytes and the numbers read back, as the gguf package has them.

Opt-in: needs `pip install gguf numpy`. Each line is `name hex`; float arrays are little-endian fp32.
Run from the root of the repository: python3 scripts/make_dtype_vectors.py
"""
import pathlib

import numpy
from gguf import GGMLQuantizationType
from gguf.quants import dequantize, quantize

TARGET = pathlib.Path(__file__).resolve().parent.parent / "src/tensor/testdata/dtype_vectors.txt"


def weights() -> numpy.ndarray:
    generator = numpy.random.default_rng(20)
    rows = generator.standard_normal((8, 32)).astype(numpy.float32)
    rows[1] *= 1e-3
    rows[2] *= 300.0
    rows[3] = 0.0
    rows[4] = numpy.linspace(-1, 1, 32, dtype=numpy.float32)  # two peaks of one magnitude
    rows[5, 7] = -40.0  # an outlier
    rows[6] *= 1e-7  # scales that are subnormal halves
    return rows.reshape(-1)


def random_bytes(kind: GGMLQuantizationType, blocks: int, block_bytes: int, scale_at: list) -> numpy.ndarray:
    generator = numpy.random.default_rng(int(kind))
    data = generator.integers(0, 256, (blocks, block_bytes), dtype=numpy.uint8)
    for at in scale_at:
        data[:, at : at + 2] = generator.standard_normal((blocks, 1)).astype(numpy.float16).view(numpy.uint8)
    return data.reshape(-1)


def main() -> None:
    source = weights()
    lines = [f"weights {source.astype('<f4').tobytes().hex()}"]
    for kind in ("F16", "BF16", "Q4_0", "Q5_0", "Q8_0"):
        number = GGMLQuantizationType[kind]
        stored = numpy.ascontiguousarray(quantize(source, number))
        lines.append(f"{kind}.stored {stored.tobytes().hex()}")
        lines.append(f"{kind}.read {dequantize(stored, number).astype('<f4').tobytes().hex()}")
    for kind, blocks, size, scale_at in (("Q4_1", 4, 20, [0, 2]), ("Q6_K", 2, 210, [208])):
        number = GGMLQuantizationType[kind]
        stored = random_bytes(number, blocks, size, scale_at)
        lines.append(f"{kind}.stored {stored.tobytes().hex()}")
        lines.append(f"{kind}.read {dequantize(stored, number).astype('<f4').tobytes().hex()}")
    TARGET.parent.mkdir(exist_ok=True)
    TARGET.write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
