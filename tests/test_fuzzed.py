"""What fuzzing found (benchmarks/fuzz.py), each input as it was or cut down."""

from __future__ import annotations

import pytest

from dealextract.archive.exports import split_europresse, split_factiva
from dealextract.errors import InvalidInput


@pytest.mark.parametrize("split", [split_europresse, split_factiva])
@pytest.mark.parametrize("data", [b"", b"<span class='DocPublicationName'>"])
def test_an_export_without_an_article(split, data):
    """It was a ValueError of `zip`, told to the user as such."""
    with pytest.raises(InvalidInput, match="no article in the export"):
        list(split(data))
