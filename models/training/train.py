"""Fine-tune the tagger.

    python models/training/train.py --encoder PATH_OR_HUB_NAME --train corpora/fr/train corpora/en/train \
        [--train more.jsonl] [--lists FOLDER] [--dev gold.jsonl ...] --out runs/NAME

Writes `weights.pt` (training only, never shipped), `tokenizer.json` and `run.json`; `export.py` makes
the model folder that ships. A checkpoint is written after every epoch.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from pathlib import Path

import torch
from augment import augment, load_media, load_names
from data import IGNORE, batches, cut, load_records
from desks import vary
from distil import distance, divergence, load_network, plain_examples, shrink
from evaluate import evaluate
from network import TaggerNetwork, load_encoder, loss_of
from partial import core_examples, uner_examples
from relations import Relations, gather
from targets import HEADS, ROWS
from tokenizers import Tokenizer

from dealextract.encoder import encode_lines


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--encoder", required=True)
    parser.add_argument("--tokenizer", type=Path, help="tokenizer.json; default: the encoder's")
    parser.add_argument("--train", nargs="+", action="extend", type=Path, required=True)
    parser.add_argument("--dev", nargs="*", type=Path, default=[])
    parser.add_argument("--share", type=float, default=1.0, help="part of the training articles to use")
    parser.add_argument(
        "--lists", type=Path, help="folder with sp500.csv, listed_companies.tsv and medias_francais.tsv"
    )
    parser.add_argument("--core", type=Path, help="core.jsonl of CORE, names only")
    parser.add_argument("--uner", type=Path, help="a UNER .iob2 file, persons and places only")
    parser.add_argument("--partial", type=int, default=400, help="sentences of each partial set in an epoch")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--epochs", type=int, default=8)
    parser.add_argument("--layers", type=int, help="keep so many of the encoder's lowest layers")
    parser.add_argument("--start", type=Path, help="run folder to go on from")
    parser.add_argument("--teacher", type=Path, help="run folder of a larger network to learn from as well")
    parser.add_argument(
        "--keep", help="layers of --start or the teacher to begin with, as 0,2,4; default: all"
    )
    parser.add_argument(
        "--plain", nargs="*", type=Path, default=[], help="unlabelled text, for the teacher only"
    )
    parser.add_argument("--plain-share", type=int, default=400, help="windows of unlabelled text in an epoch")
    parser.add_argument("--truth", type=float, default=0.5, help="weight of gold beside the teacher")
    parser.add_argument("--heat", type=float, default=2.0, help="temperature of the teacher's logits")
    parser.add_argument(
        "--own", nargs="*", choices=list(HEADS), default=[], help="heads that the teacher does not teach"
    )
    parser.add_argument("--alike", type=float, default=1.0, help="weight of the teacher's last layer")
    parser.add_argument("--relations", type=float, default=1.0, help="weight of the relations of triggers")
    parser.add_argument("--only", nargs="+", choices=list(HEADS), help="heads to learn; default: all")
    parser.add_argument("--embeddings", action="store_true", help="train the word embeddings too")
    parser.add_argument("--lr", type=float, default=1.5e-4)
    parser.add_argument("--head-lr", type=float, default=1e-3)
    parser.add_argument("--relations-lr", type=float, default=3e-3)
    parser.add_argument("--window", type=int, default=446)
    parser.add_argument("--pieces", type=int, default=1024, help="word pieces in a batch")
    parser.add_argument("--dropout", type=float, default=0.1)
    parser.add_argument("--average", type=float, default=0.998, help="decay of the moving average of weights")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--evaluate-every", type=int, default=2)
    return parser.parse_args()


def load_tokenizer(encoder: str, path: Path | None) -> Tokenizer:
    """The tokenizer of a file, of a local encoder, or of one on the hub."""
    path = path or Path(encoder) / "tokenizer.json"
    return Tokenizer.from_file(str(path)) if path.is_file() else Tokenizer.from_pretrained(encoder)


def collate(group: list, rows: int, length: int) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Ids, mask [rows, length] and labels [rows, ROWS, length]; special pieces and padding are masked."""
    ids = torch.ones(rows, length, dtype=torch.long)
    mask = torch.zeros(rows, length, dtype=torch.long)
    mask[:, 0] = 1
    labels = torch.full((rows, len(ROWS), length), IGNORE)
    for at, (pieces, targets, _) in enumerate(group):
        ids[at, : len(pieces) + 2] = torch.tensor([0, *pieces, 2])
        mask[at, : len(pieces) + 2] = 1
        labels[at, :, 1 : len(pieces) + 1] = torch.tensor(targets)
    return ids, mask, labels


def keep_layers(network: TaggerNetwork, keep: str | None, dropout: float) -> TaggerNetwork:
    """A copy with the layers of a list such as "0,2,4", or with all of them."""
    depth = network.encoder.config.num_hidden_layers
    return shrink(network, [int(at) for at in keep.split(",")] if keep else range(depth), dropout)


