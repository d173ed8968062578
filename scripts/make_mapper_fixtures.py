#!/usr/bin/env python3
"""Makes the fixtures that tie the mapper to PyTorch: src/mapper/testdata/NAME.{mapper,expected}.safetensors.

Needs a Python with torch, transformers, peft, safetensors, gguf and numpy (the test oracle, never part of the program). The files are
committed, so only a change of the fixtures needs a run.

  python3 scripts/make_mapper_fixtures.py

Each mapper is random, of a fixed seed, saved as a .pt and brought to safetensors by scripts/convert_mapper.py. Beside it lies what torch
computes from random states in fp32: pooled, z, coefficients, and A.<module> (layers, rank, inputs), B.<module> (layers, outputs, rank)
in GGUF row order. Also checked here: PEFT's LoRA on gpt2's Conv1D has A (rank, inputs) and B (outputs, rank), as on a Linear.
"""

import dataclasses
import pathlib
import tempfile

import numpy
import peft
import torch
import transformers
from safetensors import safe_open
from safetensors.torch import load_file

from convert_mapper import convert, write_safetensors
from make_fixtures import to_gguf_rows

TESTDATA = pathlib.Path(__file__).resolve().parent.parent / "src" / "mapper" / "testdata"
POSITIONS = 5


@dataclasses.dataclass
class Case:
    """An interpreter's sizes, as ModelShape of mapper_test.cc has them, and the mapper's own."""
    architecture: str
    layers: int
    width: int
    heads: int
    kv_heads: int
    head_width: int
    ff_width: int
    hidden: int
    trunk: tuple
    bases: int
    rank: int
    input_norm: bool = False
    layer_bases: bool = False
    dtype: torch.dtype = torch.float32

    def modules(self):
        """(inputs, outputs) by module, in sorted name order."""
        query, kv = self.heads * self.head_width, self.kv_heads * self.head_width
        if self.architecture == "gpt2":
            sizes = {"c_attn": (self.width, query + 2 * kv), "attn_c_proj": (query, self.width), "c_fc": (self.width, self.ff_width),
                     "mlp_c_proj": (self.ff_width, self.width)}
        else:
            sizes = {"q_proj": (self.width, query), "k_proj": (self.width, kv), "v_proj": (self.width, kv), "o_proj": (query, self.width),
                     "gate_proj": (self.width, self.ff_width), "up_proj": (self.width, self.ff_width), "down_proj": (self.ff_width, self.width)}
        return dict(sorted(sizes.items()))


CASES = {
    "qwen3": Case("qwen3", 3, 20, 4, 2, 6, 28, hidden=37, trunk=(33,), bases=5, rank=4),
    "gpt2": Case("gpt2", 2, 24, 4, 4, 6, 40, hidden=18, trunk=(18,), bases=3, rank=4),
    "llama": Case("llama", 2, 24, 4, 2, 6, 32, hidden=16, trunk=(16,), bases=3, rank=2),
    "ablations": Case("qwen3", 2, 12, 2, 1, 6, 16, hidden=24, trunk=(20, 36, 24), bases=6, rank=3, input_norm=True, layer_bases=True,
                      dtype=torch.bfloat16),
}


class LoraMapper(torch.nn.Module):
    """The paper's section 3.2 with the tensor names of the published state dict."""

    def __init__(self, case):
        super().__init__()
        self.case, self.modules_of = case, case.modules()
        if case.input_norm:
            self.input_norm = torch.nn.LayerNorm(case.hidden)
        steps, width = [], case.hidden
        for outputs in case.trunk:
            steps += [torch.nn.Linear(width, outputs), torch.nn.GELU()]
            width = outputs
        self.trunk = torch.nn.Sequential(*steps)
        self.coeff_head = torch.nn.Linear(width, case.layers * len(self.modules_of) * case.bases * 2)
        own = (case.layers,) if case.layer_bases else ()
        for name, (inputs, outputs) in self.modules_of.items():
            self.register_parameter(f"A_bases_{name}", torch.nn.Parameter(torch.randn(*own, case.bases, case.rank, inputs)))
            self.register_parameter(f"B_bases_{name}", torch.nn.Parameter(torch.randn(*own, case.bases, outputs, case.rank)))
        with torch.no_grad():
            for parameter in self.parameters():
                if parameter.dim() == 1:
                    parameter.normal_()

    def forward(self, states):
        """states (layers, positions, hidden)"""
        pooled = states.mean(dim=(0, 1))
        z = self.trunk(self.input_norm(pooled) if self.case.input_norm else pooled)
        c = self.coeff_head(z).view(self.case.layers, len(self.modules_of), self.case.bases, 2)
        out = {"pooled": pooled, "z": z, "coefficients": c}
        mixture = "ln,lnij->lij" if self.case.layer_bases else "ln,nij->lij"
        for m, name in enumerate(self.modules_of):
            out[f"A.{name}"] = torch.einsum(mixture, c[:, m, :, 0], getattr(self, f"A_bases_{name}"))
            out[f"B.{name}"] = torch.einsum(mixture, c[:, m, :, 1], getattr(self, f"B_bases_{name}"))
        return out


