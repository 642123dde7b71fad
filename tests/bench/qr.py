"""What reading QR codes costs and how much is read: our cascade against single decoders.

A folder of pictures (`name.png` or `name.jpg`, each with `name.txt` or `name.bin`, what its code
holds) gives the table of decoders and the times on frames of 1280 x 720. Without one, pictures are
drawn and spoilt here (`tests.bench.qr_pictures`): the budget is about real ones, so it is not
judged by those, but the decoders can be seen at work.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import qrcode
import zxingcpp
from pyzbar import pyzbar

from tests.bench.measure import Row
from tests.bench.qr_pictures import generated_pictures
from verifier.qr_reading import text_in_grey

__all__ = ["Decoder", "generated_table", "qr_rows", "qr_table"]

FRAME = (1280, 720)
TIME_BUDGET = 1.2
POINTS_BUDGET = 1.0
SUFFIXES = {".png", ".jpg", ".jpeg"}


@dataclass
class Decoder:
    """A way of reading, and how it did."""

    name: str
    """What it is called in the table."""
    read: Callable[[Any], str | None]
    """Text of the code in a grey picture."""
    texts: dict[str, str | None] = field(default_factory=dict)
    """What it read, by picture."""
    seconds: list[float] = field(default_factory=list)
    """How long each picture took."""

    def right(self, labels: dict[str, set[str]]) -> float:
        """Percentage of the pictures read as their labels say."""
        right = sum(self.texts[name] in labels[name] for name in labels)
        return 100 * right / len(labels)

    def wrong(self, labels: dict[str, set[str]]) -> list[str]:
        """Pictures from which another text was read."""
        return [name for name in labels if (text := self.texts[name]) and text not in labels[name]]


def qr_table(folder: Path) -> tuple[list[str], list[Row]]:
    """The table of all decoders on a folder of pictures, and the lines for the budgets."""
    return _table(*_corpus(folder), real=True)


def generated_table() -> tuple[list[str], list[Row]]:
    """The same on pictures drawn here, which no budget is about; the times are on drawn frames."""
    pictures, labels = {}, {}
    for name, picture, text in generated_pictures():
        pictures[name], labels[name] = picture, {text}
    lines, (counted, _) = _table(pictures, labels, real=False)
    return ["QR pictures that were generated, not taken:", *lines], [counted, *qr_rows()]


def _table(
    pictures: dict[str, Any], labels: dict[str, set[str]], *, real: bool
) -> tuple[list[str], list[Row]]:
    decoders = _decoders()
    for name, grey in pictures.items():
        for decoder in decoders:
            decoder.read(grey)  # whoever is first would pay for bringing the pixels near
            start = time.process_time()
            text = decoder.read(grey)
            decoder.seconds.append(time.process_time() - start)
            decoder.texts[name] = None if text is None else _plain(text)
    lines = [
        f"{'decoder':<24}{'right %':>8}{'any text %':>12}{'median ms':>11}  other than labelled"
    ]
    for decoder in decoders:
        any_text = 100 * sum(bool(text) for text in decoder.texts.values()) / len(labels)
        milliseconds = 1000 * statistics.median(decoder.seconds)
        wrong = " ".join(decoder.wrong(labels)[:4])
        lines.append(
            f"{decoder.name:<24}{decoder.right(labels):>8.1f}{any_text:>12.1f}"
            f"{milliseconds:>11.2f}  {wrong}".rstrip()
        )
    ours, *others = decoders
    best = max(others, key=lambda each: each.right(labels))
    gain = ours.right(labels) - best.right(labels)
    rows = [
        Row(
            f"QR: {'' if real else 'generated '}pictures read right, of {len(labels)},"
            f" against {best.name}",
            f"{ours.right(labels):.1f} % against {best.right(labels):.1f} %",
            f">= +{POINTS_BUDGET:g} pt" if real else "",
            gain >= POINTS_BUDGET if real else None,
        )
    ]
    zxing = next(each for each in decoders if each.name == "zxing-cpp")
    readable = [grey for name, grey in pictures.items() if zxing.texts[name]]
    return lines, [*rows, _time_row([_framed(grey) for grey in readable])]


def qr_rows() -> list[Row]:
    """The times alone, on frames drawn here."""
    text = "HTTPS://SYGNET.EXAMPLE/C#" + str(int.from_bytes(b"\xd2" + bytes(range(256)), "big"))
    made = np.array(qrcode.make(text, box_size=6).convert("L"), np.uint8)
    random = np.random.default_rng(20)
    frames = []
    for blur, noise in ((0.5, 2.0), (0.8, 6.0), (1.0, 10.0), (1.2, 4.0)):
        for turn in (0.0, 8.0, 30.0):
            centre = (made.shape[1] / 2, made.shape[0] / 2)
            matrix = cv2.getRotationMatrix2D(centre, turn, 1)
            size = (made.shape[1], made.shape[0])
            turned = cv2.warpAffine(made, matrix, size, borderValue=(255,))
            soft = cv2.GaussianBlur(_framed(turned), (0, 0), blur).astype(np.float64)
            noisy = np.clip(soft + random.normal(0, noise, soft.shape), 0, 255)
            frames.append(noisy.astype(np.uint8))
    return [_time_row(frames)]


def _time_row(frames: list[Any], rounds: int = 7) -> Row:
    """Ours against zxing-cpp, in turns, frame by frame, on those frames that it reads."""
    ratios, ours_ms, theirs_ms = [], [], []
    for frame in frames:
        if _zxing(frame) is None:
            continue
        pairs = []
        for number in range(rounds):
            order = (text_in_grey, _zxing) if number % 2 else (_zxing, text_in_grey)
            spent = {}
            for read in order:
                start = time.process_time()
                read(frame)
                spent[read] = time.process_time() - start
            pairs.append((spent[text_in_grey], spent[_zxing]))
        ratios.append(statistics.median(ours / theirs for ours, theirs in pairs))
        ours_ms.append(1000 * statistics.median(ours for ours, _ in pairs))
        theirs_ms.append(1000 * statistics.median(theirs for _, theirs in pairs))
    ratio = sum(ours_ms) / sum(theirs_ms)
    return Row(
        f"QR: time on {len(ratios)} readable frames of 1280 x 720 / zxing-cpp",
        f"{ratio:.2f} x, median {statistics.median(ratios):.2f} x"
        f" ({statistics.mean(ours_ms):.1f} ms / {statistics.mean(theirs_ms):.1f} ms)",
        f"<= {TIME_BUDGET:g} x",
        max(ratio, statistics.median(ratios)) <= TIME_BUDGET,
    )


def _corpus(folder: Path) -> tuple[dict[str, Any], dict[str, set[str]]]:
    """Pictures in grey, and for each the texts that are right."""
    pictures, labels = {}, {}
    for path in sorted(folder.iterdir()):
        known = [path.with_suffix(suffix) for suffix in (".txt", ".bin")]
        known = [each for each in known if each.exists()]
        if path.suffix.lower() in SUFFIXES and known:
            pictures[path.name] = cv2.imread(str(path), cv2.IMREAD_GRAYSCALE)
            data = known[0].read_bytes()
            labels[path.name] = {
                _plain(data.decode(encoding, "replace"))
                for encoding in ("utf-8", "latin-1", "shift_jis")
            }
    if not pictures:
        raise SystemExit(f"There are no pictures with .txt or .bin beside them in {folder}.")
    return pictures, labels


def _plain(text: str) -> str:
    """A text without what text files change: line ends, and space around it."""
    return text.replace("\r\n", "\n").strip()


def _framed(grey: Any) -> Any:
    """A picture as a camera's frame shows it."""
    scale = min(FRAME[0] / grey.shape[1], FRAME[1] / grey.shape[0])
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    fitted = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=how)
    frame = np.full((FRAME[1], FRAME[0]), 128, np.uint8)
    top, left = (FRAME[1] - fitted.shape[0]) // 2, (FRAME[0] - fitted.shape[1]) // 2
    frame[top : top + fitted.shape[0], left : left + fitted.shape[1]] = fitted
    return frame


_QR_ONLY = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode])


def _zxing(grey: Any) -> str | None:
    found = zxingcpp.read_barcodes(grey, formats=_QR_ONLY, text_mode=zxingcpp.TextMode.Plain)
    return next((each.text for each in found if each.valid), None)


def _zbar(grey: Any) -> str | None:
    found = pyzbar.decode(grey, symbols=[pyzbar.ZBarSymbol.QRCODE])
    return next((each.data.decode("utf-8", "replace") for each in found), None)


def _by_opencv(detector: Any) -> Callable[[Any], str | None]:
    def read(grey: Any) -> str | None:
        try:
            return detector.detectAndDecode(grey)[0] or None
        except (UnicodeDecodeError, cv2.error):  # its binding fails on other encodings
            return None

    return read


def _decoders() -> list[Decoder]:
    return [
        Decoder("verifier.qr_reading", text_in_grey),
        Decoder("zxing-cpp", _zxing),
        Decoder("pyzbar", _zbar),
        Decoder("OpenCV QRCodeDetector", _by_opencv(cv2.QRCodeDetector())),
        Decoder("OpenCV ...Aruco", _by_opencv(cv2.QRCodeDetectorAruco())),
    ]