def main() -> None:
    args = parse()
    rng = random.Random(args.seed)
    torch.manual_seed(args.seed)
    args.out.mkdir(parents=True, exist_ok=True)
    tokenizer = load_tokenizer(args.encoder, args.tokenizer)
    tokenizer.no_truncation()
    tokenizer.no_padding()
    tokenizer.save(str(args.out / "tokenizer.json"))
    records = load_records(args.train)
    records = random.Random(args.seed).sample(records, round(args.share * len(records)))
    dev = {path.stem: load_records([path]) for path in args.dev}
    names = load_names(args.lists) if args.lists else []
    media = load_media(args.lists) if args.lists else []
    extra = [core_examples(args.core, tokenizer)] if args.core else []
    extra += [uner_examples(args.uner, tokenizer)] if args.uner else []
    shares = [args.partial] * len(extra)
    if args.plain:
        extra, shares = [*extra, plain_examples(args.plain, tokenizer)], [*shares, args.plain_share]
    teacher = load_network(args.teacher) if args.teacher else None
    if args.start:
        network = keep_layers(load_network(args.start), args.keep, args.dropout)
    elif teacher is None:
        network = TaggerNetwork(load_encoder(args.encoder, args.layers), args.dropout)
    else:
        network = keep_layers(teacher, args.keep, args.dropout)
    network.encoder.embeddings.word_embeddings.weight.requires_grad_(args.embeddings)
    left_out = [at for at, head in enumerate(ROWS) if args.only and head not in args.only]
    network.encoder.config.save_pretrained(args.out)
    if network.relations is None:  # a run from before there were any
        network.relations = Relations(network.encoder.config.hidden_size)
    head, relations = list(network.heads.parameters()), list(network.relations.parameters())
    body = [p for p in network.encoder.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(
        [
            {"params": body, "lr": args.lr},
            {"params": head, "lr": args.head_lr},
            {"params": relations, "lr": args.relations_lr},
        ],
        weight_decay=0.01,
    )
    pieces = sum(len(encode_lines(tokenizer, r["text"])[0]) for r in records)
    pieces += sum(
        min(share, len(x)) * sum(len(e[0]) for e in x) // len(x)
        for share, x in zip(shares, extra, strict=True)
    )
    steps = max(1, int(args.epochs * pieces / (args.pieces * 0.8)))
    warm = max(1, steps // 10)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda s: min((s + 1) / warm, max(0.02, (steps - s) / max(1, steps - warm)))
    )
    average = torch.optim.swa_utils.AveragedModel(
        network, multi_avg_fn=torch.optim.swa_utils.get_ema_multi_avg_fn(args.average)
    )
    log, began, step = [], time.time(), 0
    for epoch in range(1, args.epochs + 1):
        network.train()
        examples = [
            e
            for r in records
            for e in cut(vary(augment(r, names, media, rng), rng), tokenizer, args.window, rng)
        ]
        for share, items in zip(shares, extra, strict=True):
            examples += rng.sample(items, min(share, len(items)))
        total = 0.0
        for group, rows, length in batches(examples, args.pieces, rng):
            ids, mask, labels = collate(group, rows, length)
            labels[:, left_out] = IGNORE
            with torch.autocast("cpu", dtype=torch.bfloat16):
                hidden = network.read(ids, mask)
                dropped = network.dropout(hidden)
                logits = network.heads(dropped)
                table = network.relations.project(dropped)
            loss = loss_of(logits, labels)
            pairs = gather([links for _, _, links in group])
            if pairs is not None:
                loss = loss + args.relations * network.relations.loss(table, pairs)
            if teacher is not None:
                with torch.no_grad(), torch.autocast("cpu", dtype=torch.bfloat16):
                    deeper = teacher.read(ids, mask)
                    taught = teacher.heads(deeper)
                loss = args.truth * loss + divergence(logits, taught, mask, args.heat, args.own)
                loss = loss + args.alike * distance(hidden, deeper, mask)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
            schedule.step()
            average.update_parameters(network)
            step += 1
            total += float(loss.detach())
            if step % 20 == 0:
                print(
                    f"step {step}/{steps} loss {float(loss.detach()):.3f} {time.time() - began:.0f} s",
                    flush=True,
                )
        entry = {
            "epoch": epoch,
            "step": step,
            "loss": total / max(1, step),
            "seconds": round(time.time() - began),
        }
        torch.save(average.module.state_dict(), args.out / "weights.pt")
        if dev and (epoch % args.evaluate_every == 0 or epoch == args.epochs):
            entry["dev"] = {
                name: evaluate(average.module, tokenizer, gold, args.window) for name, gold in dev.items()
            }
        log.append(entry)
        print(json.dumps(entry), flush=True)
        settings = {
            k: (str(v) if isinstance(v, Path) else [str(x) for x in v] if isinstance(v, list) else v)
            for k, v in vars(args).items()
        }
        (args.out / "run.json").write_text(
            json.dumps(
                {
                    "settings": settings,
                    "documents": len(records),
                    "distinct": len({r["id"] for r in records}),  # a file given twice counts once
                    "pieces": pieces,
                    "log": log,
                },
                indent=1,
            )
        )


if __name__ == "__main__":
    main()
