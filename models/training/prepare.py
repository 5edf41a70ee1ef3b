"""Make the encoder folder that training starts from: weights, config, and a tokenizer that keeps line ends.

    python models/training/prepare.py --encoder PATH_OR_HUB_NAME --out encoder [--cut text.jsonl ... [--keep 2]]

A line end becomes a separator piece, in training as at run time: the tokenizer alone would turn it into a space
and lose where a headline stops. With `--cut` the vocabulary shrinks to the pieces that occur at least `--keep` times in
the given texts (.jsonl with `text`, .conllu, .txt), single characters and specials stay; embeddings shrink along.
That is how a multilingual encoder becomes a French–English one of a third of the size.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer
from transformers import AutoModel, PreTrainedTokenizerFast

SPECIALS = {"bos_token": "<s>", "cls_token": "<s>", "eos_token": "</s>", "sep_token": "</s>", "pad_token": "<pad>",
            "unk_token": "<unk>", "mask_token": "<mask>"}  # fmt: skip
LINE_END = {"type": "Replace", "pattern": {"Regex": "\\s*\\n\\s*"}, "content": "</s>"}


def read_texts(paths: Sequence[Path]) -> Iterator[str]:
    """The texts of .jsonl (`text`), .conllu (`# text =`) and .txt files; raises FileNotFoundError."""
    for path in paths:
        if not path.exists():
            raise FileNotFoundError(f"text for the vocabulary not found: {path}")
        rows = path.read_text(encoding="utf-8").splitlines()
        if path.suffix == ".jsonl":
            yield from (json.loads(row)["text"] for row in rows)
        elif path.suffix == ".conllu":
            yield from (row.removeprefix("# text = ") for row in rows if row.startswith("# text = "))
        else:
            yield from rows


def keep_line_ends(table: dict[str, Any]) -> dict[str, Any]:
    """The tokenizer's JSON with a rule that turns line ends into its separator; twice is as once."""
    rules = (
        table["normalizer"]["normalizers"]
        if table["normalizer"]["type"] == "Sequence"
        else [table["normalizer"]]
    )
    if LINE_END not in rules:
        rules = [LINE_END, *rules]
    for token in table["added_tokens"]:
        token["normalized"] = token["content"] == "</s>"  # found in the text as the rule leaves it
    return {**table, "normalizer": {"type": "Sequence", "normalizers": rules}}


def cut_vocabulary(
    table: dict[str, Any], texts: Iterator[str], least: int
) -> tuple[dict[str, Any], list[int]]:
    """The tokenizer's JSON with fewer pieces, and the old ids of those that stay, in their new order."""
    tokenizer = Tokenizer.from_str(json.dumps(table))
    seen: Counter[int] = Counter()
    for text in texts:
        seen.update(tokenizer.encode(text, add_special_tokens=False).ids)
    vocabulary = table["model"]["vocab"]
    special = {token["id"] for token in table["added_tokens"]}
    kept = [
        at for at, (piece, _) in enumerate(vocabulary)
        if at in special or seen[at] >= least or len(piece.removeprefix("▁")) <= 1
    ]  # fmt: skip
    new = {old: at for at, old in enumerate(kept)}
    model = {
        **table["model"],
        "vocab": [vocabulary[at] for at in kept],
        "unk_id": new[table["model"]["unk_id"]],
    }
    tokens = [{**token, "id": new[token["id"]]} for token in table["added_tokens"]]
    return {**table, "model": model, "added_tokens": tokens}, kept


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--encoder", required=True, help="hub name or folder")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--cut", nargs="*", type=Path, default=[])
    parser.add_argument("--keep", type=int, default=2)
    args = parser.parse_args()
    local = Path(args.encoder) / "tokenizer.json"
    tokenizer = (
        Tokenizer.from_file(str(local)) if local.is_file() else Tokenizer.from_pretrained(args.encoder)
    )
    tokenizer.no_truncation()
    tokenizer.no_padding()
    table = json.loads(tokenizer.to_str())
    encoder = AutoModel.from_pretrained(args.encoder, torch_dtype=torch.float32, add_pooling_layer=False)
    if args.cut:
        table, kept = cut_vocabulary(table, read_texts(args.cut), args.keep)
        weights = encoder.embeddings.word_embeddings.weight.detach()[kept].clone()
        encoder.resize_token_embeddings(len(kept))
        encoder.embeddings.word_embeddings.weight.data.copy_(weights)
        encoder.config.vocab_size = len(kept)
    args.out.mkdir(parents=True, exist_ok=True)
    encoder.save_pretrained(args.out)
    ready = Tokenizer.from_str(json.dumps(keep_line_ends(table)))
    PreTrainedTokenizerFast(tokenizer_object=ready, model_max_length=512, **SPECIALS).save_pretrained(
        args.out
    )
    print(f"{args.out}: {ready.get_vocab_size()} pieces, {encoder.config.num_hidden_layers} layers")


if __name__ == "__main__":
    main()
