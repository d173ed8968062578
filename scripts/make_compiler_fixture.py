#!/usr/bin/env python3
"""Makes the fixture that ties a whole mapper compile to PyTorch: tests/fixtures/compiler/, a LoRA compiler as its makers would publish it.

Needs a Python with torch, transformers, safetensors, tokenizers, gguf and numpy (the test oracle, never part of the program). The files are
committed, so only a change of the fixture needs a run, after make_tokenizer_fixtures.py.

  python3 scripts/make_compiler_fixture.py

config.json, model-*-of-*.safetensors and their index   a random Qwen3 of five layers as save_pretrained writes it, in shards, with three
                                                        embedding rows more than the tokenizer has tokens
tokenizer.json                                          the small Qwen2-like tokenizer of tests/fixtures/tokenizers
lora_mapper.safetensors                                 a random mapper for the interpreter of tiny_qwen3_b.gguf
expected.safetensors                                    for each of the 20 prompts in qwen2.prompts.jsonl, what torch computes in fp32:
  N.states (interpreter layers, 3, hidden) at prefix positions 0, 31 and 63; N.pooled; N.coefficients; N.A.<module>, N.B.<module>
  0.before_norm (64, hidden): the last block's output before the final norm, which the mapper must NOT be given

tests/fixtures/compiler_gpt2/: the same compiler's mapper for the interpreter of tiny_gpt2_b.gguf, and of the first prompts
  N.coefficients; N.A.<module>, N.B.<module>
"""

import json
import pathlib
import shutil

import torch
import transformers
from safetensors.torch import save_file

from convert_mapper import write_safetensors
from make_mapper_fixtures import Case, LoraMapper

FIXTURES = pathlib.Path(__file__).resolve().parent.parent / "tests" / "fixtures"
FOLDER = FIXTURES / "compiler"
FOLDER_GPT2 = FIXTURES / "compiler_gpt2"
PREFIX = 64
KEPT = [0, 31, 63]
SPARE_ROWS = 3
# The interpreter is tiny_qwen3_b of make_fixtures.py.
INTERPRETER = Case("qwen3", 2, 48, 3, 1, 10, 40, hidden=32, trunk=(32,), bases=3, rank=2)
# tiny_gpt2_b; of as many layers, so that both are given the same states.
INTERPRETER_GPT2 = Case("gpt2", 2, 40, 5, 5, 8, 48, hidden=32, trunk=(32,), bases=3, rank=2)
PROMPTS_GPT2 = 5


def compiler(vocabulary):
    config = transformers.Qwen3Config(
        vocab_size=vocabulary, hidden_size=32, intermediate_size=48, num_hidden_layers=5, num_attention_heads=4, num_key_value_heads=2,
        head_dim=8, rms_norm_eps=1e-6, rope_parameters={"rope_type": "default", "rope_theta": 5000000.0}, tie_word_embeddings=True,
        max_position_embeddings=262144, attention_bias=False)
    model = transformers.Qwen3ForCausalLM(config).float().eval()
    random = torch.Generator().manual_seed(41)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            noise = torch.randn(parameter.shape, generator=random)
            one = 1.0 + 0.2 * noise if parameter.dim() == 1 else noise * (1.0 if "embed" in name else 1.2 / parameter.shape[1] ** 0.5)
            parameter.copy_(one)
    return model


def hidden_states(model, ids):
    """The embeddings, the output of each block, and the last one after the final norm: transformers' own order, and the one before it."""
    before = []
    hook = model.model.norm.register_forward_pre_hook(lambda module, inputs: before.append(inputs[0][0]))
    with torch.no_grad():
        states = model(torch.tensor([ids]), output_hidden_states=True).hidden_states
    hook.remove()
    return [state[0] for state in states], before[0]


def selected(layers):
    """Paper section 2.3: t(l) counts blocks from 0, hidden_states has the embeddings in front."""
    return [int((l + 1) * layers / INTERPRETER.layers) - 1 + 1 for l in range(INTERPRETER.layers)]


def save_mapper(interpreter, folder):
    folder.mkdir(parents=True, exist_ok=True)
    mapper = LoraMapper(interpreter)
    save_file(mapper.state_dict(), folder / "lora_mapper.safetensors", {"format": "pt", "lora_alpha": "16.0", "row_order": "hf"})
    return mapper


def main():
    torch.set_num_threads(1)
    torch.manual_seed(42)
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    shutil.copy(FIXTURES / "tokenizers" / "qwen2.tokenizer.json", FOLDER / "tokenizer.json")
    tokenizer = json.loads((FOLDER / "tokenizer.json").read_text(encoding="utf-8"))
    tokens = len(tokenizer["model"]["vocab"].keys() | {token["content"] for token in tokenizer["added_tokens"]})
    model = compiler(tokens + SPARE_ROWS)
    model.save_pretrained(FOLDER, max_shard_size="120KB")
    (FOLDER / "generation_config.json").unlink(missing_ok=True)
    mapper = save_mapper(INTERPRETER, FOLDER)
    mapper_gpt2 = save_mapper(INTERPRETER_GPT2, FOLDER_GPT2)

    expected, expected_gpt2 = {}, {}
    for n, line in enumerate((FIXTURES / "tokenizers" / "qwen2.prompts.jsonl").read_text(encoding="utf-8").splitlines()):
        states, before_norm = hidden_states(model, json.loads(line)["ids"])
        if n == 0:
            expected["0.before_norm"] = before_norm[-PREFIX:].contiguous()
        encoding = torch.stack([states[layer][-PREFIX:] for layer in selected(model.config.num_hidden_layers)])
        expected[f"{n}.states"] = encoding[:, KEPT].contiguous()
        with torch.no_grad():
            computed = mapper(encoding)
            computed_gpt2 = mapper_gpt2(encoding)
        expected |= {f"{n}.{key}": tensor.contiguous() for key, tensor in computed.items() if key != "z"}
        if n < PROMPTS_GPT2:
            expected_gpt2 |= {f"{n}.{key}": tensor.contiguous() for key, tensor in computed_gpt2.items() if key not in ("z", "pooled")}
    write_safetensors(FOLDER / "expected.safetensors", expected, {})
    write_safetensors(FOLDER_GPT2 / "expected.safetensors", expected_gpt2, {})


if __name__ == "__main__":
    main()
