"""What the verifier's tests share: one house, one sealed file, made once."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
import qrcode

from tests.vectors.attacks import junk_after_end
from tests.vectors.sealed_pdf import House, Sealed, sealed_pdf
from tests.vectors.trust_files import Publisher
from verifier.trust_list import TrustList


@pytest.fixture(scope="session")
def house() -> House:
    """An office with one kiosk."""
    return House()


@pytest.fixture(scope="session")
def sealed(house: House) -> Sealed:
    """A genuine sealed file."""
    return sealed_pdf(house)


@pytest.fixture(scope="session")
def trust(house: House) -> TrustList:
    """The office's trust list, two hours old."""
    return house.trust()


@pytest.fixture
def desk(tmp_path: Path, house: House, sealed: Sealed, trust: TrustList) -> Path:
    """A folder with a genuine and a forged file, a picture and the trust list."""
    folder = tmp_path / "trust"
    folder.mkdir()
    for name, data in Publisher(trust).files().items():
        (folder / name).write_bytes(data)
    (tmp_path / "signed.pdf").write_bytes(sealed.data)
    (tmp_path / "forged.pdf").write_bytes(junk_after_end(sealed, house))
    (tmp_path / "other.pdf").write_bytes(b"%PDF-1.7\n")
    made = qrcode.make(sealed.text, error_correction=qrcode.constants.ERROR_CORRECT_M)
    cv2.imwrite(str(tmp_path / "qr.png"), np.array(made.convert("L"), dtype=np.uint8))
    return tmp_path
