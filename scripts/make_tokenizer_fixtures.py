#!/usr/bin/env python3
"""Makes the fixtures that tie our tokenizer to the `tokenizers` package: tests/fixtures/tokenizers/.

Needs a Python with tokenizers, and with jinja2 for --config. The fixtures are committed; only a change of them needs a run.

  make_tokenizer_fixtures.py fixtures              two small tokenizers trained here, 300 strings each, 20 compiler prompts
  make_tokenizer_fixtures.py strings --count 10000 --out DIR
                                                   as many strings for the committed tokenizers, for the opt-in test:
      PAW_TEST_TOKENIZER_STRINGS=DIR lm_test --gtest_filter='TokenizerJson.*'
  ... --tokenizer tokenizer.json --eos '<|im_end|>'   for a tokenizer of yours in place of the committed ones
  ... --every-character                               and every character of Unicode on top
  make_tokenizer_fixtures.py prompts --tokenizer F --config tokenizer_config.json --out FILE
                                                   compiler prompts rendered by that configuration's own chat template

NAME.tokenizer.json  qwen2: NFC and the word pattern of Qwen2/3, with added tokens and <prefix_1> .. <prefix_64>; gpt2: as GPT-2 has it
NAME.strings.jsonl   {"tokenizer", "eos"}, then {"text", "ids"} a line: what encode() gives with its defaults, special tokens parsed
qwen2.prompts.jsonl  {"spec", "pseudo", "think", "ids"} a line: the input of the LoRA compiler, put together with `tokenizers` alone

Strings that the package brings to another form C than Python does are left out and counted: its tables are those of Unicode 9.
"""

import argparse
import json
import pathlib
import random
import unicodedata

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

