"""What tests need of the trained model: a mark to skip where its files are absent."""

from __future__ import annotations

import pytest

from dealextract.encoder import find_model
from dealextract.errors import ModelNotFound


def has_model() -> bool:
    """True when the model's files are in the checkout or the package."""
    try:
        find_model()
    except ModelNotFound:
        return False
    return True


needs_model = pytest.mark.skipif(not has_model(), reason="the trained model's files are absent")
