"""The shipped weights are the ones that their card and meta.json name, and nothing in them is a pickle."""

import hashlib
import json

import pytest

from dealextract.encoder import SIZES, find_model
from dealextract.errors import ModelNotFound
from dealextract.relations import RELATIONS, SAME, Scorer


@pytest.fixture(params=SIZES)
def folder(request):
    try:
        return find_model(request.param)
    except ModelNotFound:
        pytest.skip("the model files are absent")


def test_hash_of_the_graph_is_the_one_stated(folder):
    digest = hashlib.sha256((folder / "model.onnx").read_bytes()).hexdigest()
    assert json.loads((folder / "meta.json").read_text())["sha256"] == digest
    assert digest in (folder / "README.md").read_text(encoding="utf-8")


def test_the_folder_holds_no_pickle(folder):
    suffixes = {path.suffix for path in folder.iterdir()}
    assert suffixes <= {".onnx", ".json", ".md", ".npz"}


def test_relations_are_plain_arrays_with_the_stated_hash(folder):
    path = folder / RELATIONS
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    assert json.loads((folder / "meta.json").read_text())["relations_sha256"] == digest
    assert digest in (folder / "README.md").read_text(encoding="utf-8")
    assert Scorer.load(path).out.shape[0] > SAME


def test_scores_are_calibrated(folder):
    lines = json.loads((folder / "meta.json").read_text())["calibration"]
    assert {"COMPANY", "HEDGE", "SOURCE", "attributions", "deals"} <= set(lines)
    assert all(slope > 0 for slope, _ in lines.values())  # the order of scores stays
