"""The measuring itself: ratios, tables and the QR bench on pictures made here."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
import qrcode

from tests.bench import qr
from tests.bench.measure import Paired, Row, paired, row, table
from tests.bench.qr import qr_table
from tests.bench.qr_pictures import generated_pictures
from verifier.qr_reading import text_in_grey


def work(times: int) -> int:
    """Something that takes time in proportion."""
    return sum(number * number for number in range(4000 * times))


def test_a_ratio_is_that_of_the_work() -> None:
    measured = paired(lambda: work(6), lambda: work(2), rounds=9)
    assert 2.0 < measured.ratio < 4.5
    assert measured.thing_ms > measured.yardstick_ms > 0


def test_the_table_says_which_budget_is_kept() -> None:
    measured = Paired(1.5, 0.1, 3.0, 2.0)
    lines = list(table([row("a", measured, 2), row("b", measured, 1), Row("c", "x", "", None)]))
    assert lines[0].startswith("a  1.50 x ±0.10 (3.0 ms / 2.0 ms)")
    assert [line.endswith("kept") for line in lines] == [True, False, False]
    assert [line.endswith("OVER") for line in lines] == [False, True, False]


def test_the_qr_table_counts_right_and_other_texts(tmp_path: Path) -> None:
    for name, text in (("one", "menu"), ("two", "HTTPS://SYGNET.EXAMPLE/C#210")):
        picture = np.array(qrcode.make(text).convert("L"), np.uint8)
        cv2.imwrite(str(tmp_path / f"{name}.png"), picture)
        (tmp_path / f"{name}.txt").write_text(f"{text}\r\n", encoding="utf-8")
    cv2.imwrite(str(tmp_path / "unlabelled.png"), np.zeros((50, 50), np.uint8))
    (tmp_path / "one.txt").write_text("another", encoding="utf-8")
    lines, rows = qr_table(tmp_path)
    ours = next(line for line in lines if line.startswith("verifier"))
    assert ours.split()[1:3] == ["50.0", "100.0"]
    assert ours.endswith("one.png")
    assert rows[0].kept is False  # every decoder reads them
    assert "of 2" in rows[0].what


def test_generated_pictures_are_the_same_every_time_and_judge_no_budget(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    first, again = (list(generated_pictures()) for _ in range(2))
    assert len({name for name, _, _ in first}) == len(first) == 80
    for (name, one, text), (_, other, _) in zip(first, again, strict=True):
        assert np.array_equal(one, other), name
        if name.endswith("-1"):  # the mildest degree of every damage is read
            assert text_in_grey(one) == text, name
    monkeypatch.setattr(qr, "generated_pictures", lambda: first[:2])
    monkeypatch.setattr(qr, "qr_rows", list)
    lines, (counted,) = qr.generated_table()
    assert "generated" in lines[0]
    assert "of 2" in counted.what
    assert counted.kept is None


def test_a_folder_without_labels_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SystemExit):
        qr_table(tmp_path)
