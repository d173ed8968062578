"""The architectures of scripts/make_fixtures.py: how transformers builds a small random checkpoint of each and what GGUF calls its parts.

Names, keys and layouts are llama.cpp's:
  llama   q and k in the order of pairs: transformers rotates the halves of a head, llama.cpp the adjacent pairs of such a file, so the
          rows of q and k (and of their LoRA B) are permuted on the way: row 2i+s of a head is row s*d/2+i of transformers.
  qwen3   rows as transformers has them, norms of the query and key heads, a head width of its own.
  gpt2    LayerNorms and projections with biases, learned positions, queries, keys and values in one projection. transformers' Conv1D keeps
          a weight as (inputs, outputs), so it is transposed.
"""

import gguf
import numpy
import torch
import transformers


def to_gguf_rows(matrix, heads):
    """Rows of q or k (heads * d, ...) from transformers' order to llama.cpp's pairs."""
    shape = matrix.shape
    return matrix.reshape(heads, 2, shape[0] // heads // 2, -1).swapaxes(1, 2).reshape(shape)


def from_gguf_rows(matrix, heads):
    shape = matrix.shape
    return matrix.reshape(heads, shape[0] // heads // 2, 2, -1).swapaxes(1, 2).reshape(shape)


class LoraLinear(torch.nn.Module):
    """y = base(x) + scale * B (A x), A (rank, inputs), B (outputs, rank): what peft computes without dropout."""

    def __init__(self, base, a, b, scale):
        super().__init__()
        self.base, self.scale = base, scale
        self.a, self.b = torch.nn.Parameter(a), torch.nn.Parameter(b)

    def forward(self, x):
        return self.base(x) + self.scale * ((x @ self.a.T) @ self.b.T)


class Llama:
    name = "llama"
    modules = {"attn_q": "self_attn.q_proj", "attn_k": "self_attn.k_proj", "attn_v": "self_attn.v_proj", "attn_output": "self_attn.o_proj",
               "ffn_gate": "mlp.gate_proj", "ffn_up": "mlp.up_proj", "ffn_down": "mlp.down_proj"}
    norms = {"attn_norm": "input_layernorm", "ffn_norm": "post_attention_layernorm"}

    def build(self, spec):
        config = transformers.LlamaConfig(mlp_bias=False, **self.settings(spec))
        return transformers.LlamaForCausalLM(config)

    @staticmethod
    def settings(spec):
        return dict(vocab_size=spec["vocab"], hidden_size=spec["width"], intermediate_size=spec["ff"], num_hidden_layers=spec["layers"],
                    num_attention_heads=spec["heads"], num_key_value_heads=spec["kv_heads"], head_dim=spec["head"], rms_norm_eps=1e-5,
                    rope_parameters={"rope_type": "default", "rope_theta": spec["rope"]}, tie_word_embeddings=spec["tied"],
                    max_position_embeddings=256, attention_bias=False, bos_token_id=None, eos_token_id=None, pad_token_id=None)

    @staticmethod
    def fill(name, parameter, noise):
        """A random number for every weight that keeps activations of order one."""
        if parameter.dim() == 1:
            return 1.0 + 0.2 * noise
        return noise * (1.0 if "embed" in name else 1.2 / parameter.shape[1] ** 0.5)

    @staticmethod
    def layers(model):
        return model.model.layers

    @staticmethod
    def final_norm(model):
        return model.model.norm

    def module(self, model, layer, projection):
        """(parent, attribute) of a projection, to read it or to put a LoRA around it."""
        parent, attribute = self.modules[projection].split(".")
        return getattr(self.layers(model)[layer], parent), attribute

    @staticmethod
    def matrix(module):
        """A projection's weight as (outputs, inputs)."""
        return module.weight

    @staticmethod
    def heads(config, projection):
        """The heads whose rows are permuted; None for what keeps its order."""
        return {"attn_q": config.num_attention_heads, "attn_k": config.num_key_value_heads}.get(projection)

    def attach(self, model, layer, projection, a, b, scale):
        parent, attribute = self.module(model, layer, projection)
        lora = LoraLinear(getattr(parent, attribute), a, b, scale)
        setattr(parent, attribute, lora)
        return lora

    @staticmethod
    def keys(writer, config):
        writer.add_context_length(config.max_position_embeddings)
        writer.add_embedding_length(config.hidden_size)
        writer.add_block_count(config.num_hidden_layers)
        writer.add_feed_forward_length(config.intermediate_size)
        writer.add_head_count(config.num_attention_heads)
        writer.add_head_count_kv(config.num_key_value_heads)
        writer.add_key_length(config.head_dim)
        writer.add_value_length(config.head_dim)
        writer.add_rope_dimension_count(config.head_dim)
        writer.add_rope_freq_base(config.rope_parameters["rope_theta"])
        writer.add_layer_norm_rms_eps(config.rms_norm_eps)
        writer.add_vocab_size(config.vocab_size)

    def tensors(self, model):
        """GGUF name -> tensor, ready to be written."""
        tensors = {"token_embd.weight": model.model.embed_tokens.weight, "output_norm.weight": model.model.norm.weight}
        if not model.config.tie_word_embeddings:
            tensors["output.weight"] = model.lm_head.weight
        for l, layer in enumerate(self.layers(model)):
            for name, path in self.norms.items():
                tensors[f"blk.{l}.{name}.weight"] = layer.get_submodule(path).weight
            for projection in self.modules:
                weight = self.matrix(getattr(*self.module(model, l, projection)))
                heads = self.heads(model.config, projection)
                tensors[f"blk.{l}.{projection}.weight"] = weight if heads is None else to_gguf_rows(weight, heads)
        return tensors


class Qwen3(Llama):
    name = "qwen3"
    norms = {**Llama.norms, "attn_q_norm": "self_attn.q_norm", "attn_k_norm": "self_attn.k_norm"}

    def build(self, spec):
        return transformers.Qwen3ForCausalLM(transformers.Qwen3Config(**self.settings(spec)))

    @staticmethod
    def heads(config, projection):
        return None


class Gpt2(Llama):
    name = "gpt2"
    modules = {"attn_qkv": "attn.c_attn", "attn_output": "attn.c_proj", "ffn_up": "mlp.c_fc", "ffn_down": "mlp.c_proj"}
    norms = {"attn_norm": "ln_1", "ffn_norm": "ln_2"}

    def build(self, spec):
        return transformers.GPT2LMHeadModel(transformers.GPT2Config(
            vocab_size=spec["vocab"], n_positions=spec["positions"], n_embd=spec["width"], n_layer=spec["layers"], n_head=spec["heads"],
            n_inner=spec["ff"], activation_function="gelu_new", layer_norm_epsilon=1e-5, tie_word_embeddings=spec["tied"],
            bos_token_id=None, eos_token_id=None, pad_token_id=None))

    @staticmethod
    def fill(name, parameter, noise):
        if parameter.dim() == 1:
            return 0.2 * noise + (0.0 if name.endswith("bias") else 1.0)
        return noise * (1.0 if "wte" in name else 0.5 if "wpe" in name else 1.2 / parameter.shape[0] ** 0.5)

    @staticmethod
    def layers(model):
        return model.transformer.h

    @staticmethod
    def final_norm(model):
        return model.transformer.ln_f

    @staticmethod
    def matrix(module):
        return module.weight.T

    @staticmethod
    def heads(config, projection):
        return None

    @staticmethod
    def keys(writer, config):
        writer.add_context_length(config.n_positions)
        writer.add_embedding_length(config.n_embd)
        writer.add_block_count(config.n_layer)
        writer.add_feed_forward_length(config.n_inner)
        writer.add_head_count(config.n_head)
        writer.add_layer_norm_eps(config.layer_norm_epsilon)
        writer.add_vocab_size(config.vocab_size)

    def tensors(self, model):
        body = model.transformer
        tensors = {"token_embd.weight": body.wte.weight, "position_embd.weight": body.wpe.weight,
                   "output_norm.weight": body.ln_f.weight, "output_norm.bias": body.ln_f.bias}
        if not model.config.tie_word_embeddings:
            tensors["output.weight"] = model.lm_head.weight
        for l, layer in enumerate(self.layers(model)):
            for name, path in {**self.norms, **self.modules}.items():
                module = layer.get_submodule(path)
                tensors[f"blk.{l}.{name}.weight"] = self.matrix(module) if name in self.modules else module.weight
                tensors[f"blk.{l}.{name}.bias"] = module.bias
        return tensors


ARCHITECTURES = {architecture.name: architecture() for architecture in (Llama, Qwen3, Gpt2)}


def random_model(spec):
    """A checkpoint of frozen random weights, and the generator that drew them."""
    architecture = ARCHITECTURES[spec["architecture"]]
    model = architecture.build(spec).float().eval()
    random = torch.Generator().manual_seed(spec["seed"])
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            parameter.copy_(architecture.fill(name, parameter, torch.randn(parameter.shape, generator=random)))
            parameter.requires_grad_(False)
    return architecture, model, random


def write_model(path, architecture, model, name):
    writer = gguf.GGUFWriter(path, architecture.name)
    writer.add_name(name)
    architecture.keys(writer, model.config)
    writer.add_tokenizer_model("none")
    for tensor_name, tensor in architecture.tensors(model).items():
        writer.add_tensor(tensor_name, numpy.ascontiguousarray(tensor.detach().numpy()))
    finish(writer)


def finish(writer):
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
