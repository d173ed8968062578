#!/usr/bin/env python3
"""Makes the fixtures that tie the reference engine to PyTorch: tests/fixtures/tiny_*.gguf and smollm2.json.

Needs a Python with torch, transformers, gguf and numpy. These are the test oracle, a download of over 4 GB, and never part of the
program: nothing but this script asks for them. The fixtures it writes are committed, so only a change of the fixtures needs a run.

  python3 scripts/make_fixtures.py tiny
  python3 scripts/make_fixtures.py base --model SmolLM2-135M-Instruct.Q4_1.gguf

tiny: two random checkpoints of a fixed seed for each of llama, qwen3 and gpt2 (scripts/fixture_models.py), each as
  NAME.gguf           the weights, F32, in llama.cpp's layout
  NAME/               the same as save_pretrained writes them, of tiny_gpt2_b
  NAME.adapter.gguf   a LoRA with random A and B, F32, in llama.cpp's layout
  NAME.expected.gguf  what transformers computes in fp32: logits, hidden states, loss, gradients, AdamW steps (keys and tensors below)
base: top logits, a loss and gradients of a seeded LoRA on the real weights (dequantised to fp32), as JSON.
"""

import argparse
import json
import pathlib

import gguf
import numpy
import torch
import transformers

from fixture_models import ARCHITECTURES, finish, from_gguf_rows, random_model, to_gguf_rows, write_model

FIXTURES = pathlib.Path(__file__).resolve().parent.parent / "tests" / "fixtures"


# ---------------------------------------------------------------------------------------------------------------- writing GGUF

def write_adapter(path, architecture, config, loras, rank, alpha, name):
    writer = gguf.GGUFWriter(path, architecture.name)
    writer.add_type("adapter")
    writer.add_name(name)
    writer.add_string("adapter.type", "lora")
    writer.add_float32("adapter.lora.alpha", alpha)
    for (layer, projection), lora in loras.items():
        for half, array in lora_arrays(lora, architecture.heads(config, projection)).items():
            writer.add_tensor(f"blk.{layer}.{projection}.weight.lora_{half}", array)
    finish(writer)


def lora_arrays(lora, heads, gradient=False):
    """A and B (or their gradients) in llama.cpp's row order; `heads` as Architecture.heads has them."""
    a = (lora.a.grad if gradient else lora.a).detach().numpy().copy()
    b = (lora.b.grad if gradient else lora.b).detach().numpy().copy()
    return {"a": a, "b": b if heads is None else numpy.ascontiguousarray(to_gguf_rows(b, heads))}


# ------------------------------------------------------------------------------------------------------------------- computing

def forward(model, tokens):
    out = model(input_ids=torch.tensor([tokens]), output_hidden_states=True)
    return out.logits[0], out.hidden_states


def loss_of(logits, targets, offset):
    """Sum over targets of weight * -log softmax + branch_weight * -log softmax over the branch, and the plain sum."""
    total, plain_total = 0.0, 0.0
    for target in targets:
        z = logits[offset + target["position"]]
        plain = torch.logsumexp(z, 0) - z[target["token"]]
        total = total + target["weight"] * plain
        plain_total += float(plain.detach())
        if target["branch_weight"] != 0:
            total = total + target["branch_weight"] * (torch.logsumexp(z[target["branch"]], 0) - z[target["token"]])
    return total, plain_total


def block_outputs(architecture, model, tokens):
    """The output of every block, then of the final norm: (layers + 1, n, width). Hooks, since transformers norms its last one."""
    states = []
    hooks = [m.register_forward_hook(lambda _m, _i, o: states.append(o[0] if isinstance(o, tuple) else o))
             for m in [*architecture.layers(model), architecture.final_norm(model)]]
    forward(model, tokens)
    for hook in hooks:
        hook.remove()
    return [state.detach().reshape(len(tokens), -1).numpy().copy() for state in states]


# ------------------------------------------------------------------------------------------------------------------- the tiny ones

