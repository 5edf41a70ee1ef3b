"""Turn a pipeline trained by `spacy train` into a run folder that `export.py`, `card.py` and `train.py` read.

python models/training/from_spacy.py --pipeline training/model-best --out runs/NAME
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import spacy
import spacy_code
import torch
from network import TaggerNetwork
from thinc.api import PyTorchShim

WINDOW = 446  # word pieces that the run time reads at once


def find_heads(nlp: Any) -> spacy_code.Heads:
    """The torch heads inside the pipeline's trainable tagger."""
    for node in nlp.get_pipe("tagger").model.walk():
        for shim in node.shims:
            if isinstance(shim, PyTorchShim) and isinstance(shim._model, spacy_code.Heads):
                return shim._model
    raise ValueError("the pipeline's tagger holds no heads: expected a pipeline of configs/tagger.cfg")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--pipeline", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    nlp = spacy.load(args.pipeline)
    encoder, heads = nlp.get_pipe("transformer").model.transformer, find_heads(nlp)
    encoder.pooler = None
    network = TaggerNetwork(encoder, relations=False)  # the spaCy route teaches the heads alone
    with torch.no_grad():
        network.heads.weight.copy_(heads.linear.weight * spacy_code.BOOST)
        network.heads.bias.copy_(heads.linear.bias * spacy_code.BOOST)
    args.out.mkdir(parents=True, exist_ok=True)
    torch.save(network.state_dict(), args.out / "weights.pt")
    encoder.config.save_pretrained(args.out)
    nlp.get_pipe("transformer").model.tokenizer.backend_tokenizer.save(str(args.out / "tokenizer.json"))
    settings = {"window": WINDOW, "config": json.loads(json.dumps(nlp.config, default=str))}
    (args.out / "run.json").write_text(json.dumps({"settings": settings, "log": []}, indent=1))
    print(f"{args.out}: {encoder.config.num_hidden_layers} layers")


if __name__ == "__main__":
    main()