FIXTURES = pathlib.Path(__file__).resolve().parent.parent / "tests" / "fixtures" / "tokenizers"
QWEN2_PATTERN = (r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+")
CONTROL = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
PREFIXES = [f"<prefix_{i}>" for i in range(1, 65)]
END_OF_TEXT = {"qwen2": "<|im_end|>", "gpt2": "<|endoftext|>"}

WORDS = """the of and to in is that for it was on are as with his they at be this from have or by one had not but what all were when we
there can an your which their said if do will each about how up out them then she many some so these would other into has more her two
like him see time could no make than first been its who now people my made over did down only way find use may water long little very
after words called just where most know label classify return exactly message customer order invoice shipping refund urgent spam sentiment
positive negative neutral extract normalise date format JSON output input example task answer only either weather schedule
meeting""".split()
SCRIPTS = [(0x0370, 0x03FF), (0x0400, 0x04FF), (0x0530, 0x058F), (0x0590, 0x05FF), (0x0600, 0x06FF), (0x0900, 0x097F), (0x0980, 0x09FF),
           (0x0B80, 0x0BFF), (0x0E00, 0x0E7F), (0x0F00, 0x0FFF), (0x1000, 0x109F), (0x10A0, 0x10FF), (0x1100, 0x11FF), (0x1200, 0x137F),
           (0x13A0, 0x13FF), (0x1780, 0x17FF), (0x1E00, 0x1EFF), (0x1F00, 0x1FFF), (0x2100, 0x214F), (0x2150, 0x218F), (0x2460, 0x24FF),
           (0x3040, 0x30FF), (0x3100, 0x312F), (0x4E00, 0x9FFF), (0xA000, 0xA48F), (0xAC00, 0xD7A3), (0xF900, 0xFAFF), (0xFB00, 0xFB4F),
           (0xFF00, 0xFFEF), (0x10400, 0x1044F), (0x1D400, 0x1D7FF), (0x20000, 0x2A6DF), (0x31350, 0x323AF)]
SPACES = "\t\n\v\f\r \x1c\x1f\x85\xa0\u1680\u180e\u2000\u2003\u200a\u200b\u2028\u2029\u202f\u205f\u2060\u3000\ufeff"
EMOJI = ["\U0001F600", "\U0001F44D\U0001F3FD", "\U0001F469\u200d\U0001F4BB", "\U0001F1E9\U0001F1EA", "\u2764\ufe0f", "1\ufe0f\u20e3"]
MARKS = [chr(c) for c in range(0x300, 0x370)] + ["\u0591", "\u05b4", "\u064b", "\u0651", "\u093c", "\u094d", "\u0e38", "\u3099", "\u20d0"]
CODE = ["for (int i = 0; i < n; ++i) { x[i] += y; }", "def f(a, b=None):\n    return a if b is None else b", "SELECT * FROM t WHERE id=42;",
        '{"name":"x_y","values":[1,2.5,null,true],"s":"a\\"b"}', "https://example.org/a?b=c&d=%20#e", "<div class='a'>&amp;</div>",
        "git commit -m 'fix: #123'", "x = 0xFFu; // comment\r\n", "| a | b |\n|---|---|\n| 1 | 2 |", "C:\\dir\\file.txt",
        "a@b.co; +1-555-0100"]
ENDINGS = ["'s", "'t", "'re", "'ve", "'m", "'ll", "'d", "'S", "'LL", "'Re", "'\u017f", "\u2019s", "'x", "''"]


def word(r):
    """A word of the list, of made-up syllables, or of one script, in some case."""
    kind = r.random()
    if kind < 0.6:
        text = r.choice(WORDS)
    elif kind < 0.8:
        vowels = ["a", "e", "i", "o", "u", "\u00e9", "\u00fc", "o\u0302"]
        text = "".join(r.choice("bcdfgklmnprstvz") + r.choice(vowels) for _ in range(r.randint(1, 4)))
    else:
        first, last = r.choice(SCRIPTS)
        text = "".join(chr(r.randint(first, last)) for _ in range(r.randint(1, 6)))
    return r.choice([str, str, str, str.upper, str.title])(text)


def number(r):
    return r.choice([str(r.randint(0, 99999)), f"{r.random() * 1000:.2f}", f"{r.randint(1, 999)},{r.randint(0, 999):03d}",
                     f"{r.randint(1, 12)}/{r.randint(1, 28)}/2026",
                     "\u0663\u0664", "\u00bd", "\u2167", "\uff11\uff12", f"v{r.randint(0, 9)}.{r.randint(0, 20)}.{r.randint(0, 9)}"])


def character(r):
    """Any character: assigned or not, never a surrogate."""
    while True:
        point = r.choice([r.randint(0, 0x7F), r.randint(0x80, 0x7FF), r.randint(0x800, 0xFFFF), r.randint(0x10000, 0x10FFFF)])
        if not 0xD800 <= point < 0xE000:
            return chr(point)


def piece(r, specials):
    """One ingredient of a string."""
    kind = r.random()
    if kind < 0.45:
        return r.choice(["", " ", " ", " "]) + word(r) + (r.choice(ENDINGS) if r.random() < 0.1 else "")
    if kind < 0.55:
        return r.choice(["", " "]) + number(r)
    if kind < 0.65:
        return r.choice([".", ",", "!", "?", ":", ";", "...", " - ", " (", ")", '"', "\u201c", "\u3002", "/", "--", "==",
                         "\u2026", "\u20ac", "!\n\n", ".\r\n"])
    if kind < 0.72:
        return "".join(r.choice(SPACES if r.random() < 0.3 else " \n\t") for _ in range(r.randint(1, 5)))
    if kind < 0.76:
        return r.choice(EMOJI)
    if kind < 0.84:
        base = r.choice("aeiouAONcsSg<>=\u0915\u05d0\u0627\u1100\u1161\uac00\u212b\u1e9b\u304b")
        return base + "".join(r.choice(MARKS) for _ in range(r.randint(1, 5)))
    if kind < 0.87:
        return unicodedata.normalize(r.choice(["NFC", "NFD"]), word(r) + "\u1ed7 \u00c5ngstr\u00f6m \ud55c\uae00")
    if kind < 0.91:
        return r.choice(CODE)
    if kind < 0.95:
        token = r.choice(specials)
        return r.choice([token, token, token + r.choice(MARKS), token[:r.randint(1, len(token))], token.upper(), " " + token])
    return "".join(character(r) for _ in range(r.randint(1, 6)))


def make_string(r, specials):
    if r.random() < 0.02:
        return r.choice(["", " ", "\n", "a" * r.randint(20, 200), " " * r.randint(10, 100), "\n" * r.randint(2, 20), "!" * 40,
                         "\u0301" * 20])
    return "".join(piece(r, specials) for _ in range(r.choice([1, 2, 4, 8, 8, 16, 30])))


def every_character():
    """Strings that hold every character once between letters, digits and signs."""
    points = [p for p in range(0x110000) if not 0xD800 <= p < 0xE000]
    for at in range(0, len(points), 128):
        yield "".join(f"x{chr(p)}y {chr(p)}.{chr(p)}1" for p in points[at:at + 128])


def train(name):
    """A small tokenizer with the steps of its family."""
    tokenizer = Tokenizer(models.BPE())
    byte_level = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=name == "gpt2")
    if name == "qwen2":
        tokenizer.normalizer = normalizers.NFC()
        split = pre_tokenizers.Split(Regex(QWEN2_PATTERN), "isolated", invert=False)
        tokenizer.pre_tokenizer = pre_tokenizers.Sequence([split, byte_level])
    else:
        tokenizer.pre_tokenizer = byte_level
    tokenizer.post_processor = processors.ByteLevel(trim_offsets=False)
    tokenizer.decoder = decoders.ByteLevel()
    r = random.Random(f"train {name}")
    trainer = trainers.BpeTrainer(vocab_size=1200, show_progress=False, initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
                                  special_tokens=["<|endoftext|>"] if name == "gpt2" else [])
    tokenizer.train_from_iterator([make_string(r, ["."]) for _ in range(3000)], trainer)
    if name == "qwen2":
        tokenizer.add_special_tokens(CONTROL)
        tokenizer.add_tokens([AddedToken(text, normalized=False) for text in ["<think>", "</think>"]])
        tokenizer.add_special_tokens(PREFIXES)
    return tokenizer