def in_gguf_order(case, name, tensor):
    heads = {"q_proj": case.heads, "k_proj": case.kv_heads}.get(name.removeprefix("B."))
    if case.architecture != "llama" or not name.startswith("B.") or heads is None:
        return tensor
    return torch.from_numpy(numpy.stack([to_gguf_rows(layer.numpy(), heads) for layer in tensor]))


def make(name, case):
    torch.manual_seed(20260101 + list(CASES).index(name))
    mapper = LoraMapper(case).to(case.dtype)
    path = TESTDATA / f"{name}.mapper.safetensors"
    with tempfile.TemporaryDirectory() as folder:
        torch.save(mapper.state_dict(), f"{folder}/lora_mapper.pt")
        convert(f"{folder}/lora_mapper.pt", path, "hf", 16.0)
    loaded = load_file(path)
    assert loaded.keys() == mapper.state_dict().keys()
    for key, tensor in loaded.items():
        assert torch.equal(tensor, mapper.state_dict()[key]), key
    with safe_open(path, "pt") as file:
        assert file.metadata() == {"format": "pt", "lora_alpha": "16.0", "row_order": "hf"}
    states = torch.randn(case.layers, POSITIONS, case.hidden)
    with torch.no_grad():
        computed = mapper.float()(states)
    expected = {"states": states} | {key: in_gguf_order(case, key, tensor) for key, tensor in computed.items()}
    write_safetensors(TESTDATA / f"{name}.expected.safetensors", expected, {})


def check_converter_refuses():
    good = LoraMapper(CASES["llama"]).state_dict()
    bad = {"a name": good | {"head.weight": torch.zeros(2)}, "a number": good | {"trunk.0.bias": torch.full((16,), torch.nan)},
           "a type": good | {"trunk.0.bias": torch.zeros(16, dtype=torch.int64)}, "an absence": {"trunk.0.weight": torch.zeros(2, 2)},
           "no dict": [1]}
    with tempfile.TemporaryDirectory() as folder:
        for what, state in bad.items():
            torch.save(state, f"{folder}/bad.pt")
            try:
                convert(f"{folder}/bad.pt", f"{folder}/out.safetensors", "hf", 16.0)
            except SystemExit:
                assert not pathlib.Path(f"{folder}/out.safetensors").exists(), what
            else:
                raise AssertionError(f"the converter took {what}")


def check_peft_on_conv1d():
    config = transformers.GPT2Config(vocab_size=11, n_positions=8, n_embd=12, n_layer=1, n_head=2)
    lora = peft.LoraConfig(r=4, lora_alpha=16, target_modules=["c_attn", "c_proj", "c_fc"], fan_in_fan_out=True)
    model = peft.get_peft_model(transformers.GPT2LMHeadModel(config), lora)
    sizes = {"attn.c_attn": (12, 36), "attn.c_proj": (12, 12), "mlp.c_fc": (12, 48), "mlp.c_proj": (48, 12)}
    for name, (inputs, outputs) in sizes.items():
        layer = model.base_model.model.transformer.h[0].get_submodule(name)
        a, b = layer.lora_A["default"].weight, layer.lora_B["default"].weight
        assert a.shape == (4, inputs) and b.shape == (outputs, 4), name
        torch.nn.init.normal_(b)
        x = torch.randn(3, inputs)
        assert torch.allclose(layer(x), layer.base_layer(x) + 16 / 4 * x @ a.T @ b.T, atol=1e-5), name


def main():
    check_peft_on_conv1d()
    check_converter_refuses()
    TESTDATA.mkdir(exist_ok=True)
    for name, case in CASES.items():
        make(name, case)


if __name__ == "__main__":
    main()
