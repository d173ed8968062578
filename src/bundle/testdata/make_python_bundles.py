#!/usr/bin/env python3
"""Writes the two fixtures beside this script: bundles as Python's zipfile makes them, one of version 3 (stored), one of version 4 (deflated).

The adapter is a tiny GGUF written out by hand here, so that the fixtures owe nothing to our own writer.
Run: python3 make_python_bundles.py
"""
import json
import os
import struct
import zipfile

FOLDER = os.path.dirname(os.path.abspath(__file__))
TEMPLATE = "[PSEUDO_PROGRAM]\nTask: say whether a message can wait.\n[END_PSEUDO_PROGRAM]\n\n[INPUT]\n{INPUT_PLACEHOLDER}\n[END_INPUT]"


def text(value):
    raw = value.encode()
    return struct.pack("<Q", len(raw)) + raw


def adapter(architecture):
    keys = [("general.architecture", architecture), ("general.type", "adapter"), ("adapter.type", "lora")]
    body = b"".join(text(k) + struct.pack("<I", 8) + text(v) for k, v in keys)
    body += text("adapter.lora.alpha") + struct.pack("<If", 6, 16.0)
    tensors = [("blk.0.attn_q.weight.lora_a", (16, 8)), ("blk.0.attn_q.weight.lora_b", (8, 16))]
    offset, data = 0, b""
    for index, (name, shape) in enumerate(tensors):
        count = shape[0] * shape[1]
        body += text(name) + struct.pack("<IQQIQ", 2, shape[0], shape[1], 0, offset)
        data += struct.pack("<%df" % count, *[((i * 37 + index) % 101 - 50) / 500 for i in range(count)])
        offset = len(data)
    head = b"GGUF" + struct.pack("<IQQ", 3, len(tensors), len(keys) + 1) + body
    return head + b"\0" * (-len(head) % 32) + data


def meta(version):
    common = {
        "version": version, "program_id": "0123456789abcdef0123", "spec": "Say whether a message can wait.",
        "compiler_snapshot": "example-1", "compiler_fingerprint": "0123456789abcdef", "lora_rank": 8, "lora_alpha": 16.0,
        "prefix_steps": None if version == 3 else 64, "created_at": "2026-01-02T03:04:05Z",
    }
    if version == 3:
        return {**common, "interpreter": "gpt2"}
    runtime = {
        "runtime_id": "qwen3-0.6b-q6_k", "manifest_version": 1, "interpreter": "Qwen/Qwen3-0.6B", "adapter_format": "gguf_lora",
        "prompt_template": {"format": "rendered_text", "placeholder": "{INPUT_PLACEHOLDER}"},
        "local_sdk": {"supported": True, "n_ctx": 2048, "base_model": {
            "provider": "huggingface", "repo": "programasweights/Qwen3-0.6B-GGUF-Q6_K", "file": "qwen3-0.6b-q6_k.gguf",
            "size_bytes": 622733120, "sha256": "9a16ed5cacba959e63b62e2b6840c3eca2b51c3c3e51d31367ef8e4aafeae33c"}},
    }
    return {**common, "interpreter": "Qwen/Qwen3-0.6B", "runtime_manifest_version": 1, "compiler_kind": "mapper_lora",
            "pseudo_program_strategy": "vllm_generate", "runtime_id": "qwen3-0.6b-q6_k", "runtime": runtime,
            "examples": [{"input": "no hurry", "output": "wait"}]}


def write(name, version, compression, architecture):
    with zipfile.ZipFile(os.path.join(FOLDER, name), "w", compression) as archive:
        # The members in the order of official bundles, which is not alphabetical.
        for member, content in [("prompt_template.txt", TEMPLATE), ("pseudo_program.txt", "Task: say whether a message can wait.\n"),
                                ("adapter.gguf", adapter(architecture)), ("meta.json", json.dumps(meta(version), indent=2))]:
            info = zipfile.ZipInfo(member, (2026, 1, 2, 3, 4, 6))
            info.external_attr = 0o100644 << 16
            archive.writestr(info, content, compression)


write("python_v3_stored.zip", 3, zipfile.ZIP_STORED, "gpt2")
write("python_v4_deflated.zip", 4, zipfile.ZIP_DEFLATED, "qwen3")