def write_lines(path, rows):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row, separators=(",", ":")) + "\n" for row in rows), encoding="utf-8")
    print(f"{path}: {len(rows)} lines")


def write_strings(path, tokenizer, tokenizer_file, eos, seed, count, extra=()):
    r = random.Random(seed)
    specials = [token.content for token in tokenizer.get_added_tokens_decoder().values()] or ["."]
    texts = [make_string(r, specials) for _ in range(count)] + list(extra)
    if tokenizer.normalizer is not None:
        kept = [text for text in texts if tokenizer.normalizer.normalize_str(text) == unicodedata.normalize("NFC", text)]
        print(f"{len(texts) - len(kept)} of {len(texts)} strings left out: another form C")
        texts = kept
    rows = [{"text": text, "ids": tokenizer.encode(text).ids} for text in texts]
    write_lines(path, [{"tokenizer": str(tokenizer_file), "eos": eos}] + rows)


def render(spec, think, config):
    """The chat rendering of the minimal compiler prompt: by a configuration's template, else the turn written out."""
    content = f"[SPEC]\n{spec}\n[END_SPEC]\n\n[PSEUDO_PROGRAM]"
    if config is None:
        return f"<|im_start|>user\n{content}<|im_end|>\n<|im_start|>assistant\n" + ("<think>\n\n</think>\n\n" if think else "")
    import jinja2  # pylint: disable=import-outside-toplevel
    environment = jinja2.Environment(trim_blocks=True, lstrip_blocks=True)
    options = {"enable_thinking": False} if think else {}
    messages = [{"role": "user", "content": content}]
    return environment.from_string(config["chat_template"]).render(messages=messages, add_generation_prompt=True, **options)


def write_prompts(path, tokenizer, eos, config=None):
    r = random.Random("prompts")
    rows = []
    for index in range(20):
        spec = "".join(piece(r, ["."]) for _ in range(r.randint(1, 30)))
        demonstrations = "\n\n".join(f"Input:{piece(r, ['.'])}\nOutput:{piece(r, ['.'])}" for _ in range(3))
        task = "".join(piece(r, ["."]) for _ in range(12))
        pseudo = f"[PSEUDO_PROGRAM]\nTask:{task}\n\nExamples:\n{demonstrations}\n[END_PSEUDO_PROGRAM]"
        think = index % 2 == 1
        ids = tokenizer.encode(render(spec, think, config)).ids + tokenizer.encode(pseudo, add_special_tokens=False).ids
        prefixes = [tokenizer.token_to_id(name) for name in PREFIXES]
        rows.append({"spec": spec, "pseudo": pseudo, "think": think, "ids": ids + [tokenizer.token_to_id(eos)] + prefixes})
    write_lines(path, rows)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["fixtures", "strings", "prompts"])
    parser.add_argument("--count", type=int, default=300)
    parser.add_argument("--out", type=pathlib.Path)
    parser.add_argument("--tokenizer", type=pathlib.Path)
    parser.add_argument("--config", type=pathlib.Path)
    parser.add_argument("--eos", default="<|im_end|>")
    parser.add_argument("--every-character", action="store_true")
    options = parser.parse_args()
    if options.what == "fixtures":
        for name, eos in END_OF_TEXT.items():
            tokenizer = train(name)
            FIXTURES.mkdir(parents=True, exist_ok=True)
            (FIXTURES / f"{name}.tokenizer.json").write_text(tokenizer.to_str(pretty=False), encoding="utf-8")
            write_strings(FIXTURES / f"{name}.strings.jsonl", tokenizer, f"{name}.tokenizer.json", eos, f"fixture {name}", options.count)
            if name == "qwen2":
                write_prompts(FIXTURES / "qwen2.prompts.jsonl", tokenizer, eos)
        return
    if options.out is None:
        parser.error("--out is needed")
    if options.what == "prompts":
        tokenizer = Tokenizer.from_file(str(options.tokenizer))
        tokenizer.add_special_tokens(PREFIXES)
        config = json.loads(options.config.read_text(encoding="utf-8")) if options.config else None
        write_prompts(options.out, tokenizer, options.eos, config)
        return
    files = {"own": (options.tokenizer, options.eos)} if options.tokenizer else {
        name: (FIXTURES / f"{name}.tokenizer.json", eos) for name, eos in END_OF_TEXT.items()}
    for name, (file, eos) in files.items():
        extra = every_character() if options.every_character else ()
        tokenizer = Tokenizer.from_file(str(file))
        write_strings(options.out / f"{name}.strings.jsonl", tokenizer, file.resolve(), eos, f"strings {name}", options.count, extra)


if __name__ == "__main__":
    main()