TINY = {
    # Grouped heads, tied output; the adapter starts at layer 1.
    "tiny_a": dict(architecture="llama", seed=11, vocab=128, width=64, ff=96, layers=2, heads=4, kv_heads=2, head=16, tied=True,
                   rope=10000.0, rank=8, alpha=16.0, first_layer=1, absent=[], lr=0.02, steps=1, after=[]),
    # One kv head, heads wider than width / heads, an output matrix of its own, three layers; some pairs are absent.
    "tiny_b": dict(architecture="llama", seed=12, vocab=96, width=32, ff=64, layers=3, heads=4, kv_heads=1, head=16, tied=False,
                   rope=100000.0, rank=4, alpha=6.0, first_layer=0,
                   absent=[(0, "attn_k"), (1, "ffn_gate"), (1, "attn_q"), (2, "ffn_down")], lr=0.02, steps=3, after=[0, 1, 2]),
    # Heads that together are wider than the model, two query heads to a kv head; all pairs, twenty steps.
    "tiny_qwen3_a": dict(architecture="qwen3", seed=17, vocab=96, width=32, ff=56, layers=3, heads=6, kv_heads=3, head=12, tied=True,
                         rope=1000000.0, rank=4, alpha=2.0, first_layer=0, absent=[], lr=0.001, steps=20, after=[0, 9, 19]),
    # Heads that together are narrower than the model, an odd number of them on one kv head, an output matrix of its own.
    "tiny_qwen3_b": dict(architecture="qwen3", seed=14, vocab=96, width=48, ff=40, layers=2, heads=3, kv_heads=1, head=10, tied=False,
                         rope=10000.0, rank=2, alpha=3.0, first_layer=1, absent=[(1, "attn_v"), (1, "ffn_up")], lr=0.001, steps=1, after=[]),
    # All pairs, twenty steps.
    "tiny_gpt2_a": dict(architecture="gpt2", seed=15, vocab=96, width=36, ff=80, layers=3, heads=3, positions=64, tied=True, rank=4,
                        alpha=2.0, first_layer=0, absent=[], lr=0.001, steps=20, after=[0, 9, 19]),
    # An output matrix of its own; a part of the pairs, in the upper layer.
    "tiny_gpt2_b": dict(architecture="gpt2", seed=16, vocab=96, width=40, ff=48, layers=2, heads=5, positions=32, tied=False, rank=2,
                        alpha=3.0, first_layer=1, absent=[(1, "attn_output")], lr=0.001, steps=1, after=[], folder=True),
}
ADAMW = dict(beta1=0.9, beta2=0.95, eps=1e-8, weight_decay=0.1, clip=0.5)


def tiny_batch(spec):
    """One group: a prefix and rows with targets, branches among them."""
    random = numpy.random.default_rng(spec["seed"])
    draw = lambda n: [int(t) for t in random.integers(0, spec["vocab"], n)]
    rows = []
    for length in (7, 3, 11):
        targets = []
        for position in range(length - 3, length):
            token = draw(1)[0]
            branch = sorted({token, *draw(3)}) if position != length - 2 else []
            targets.append(dict(position=position, token=token, weight=0.25 + 0.25 * (position % 4), branch=branch,
                                branch_weight=0.7 if branch else 0.0))
        rows.append(dict(tokens=draw(length), targets=targets))
    return dict(prefix=draw(5), rows=rows)


def batch_backward(model, batch, loss_scale):
    total, plain_total = 0.0, 0.0
    for row in batch["rows"]:
        logits, _ = forward(model, batch["prefix"] + row["tokens"])
        loss, plain = loss_of(logits, row["targets"], len(batch["prefix"]))
        (loss * loss_scale).backward()
        total += float(loss.detach())
        plain_total += plain
    return total, plain_total


def tiny_loras(architecture, model, spec, random):
    """Random A and B around the projections; (layer, projection) -> LoraLinear."""
    loras = {}
    for layer in range(spec["first_layer"], spec["layers"]):
        for projection in architecture.modules:
            if (layer, projection) in spec["absent"]:
                continue
            outputs, inputs = architecture.matrix(getattr(*architecture.module(model, layer, projection))).shape
            a = torch.randn((spec["rank"], inputs), generator=random) / inputs ** 0.5
            b = torch.randn((outputs, spec["rank"]), generator=random) * 0.2
            loras[(layer, projection)] = architecture.attach(model, layer, projection, a, b, spec["alpha"] / spec["rank"])
    return loras


def input_gradient(model, batch, loss_scale):
    """The gradient of the token embeddings of the prefix and the first row."""
    row = batch["rows"][0]
    embeddings = model.get_input_embeddings()(torch.tensor([batch["prefix"] + row["tokens"]])).detach().requires_grad_(True)
    loss, _ = loss_of(model(inputs_embeds=embeddings).logits[0], row["targets"], len(batch["prefix"]))
    (loss * loss_scale).backward()
    return embeddings.grad[0].numpy()


