"""For the tests of networks: an independent implementation."""

from __future__ import annotations

import pytest


@pytest.fixture
def monai():
    return pytest.importorskip("monai.networks.nets.basic_unet", reason="monai is not installed")
