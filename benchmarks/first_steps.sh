#!/usr/bin/env bash
# What a new user waits for, from a fresh clone of this checkout, in seconds of the clock:
#   bash benchmarks/first_steps.sh
# The clone is made in a temporary folder and removed; packages come from pip's index or cache.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
TIMEFORMAT='  %0R s'

step() {
    echo "$1"
    shift
    time "$@" > "$work/out" 2> "$work/err" || { cat "$work/err" >&2; exit 1; }
}

step "clone" git clone --quiet "$root" "$work/clone"
cd "$work/clone"
step "install and first extraction (make demo)" make demo
head -q -n 25 corpora/*/train/*-w[12].jsonl > "$work/archive.jsonl"  # four files
step "pandas, for tables" .venv/bin/python -m pip install --quiet '.[tables]'
table='import json, sys, dealextract
found = list(dealextract.pipe(map(json.loads, open(sys.argv[1], encoding="utf-8"))))
dealextract.frame(found, "deals").to_csv(sys.argv[2], index=False)'
step "a table of deals over 100 articles" .venv/bin/python -c "$table" "$work/archive.jsonl" "$work/deals.csv"
echo "  $(($(wc -l < "$work/deals.csv") - 1)) lines"
head -n 20 "$work/archive.jsonl" > "$work/gold.jsonl"
step "a first evaluation, 20 gold articles" .venv/bin/dealextract evaluate "$work/gold.jsonl"
step "a page of an article" .venv/bin/dealextract show dealextract/examples/fr-investment.txt --out "$work/page.html"
