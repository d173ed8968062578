#!/usr/bin/env python3
"""The PyTorch baseline of the mapper trainer's step: the same specs, pairs, mapper and update, as a PyTorch user would write it well.

  torch_mapper_step.py BASE.gguf WORKLOAD.json --threads 2

Frozen base in bf16. The mapper (trunk, coefficients, bases, shared LoRA) in fp32 gives a LoRA a spec; a batch is padded to (specs, rows,
tokens), each linear layer adds its spec's low-rank product by two batched products. A row carries its prompt whole: PyTorch has no shared
prefix in training. Loss on the outputs alone, logits at target positions only, AdamW over all parameters. Prints one JSON line: examples a
second after one warm-up step. Needs torch, transformers and gguf; the program itself never does.
"""
import argparse
import json
import os
import time


class Mapper:
    """The parameters, and the LoRA of every linear layer of the current batch: name -> (A (specs, rank, in), B (specs, out, rank))."""

    def __init__(self, layers, features, width=256, bases=32, rank=16):
        import torch
        self.layers, self.rank = layers, rank
        names = sorted({name.split(".")[-1] for name, _ in layers})
        sizes = {name.split(".")[-1]: (linear.in_features, linear.out_features) for name, linear in layers}
        depth = len(layers) // len(names)
        make = lambda *shape: torch.nn.Parameter(torch.rand(*shape) * 0.04 - 0.02)
        self.names, self.depth, self.bases = names, depth, bases
        self.trunk = torch.nn.Linear(features, width)
        self.head = torch.nn.Linear(width, depth * len(names) * bases * 2)
        self.a = {n: make(bases, rank, sizes[n][0]) for n in names}
        self.b = {n: make(bases, sizes[n][1], rank) for n in names}
        self.a_shared = {n: make(depth, rank, sizes[n][0]) for n in names}
        self.b_shared = {n: make(depth, sizes[n][1], rank) for n in names}

    def parameters(self):
        tables = [self.a, self.b, self.a_shared, self.b_shared]
        return [*self.trunk.parameters(), *self.head.parameters(), *(p for table in tables for p in table.values())]

    def forward(self, features):
        import torch
        z = torch.nn.functional.gelu(self.trunk(features))
        c = self.head(z).view(len(features), self.depth, len(self.names), self.bases, 2)
        loras = {}
        for m, n in enumerate(self.names):
            loras[n] = (self.a_shared[n] + torch.einsum("sln,nri->slri", c[:, :, m, :, 0], self.a[n]),
                        self.b_shared[n] + torch.einsum("sln,nor->slor", c[:, :, m, :, 1], self.b[n]))
        return loras


def patch(linear, state, depth, name):
    """linear(x) + B (A x) of the row's spec, in bf16; alpha / rank is 1."""
    import torch
    import torch.nn.functional as F

    def forward(x):  # (specs * rows, tokens, in)
        a, b = state["loras"][name]
        specs = a.shape[0]
        flat = x.reshape(specs, -1, x.shape[-1])
        low = torch.bmm(flat, a[:, depth].to(x.dtype).transpose(1, 2))
        return F.linear(x, linear.weight) + torch.bmm(low, b[:, depth].to(x.dtype).transpose(1, 2)).reshape(*x.shape[:-1], -1)
    linear.forward = forward


def make_batch(specs):
    import torch
    rows = [(spec["prefix"] + row["tokens"], len(row["output"]), row["output"]) for spec in specs for row in spec["rows"]]
    width = max(len(tokens) for tokens, _, _ in rows)
    ids, mask = torch.zeros(len(rows), width, dtype=torch.long), torch.zeros(len(rows), width, dtype=torch.long)
    where, wanted, weights = [], [], []
    for i, (tokens, count, output) in enumerate(rows):
        ids[i, :len(tokens)] = torch.tensor(tokens)
        mask[i, :len(tokens)] = 1
        where += [i * width + len(tokens) - count + t for t in range(count)]
        wanted += output
        weights += [1 / (len(rows) * count)] * count
    return ids, mask, torch.tensor(where), torch.tensor(wanted), torch.tensor(weights)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("base")
    parser.add_argument("workload")
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()

    import torch
    import torch.nn.functional as F
    from transformers import AutoModelForCausalLM

    torch.set_num_threads(options.threads)
    torch.manual_seed(1)
    with open(options.workload) as file:
        workload = json.load(file)
    model = AutoModelForCausalLM.from_pretrained(
        os.path.dirname(os.path.abspath(options.base)), gguf_file=os.path.basename(options.base), dtype=torch.bfloat16, attn_implementation="sdpa")
    model.requires_grad_(False)
    layers = [(name, module) for name, module in model.model.named_modules() if isinstance(module, torch.nn.Linear)]
    mapper = Mapper(layers, len(workload["specs"][0]["features"]))
    state = {}
    for name, linear in layers:
        patch(linear, state, int(name.split(".")[1]), name.split(".")[-1])
    optimiser = torch.optim.AdamW(mapper.parameters(), lr=1e-3, betas=(0.9, 0.99), weight_decay=0.0)

    def one_step(specs):
        ids, mask, where, wanted, weights = make_batch(specs)
        state["loras"] = mapper.forward(torch.tensor([spec["features"] for spec in specs]))
        hidden = model.model(input_ids=ids, attention_mask=mask, use_cache=False).last_hidden_state
        logits = model.lm_head(hidden.reshape(-1, hidden.shape[-1])[where]).float()
        loss = (F.cross_entropy(logits, wanted, reduction="none") * weights).sum()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(mapper.parameters(), 1.0)
        optimiser.step()
        optimiser.zero_grad(set_to_none=True)
        return loss.item()

    per_step = workload["specs_per_step"]
    steps = [workload["specs"][i:i + per_step] for i in range(0, len(workload["specs"]), per_step)]
    one_step(steps[0])
    begin = time.perf_counter()
    losses = [one_step(step) for step in steps[1:]]
    seconds = time.perf_counter() - begin
    examples = sum(len(spec["rows"]) for step in steps[1:] for spec in step)
    print(json.dumps({"engine": "pytorch", "version": torch.__version__, "examples_per_second": examples / seconds, "seconds": seconds,
                      "last_loss": losses[-1]}))


if __name__ == "__main__":
    main()
