#!/usr/bin/env python3
"""Makes the fixtures that tie PEFT folders to peft itself: tests/fixtures/peft/NAME/; with --verify, holds paw to them.

Needs a Python with torch, transformers, peft, safetensors, gguf and numpy (the test oracle, never part of the program). The folders are
committed, so only a change of the fixtures needs a run.

  python3 scripts/make_peft_fixtures.py
  python3 scripts/make_peft_fixtures.py --verify --paw build/paw [--converter DIR/convert_lora_to_gguf.py]

Each folder is what peft's save_pretrained wrote for a random LoRA on a tiny base of make_fixtures.py, and expected.safetensors: the logits
that peft computes with it in fp32, the tokens in its metadata.

--verify imports each folder with paw (adapter type f16), exports it again (f32), loads that with peft and compares the logits: they differ
by the rounding of A and B to f16. --converter: llama.cpp's own converter must make the same tensors, bit for bit, out of the same folder
(llama and qwen3; it takes gpt2's LoRA for the transposed one).
"""

import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import zipfile

os.environ["HF_HUB_OFFLINE"] = "1"  # before peft is imported: nothing is looked up

import gguf
import numpy
import peft
import torch
from safetensors.torch import load_file, save_file

from convert_mapper import write_safetensors
from fixture_models import random_model
from make_fixtures import FIXTURES, TINY

FOLDER = FIXTURES / "peft"
TOLERANCE = 2e-3  # of the largest logit: f16 has 11 bits
TOKENS = 12

# On which tiny base, and LoraConfig's arguments. Together: all modules and some, one layer, rslora, three dtypes, Conv1D, permuted rows.
CASES = {
    "llama": dict(base="tiny_b", dtype=torch.float32, r=4, lora_alpha=6, target_modules=[
        "q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]),
    "llama_one_layer": dict(base="tiny_a", dtype=torch.bfloat16, r=3, lora_alpha=5, target_modules=["q_proj", "mlp.down_proj"],
                            layers_to_transform=[1]),
    "qwen3_rslora": dict(base="tiny_qwen3_a", dtype=torch.float16, r=5, lora_alpha=2, use_rslora=True,
                         target_modules=["q_proj", "k_proj", "up_proj"]),
    "gpt2": dict(base="tiny_gpt2_a", dtype=torch.float32, r=4, lora_alpha=8, target_modules=["c_attn", "c_proj", "c_fc"],
                 fan_in_fan_out=True),
}


def logits_of(model, tokens):
    with torch.no_grad():
        return model(input_ids=torch.tensor([tokens])).logits[0]


def base_of(case):
    _, model, _ = random_model(TINY[case["base"]])
    model.name_or_path = model.config._name_or_path = case["base"]
    return model


def make(name, case):
    case = dict(case)
    model, dtype, base = base_of(case), case.pop("dtype"), case.pop("base")
    random = torch.Generator().manual_seed(sum(name.encode()))
    tokens = [int(t) for t in torch.randint(0, TINY[base]["vocab"], (TOKENS,), generator=random)]
    plain = logits_of(model, tokens)
    adapted = peft.get_peft_model(model, peft.LoraConfig(task_type="CAUSAL_LM", bias="none", **case)).eval()
    with torch.no_grad():
        for parameter_name, parameter in adapted.named_parameters():
            if "lora_" in parameter_name:
                size = 1.0 / parameter.shape[1] ** 0.5 if "lora_A" in parameter_name else 0.2
                parameter.copy_((torch.randn(parameter.shape, generator=random) * size).to(dtype).float())
    logits = logits_of(adapted, tokens)
    assert (logits - plain).abs().max() > 0.1 * plain.abs().max(), f"{name}: the adapter should matter"
    folder = FOLDER / name
    adapted.save_pretrained(folder)
    (folder / "README.md").unlink(missing_ok=True)
    tensors = folder / "adapter_model.safetensors"
    tensors.chmod(0o644)
    config = json.loads((folder / "adapter_config.json").read_text(encoding="utf-8"))
    config["target_modules"].sort()  # a set in peft
    (folder / "adapter_config.json").write_text(json.dumps(config, indent=2, sort_keys=True) + "\n", encoding="utf-8")
    save_file({key: tensor.to(dtype) for key, tensor in load_file(tensors).items()}, tensors, {"format": "pt"})
    write_safetensors(folder / "expected.safetensors", {"logits": logits.contiguous()}, {"tokens": " ".join(map(str, tokens)), "base": base})


def expected_of(name):
    from safetensors import safe_open
    with safe_open(FOLDER / name / "expected.safetensors", "pt") as file:
        return file.get_tensor("logits"), [int(t) for t in file.metadata()["tokens"].split()]


def verify(name, case, paw, converter):
    with tempfile.TemporaryDirectory() as temporary:
        temporary = pathlib.Path(temporary)
        run = lambda *words: subprocess.run([paw, "--quiet", "--cache-dir", temporary / "cache", *words], check=True, capture_output=True)
        (temporary / "template.txt").write_text("{INPUT_PLACEHOLDER}", encoding="utf-8")
        run("base", "add", FIXTURES / f"{case['base']}.gguf", "--name", case["base"])
        run("import", "peft", FOLDER / name, "--template", temporary / "template.txt", "--adapter-type", "f16", "-o", temporary / "x.paw")
        run("export", "peft", temporary / "x.paw", temporary / "out", "--dtype", "f32")
        logits, tokens = expected_of(name)
        back = peft.PeftModel.from_pretrained(base_of(case), temporary / "out").eval()
        difference = float((logits_of(back, tokens) - logits).abs().max() / logits.abs().max())
        print(f"{name:16} logits through paw: off by {difference:.1e} of the largest, at most {TOLERANCE:.0e}")
        equal = True
        if converter and not name.startswith("gpt2"):
            equal = same_as_converter(name, case, temporary, converter)
            print(f"{name:16} tensors of llama.cpp's converter: {'the same bits' if equal else 'DIFFERENT'}")
        return difference < TOLERANCE and equal


def same_as_converter(name, case, temporary, converter):
    base = temporary / "base"
    base_of(case).save_pretrained(base)
    # Read by the converter only, which loads no tensor of the base.
    subprocess.run([sys.executable, converter, "--base", base, "--outtype", "f16", "--outfile", temporary / "theirs.gguf", FOLDER / name],
                   check=True, capture_output=True)
    with zipfile.ZipFile(temporary / "x.paw") as archive:
        (temporary / "ours.gguf").write_bytes(archive.read("adapter.gguf"))
    tensors = lambda file: {t.name: (t.tensor_type, t.data) for t in gguf.GGUFReader(temporary / file).tensors}
    ours, theirs = tensors("ours.gguf"), tensors("theirs.gguf")
    return ours.keys() == theirs.keys() and all(
        ours[key][0] == theirs[key][0] and numpy.array_equal(ours[key][1], theirs[key][1]) for key in ours)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--verify", action="store_true")
    parser.add_argument("--paw", type=pathlib.Path, help="the CLI to verify")
    parser.add_argument("--converter", type=pathlib.Path, help="llama.cpp's convert_lora_to_gguf.py")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    if arguments.verify:
        results = [verify(name, case, arguments.paw.resolve(), arguments.converter) for name, case in CASES.items()]
        sys.exit(0 if all(results) else 1)
    for name, case in CASES.items():
        make(name, case)
        print(name, sum(file.stat().st_size for file in (FOLDER / name).iterdir()), "bytes")


if __name__ == "__main__":
    main()
