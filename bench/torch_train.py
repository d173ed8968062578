#!/usr/bin/env python3
"""The PyTorch baseline of `./dev bench train`: the same rows, the same step, as a PyTorch user would write it well.

  torch_train.py BASE.gguf WORKLOAD.json --threads 2

Frozen base in bf16, peft LoRA on all seven projections, rows bucketed by length (so that padding is small), SDPA, hidden states
gathered at target positions before the vocabulary product, AdamW over the adapter. Prints one JSON line: real (unpadded) tokens a
second, after two warm-up steps. Needs torch, transformers, peft and gguf; the program itself never does.
"""
import argparse
import json
import os
import time


def load_model(base_path, rank):
    import torch
    from peft import LoraConfig, get_peft_model
    from transformers import AutoModelForCausalLM

    model = AutoModelForCausalLM.from_pretrained(
        os.path.dirname(os.path.abspath(base_path)), gguf_file=os.path.basename(base_path), dtype=torch.bfloat16, attn_implementation="sdpa")
    modules = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]
    config = LoraConfig(r=rank, lora_alpha=16, target_modules=modules, lora_dropout=0.0, bias="none", task_type="CAUSAL_LM")
    model = get_peft_model(model, config, autocast_adapter_dtype=False)
    model.train()
    return model


def make_batch(rows):
    """Right-padded ids, attention mask, and the flat positions and tokens of the targets."""
    import torch

    width = max(len(row["tokens"]) for row in rows)
    ids = torch.zeros(len(rows), width, dtype=torch.long)
    mask = torch.zeros(len(rows), width, dtype=torch.long)
    where, wanted = [], []
    for i, row in enumerate(rows):
        ids[i, : len(row["tokens"])] = torch.tensor(row["tokens"])
        mask[i, : len(row["tokens"])] = 1
        where += [i * width + position for position in row["positions"]]
        wanted += row["targets"]
    return ids, mask, torch.tensor(where), torch.tensor(wanted)


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("base")
    arguments.add_argument("workload")
    arguments.add_argument("--threads", type=int, default=2)
    arguments.add_argument("--rank", type=int, default=16)
    options = arguments.parse_args()

    import torch
    import torch.nn.functional as F

    torch.set_num_threads(options.threads)
    torch.manual_seed(1)
    with open(options.workload) as file:
        workload = json.load(file)
    model = load_model(options.base, options.rank)
    decoder, head = model.base_model.model.model, model.base_model.model.lm_head
    optimiser = torch.optim.AdamW([p for p in model.parameters() if p.requires_grad], lr=1e-3)

    # Bucketed by length: the rows of the whole workload sorted, then cut into steps.
    per_step = workload["rows_per_step"]
    rows = sorted(workload["rows"], key=lambda row: len(row["tokens"]))
    steps = [rows[i : i + per_step] for i in range(0, len(rows), per_step)]

    def one_step(step_rows):
        ids, mask, where, wanted = make_batch(step_rows)
        hidden = decoder(input_ids=ids, attention_mask=mask, use_cache=False).last_hidden_state
        logits = head(hidden.reshape(-1, hidden.shape[-1])[where])
        loss = F.cross_entropy(logits.float(), wanted)
        loss.backward()
        optimiser.step()
        optimiser.zero_grad(set_to_none=True)
        return loss.item()

    for step_rows in (steps[0], steps[-1]):
        one_step(step_rows)
    begin = time.perf_counter()
    losses = [one_step(step_rows) for step_rows in steps]
    seconds = time.perf_counter() - begin
    tokens = sum(len(row["tokens"]) for row in rows)
    print(json.dumps({"engine": "pytorch", "version": torch.__version__, "tokens": tokens, "seconds": seconds,
                      "tokens_per_second": tokens / seconds, "first_loss": losses[0], "last_loss": losses[-1]}))


if __name__ == "__main__":
    main()
