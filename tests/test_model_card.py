"""The shipped weights are the ones that their card and meta.json name, and nothing in them is a pickle."""

import hashlib
import json

import pytest

from dealextract.encoder import find_model
from dealextract.errors import ModelNotFound

try:
    FOLDER = find_model()
except ModelNotFound:
    pytest.skip("the model files are absent", allow_module_level=True)


def test_hash_of_the_graph_is_the_one_stated():
    digest = hashlib.sha256((FOLDER / "model.onnx").read_bytes()).hexdigest()
    assert json.loads((FOLDER / "meta.json").read_text())["sha256"] == digest
    assert digest in (FOLDER / "README.md").read_text(encoding="utf-8")


def test_the_folder_holds_no_pickle():
    suffixes = {path.suffix for path in FOLDER.iterdir()}
    assert suffixes <= {".onnx", ".json", ".md"}