def make_tiny(name, spec):
    architecture, model, random = random_model(spec)
    write_model(FIXTURES / f"{name}.gguf", architecture, model, name)
    if spec.get("folder"):
        model.save_pretrained(FIXTURES / name)
        (FIXTURES / name / "generation_config.json").unlink(missing_ok=True)
    tokens = [int(t) for t in torch.randint(0, spec["vocab"], (12,), generator=random)]
    tensors = {"logits": forward(model, tokens)[0].detach().numpy()}
    for i, state in enumerate(block_outputs(architecture, model, tokens)):
        tensors[f"hidden.{i}"] = state

    loras = tiny_loras(architecture, model, spec, random)
    write_adapter(FIXTURES / f"{name}.adapter.gguf", architecture, model.config, loras, spec["rank"], spec["alpha"], name)
    tensors["adapter_logits"] = forward(model, tokens)[0].detach().numpy()

    def keep(prefix, gradient):
        for (layer, projection), lora in loras.items():
            for half, array in lora_arrays(lora, architecture.heads(model.config, projection), gradient).items():
                tensors[f"{prefix}.blk.{layer}.{projection}.weight.lora_{half}"] = array

    batch = tiny_batch(spec)
    loss_scale = 1.0 / sum(len(row["targets"]) for row in batch["rows"])
    keys = dict(loss_scale=loss_scale, lr=spec["lr"], **ADAMW, steps=spec["steps"])
    tensors["row0.d_input"] = input_gradient(model, batch, loss_scale)
    parameters = [p for lora in loras.values() for p in (lora.a, lora.b)]
    optimizer = torch.optim.AdamW(parameters, lr=spec["lr"], betas=(ADAMW["beta1"], ADAMW["beta2"]), eps=ADAMW["eps"],
                                  weight_decay=ADAMW["weight_decay"])
    for step in range(spec["steps"]):
        optimizer.zero_grad()
        keys[f"step{step}.loss"], keys[f"step{step}.token_loss"] = batch_backward(model, batch, loss_scale)
        if step == 0 or step in spec["after"]:
            keep(f"step{step}.gradient", True)
        keys[f"step{step}.norm"] = float(torch.nn.utils.clip_grad_norm_(parameters, ADAMW["clip"]))
        optimizer.step()
        if step in spec["after"]:
            keep(f"step{step}.after", False)
    write_expected(FIXTURES / f"{name}.expected.gguf", architecture, tokens, batch, keys, tensors)


def write_expected(path, architecture, tokens, batch, keys, tensors):
    writer = gguf.GGUFWriter(path, architecture.name)
    writer.add_string("batch", json.dumps(dict(tokens=tokens, **batch), separators=(",", ":")))
    for key, value in keys.items():
        writer.add_float64(key, float(value))
    for tensor_name, array in tensors.items():
        writer.add_tensor(tensor_name, numpy.ascontiguousarray(array, dtype=numpy.float32))
    finish(writer)


# ------------------------------------------------------------------------------------------------------------- the real weights

LLAMA = ARCHITECTURES["llama"]


def base_model(path):
    """The GGUF, dequantised to fp32, inside transformers' LlamaForCausalLM."""
    reader = gguf.GGUFReader(path)
    field = lambda key: reader.fields["llama." + key].contents()
    tensors = {t.name: gguf.dequantize(t.data, t.tensor_type) for t in reader.tensors}
    vocabulary, width = tensors["token_embd.weight"].shape
    config = transformers.LlamaConfig(
        vocab_size=vocabulary, hidden_size=width, intermediate_size=field("feed_forward_length"), num_hidden_layers=field("block_count"),
        num_attention_heads=field("attention.head_count"), num_key_value_heads=field("attention.head_count_kv"),
        rms_norm_eps=field("attention.layer_norm_rms_epsilon"), max_position_embeddings=field("context_length"),
        rope_parameters={"rope_type": "default", "rope_theta": field("rope.freq_base")}, tie_word_embeddings="output.weight" not in tensors)
    model = transformers.LlamaForCausalLM(config).float().eval()

    def put(parameter, name, heads=None):
        array = tensors[name] if heads is None else from_gguf_rows(tensors[name], heads)
        with torch.no_grad():
            parameter.copy_(torch.from_numpy(numpy.array(array)))

    put(model.model.embed_tokens.weight, "token_embd.weight")
    put(model.model.norm.weight, "output_norm.weight")
    if not config.tie_word_embeddings:
        put(model.lm_head.weight, "output.weight")
    for l, layer in enumerate(LLAMA.layers(model)):
        for name, path in LLAMA.norms.items():
            put(layer.get_submodule(path).weight, f"blk.{l}.{name}.weight")
        for projection, path in LLAMA.modules.items():
            put(layer.get_submodule(path).weight, f"blk.{l}.{projection}.weight", LLAMA.heads(config, projection))
    for parameter in model.parameters():
        parameter.requires_grad_(False)
    return model, reader


