"""Cleaned pictures in the PDF: small, in their true size where it is known, never cut."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pikepdf
import pypdfium2
import pytest

from signing.client import sign_as_client
from signing.fields import Placement
from signing.handwriting import Typeface
from signing.marks import ClientAnswers, TypedMark
from signing.one_shot import make_one_shot
from signing.picture_objects import MAX_OBJECT_BYTES
from signing.pictures import StampPicture, clean_stamp
from signing.true_size import true_size_mm
from tests.signing import inputs
from tests.signing.house import NOW, director_signed, house, plain_plan
from tests.signing.paper_scenes import BLUE, RED, Scene
from tests.signing.stamp_art import stamp_art
from verifier.pdfium_lock import PDFIUM_LOCK
from verifier.token import Proof

POINTS_PER_MM = 72 / 25.4
ROUND = Scene(stamp_art("round"), RED, shadow=0.3, noise=5, quality=60)
COMPANY = Scene(stamp_art("company"), BLUE, turn=5)


def stamped(stamp: StampPicture, place: Placement, folder: Path) -> Path:
    """A document that a client has signed and stamped."""
    plan = plain_plan()
    client = replace(
        plan.clients[0], signature=Placement(0, 60, 100, 200, 90), stamp=place, fields=()
    )
    plan = replace(plan, clients=(client,))
    source, target = director_signed(inputs.blank(), folder, plan), folder / "stamped.pdf"
    identity = make_one_shot(client.name, Proof.ID_DOCUMENT, house().kiosk, NOW)
    answers = ClientAnswers({}, stamp.png, TypedMark("Anna", Typeface.CAVEAT))
    sign_as_client(source, target, plan, 0, answers, identity, NOW)
    return target


def image_bytes(path: Path) -> list[int]:
    """How many bytes each image of the file takes."""
    with pikepdf.open(path) as pdf:
        streams = [one for one in pdf.objects if isinstance(one, pikepdf.Stream)]
        return [len(one.read_raw_bytes()) for one in streams if one.get("/Subtype") == "/Image"]


def inked(path: Path, place: Placement, scale: float = 4) -> tuple[float, float]:
    """Width and height, in points, of what is drawn in the place."""
    with PDFIUM_LOCK:
        document = pypdfium2.PdfDocument(path.read_bytes())
        document.init_forms()
        page = document[0]
        right = page.get_width() - place.x - place.width
        top = page.get_height() - place.y - place.height
        cut = page.render(scale=scale, crop=(place.x, place.y, right, top)).to_numpy()
        document.close()
    rows, columns = np.where(cut.min(axis=2) < 200)
    return (
        (columns.max() + 1 - columns.min()) / scale,
        (rows.max() + 1 - rows.min()) / scale,
    )


@pytest.mark.parametrize("scene", [ROUND, COMPANY], ids=["round and noisy", "company"])
def test_a_stamp_takes_little_room_in_the_file(scene: Scene, tmp_path: Path) -> None:
    path = stamped(clean_stamp(scene.photograph()), Placement(0, 300, 300, 200, 150), tmp_path)
    parts = image_bytes(path)
    assert len(parts) == 2
    assert sum(parts) <= MAX_OBJECT_BYTES


def test_a_stamp_of_known_scale_is_drawn_in_its_true_size(tmp_path: Path) -> None:
    stamp = clean_stamp(COMPANY.photograph(), mm_per_picture_width=148 / 1.25)
    place = Placement(0, 250, 300, 300, 200)
    width, height = inked(stamped(stamp, place, tmp_path), place)
    size = true_size_mm(stamp.png)
    assert size is not None
    assert width == pytest.approx(60 * POINTS_PER_MM, rel=0.02)
    assert height == pytest.approx(26 * POINTS_PER_MM, rel=0.04)


def test_a_place_smaller_than_the_stamp_makes_it_smaller_and_cuts_nothing(tmp_path: Path) -> None:
    stamp = clean_stamp(COMPANY.photograph(), mm_per_picture_width=148 / 1.25)
    place = Placement(0, 250, 300, 100, 70)
    width, height = inked(stamped(stamp, place, tmp_path), place)
    assert 96 < width <= 100.5
    assert height == pytest.approx(width * 26 / 60, rel=0.05)


def test_a_stamp_of_unknown_scale_fills_its_place(tmp_path: Path) -> None:
    place = Placement(0, 250, 300, 300, 200)
    width, _ = inked(stamped(clean_stamp(COMPANY.photograph()), place, tmp_path), place)
    assert 290 < width <= 300.5
