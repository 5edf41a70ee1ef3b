"""Make the model folder that ships: one int8 ONNX graph, tokenizer and meta.json.

    python models/training/export.py --run runs/NAME --out models/fr-en --version 0.1.0 \
        --calibrate corpora/fr/train/fr-w8.jsonl corpora/en/train/en-w8.jsonl [--fp32]

Encoder and heads are one graph with input `input_ids` [1, pieces] (int64) and output `logits`
[1, pieces, columns] (float32); columns follow `meta.json: heads`, then come the queries and keys of the relations. With texts to calibrate on (any articles, only
`text` is read), channels that stand out are evened out first, and int8 reads nearer to fp32.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import shutil
import tempfile
from pathlib import Path

import onnx
import torch
from data import load_records
from distil import load_network
from graph import make_graph, make_scorer
from history import list_runs, list_stages
from onnxruntime.quantization import QuantType, quantize_dynamic
from smooth import smooth
from targets import HEADS
from tokenizers import Tokenizer

from dealextract.encoder import encode_lines
from dealextract.relations import RELATIONS

CALIBRATION = 60  # articles at most


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--run", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--version", required=True)
    parser.add_argument("--overlap", type=int, default=96, help="word pieces that neighbouring windows share")
    parser.add_argument("--window", type=int, help="word pieces in a window; default: as trained")
    parser.add_argument("--calibrate", type=Path, nargs="*", default=[], help="articles that set the scales")
    parser.add_argument("--fp32", action="store_true", help="leave the graph in fp32")
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    network = load_network(args.run)
    graph = make_graph(network)
    settings = json.loads((args.run / "run.json").read_text())["settings"]
    window = args.window or settings["window"]
    if args.calibrate:
        tokenizer = Tokenizer.from_file(str(args.run / "tokenizer.json"))
        texts = [record["text"] for record in load_records(args.calibrate)]
        every = max(1, len(texts) // CALIBRATION)
        smooth(graph, [encode_lines(tokenizer, text)[0][:window] for text in texts[::every]])
    ids = torch.tensor([[0, 10, 11, 12, 2]])
    with tempfile.TemporaryDirectory() as folder:
        full = Path(folder) / "full.onnx"
        torch.onnx.export(
            graph,
            (ids,),
            str(full),
            input_names=["input_ids"],
            output_names=["logits"],
            dynamic_axes={"input_ids": {1: "pieces"}, "logits": {1: "pieces"}},
            opset_version=17,
            dynamo=False,
        )
        target = args.out / "model.onnx"
        if args.fp32:
            shutil.copy(full, target)
        else:
            # The attention node is none of ONNX's own: its output's type is not inferred.
            quantize_dynamic(
                str(full),
                str(target),
                weight_type=QuantType.QInt8,
                per_channel=True,
                op_types_to_quantize=["MatMul"],
                extra_options={"DefaultTensorType": onnx.TensorProto.FLOAT},
            )
    if network.relations:
        make_scorer(network.relations).save(args.out / RELATIONS)
    shutil.copy(args.run / "tokenizer.json", args.out / "tokenizer.json")
    meta = {
        "version": args.version,
        "languages": ["fr", "en"],
        "heads": {name: list(types) for name, types in HEADS.items()},
        "window": window,
        "overlap": args.overlap,
        "attention_heads": graph.blocks[0].heads,
        "layers": network.encoder.config.num_hidden_layers,
        "sha256": hashlib.sha256(target.read_bytes()).hexdigest(),
    }
    meta["stages"] = list_stages(list_runs(args.run))
    if network.relations:
        meta["relations_sha256"] = hashlib.sha256((args.out / RELATIONS).read_bytes()).hexdigest()
    (args.out / "meta.json").write_text(json.dumps(meta, indent=1) + "\n")
    print(f"{target}: {target.stat().st_size / 1e6:.1f} MB, sha256 {meta['sha256']}")


if __name__ == "__main__":
    main()