def seeded(count, stream, size):
    """`count` numbers in [-size, size) that C++ makes again bit for bit: an integer hash of the index, 24 bits of it."""
    x = numpy.arange(count, dtype=numpy.uint32) * numpy.uint32(2654435761) + numpy.uint32((stream * 2246822519) % 2**32)
    x ^= x >> numpy.uint32(15)
    x *= numpy.uint32(2246822519)
    x ^= x >> numpy.uint32(13)
    x *= numpy.uint32(3266489917)
    x ^= x >> numpy.uint32(16)
    unit = (x >> numpy.uint32(8)).astype(numpy.float32) * numpy.float32(2.0 / 16777216.0) - numpy.float32(1.0)
    return unit * numpy.float32(size)


def encode(reader, text):
    """The text's ids, longest match first over the byte-level vocabulary: not the model's own tokenisation, and no need for it."""
    pieces = {piece: i for i, piece in enumerate(reader.fields["tokenizer.ggml.tokens"].contents())}
    text = text.replace(" ", "\u0120").replace("\n", "\u010a")
    ids = []
    while text:
        size = next(n for n in range(min(len(text), 24), 0, -1) if text[:n] in pieces)
        ids.append(pieces[text[:size]])
        text = text[size:]
    return ids


BASE_PROMPTS = ["The capital of France is Paris, and the capital of Italy is", "def add(a, b):\n    return a",
                "Classify the message: my card has not arrived yet.\nLabel: card arrival"]
BASE_LORA = dict(rank=16, alpha=16.0, a_size=0.05, b_size=0.02)


def make_base(path):
    model, reader = base_model(path)
    config = model.config
    prompts = [encode(reader, text) for text in BASE_PROMPTS]
    report = dict(lora=BASE_LORA, prompts=[])
    for tokens in prompts:
        logits, _ = forward(model, tokens)
        positions = []
        for position in (1, len(tokens) // 2, len(tokens) - 1):
            top = torch.topk(logits[position], 20)
            positions.append(dict(position=position, ids=top.indices.tolist(), logits=[round(v, 5) for v in top.values.tolist()]))
        report["prompts"].append(dict(tokens=tokens, positions=positions))

    loras = {}
    for layer in range(config.num_hidden_layers):
        for i, projection in enumerate(LLAMA.modules):
            outputs, inputs = getattr(*LLAMA.module(model, layer, projection)).weight.shape
            stream = 2 * (layer * len(LLAMA.modules) + i)
            a = seeded(BASE_LORA["rank"] * inputs, stream, BASE_LORA["a_size"]).reshape(-1, inputs)
            b = seeded(BASE_LORA["rank"] * outputs, stream + 1, BASE_LORA["b_size"]).reshape(outputs, -1)
            heads = LLAMA.heads(config, projection)
            b = b if heads is None else from_gguf_rows(b, heads)
            loras[(layer, projection)] = LLAMA.attach(model, layer, projection, torch.from_numpy(a), torch.from_numpy(numpy.array(b)),
                                                      BASE_LORA["alpha"] / BASE_LORA["rank"])
    tokens = prompts[2]
    targets = [dict(position=p, token=tokens[p + 1], weight=1.0, branch_weight=0.0) for p in range(len(tokens) - 4, len(tokens) - 1)]
    logits, _ = forward(model, tokens)
    loss, _ = loss_of(logits, targets, 0)
    loss.backward()
    gradients = []
    for (layer, projection), lora in loras.items():
        for half, array in lora_arrays(lora, LLAMA.heads(config, projection), True).items():
            flat = array.reshape(-1)
            at = [int(i) for i in numpy.linspace(0, flat.size - 1, 4)]
            gradients.append(dict(layer=layer, projection=projection, half=half, norm=float(f"{numpy.linalg.norm(flat.astype(float)):.7g}"),
                                  at=at, values=[float(f"{flat[i]:.6g}") for i in at]))
    report["train"] = dict(tokens=tokens, targets=targets, loss=float(loss.detach()), gradients=gradients)
    (FIXTURES / "smollm2.json").write_text(json.dumps(report, separators=(",", ":")) + "\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("what", choices=["tiny", "base"])
    parser.add_argument("--model", help="the base GGUF, for `base`")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    FIXTURES.mkdir(parents=True, exist_ok=True)
    if arguments.what == "tiny":
        for name, spec in TINY.items():
            make_tiny(name, spec)
    elif arguments.model is None:
        parser.error("base: needs --model FILE")
    else:
        make_base(arguments.model)


if __name__ == "__main__":
    main()
