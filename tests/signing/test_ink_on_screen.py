"""The screen's ink and the PDF's ink are the same curve, number for number.

The kiosk's own script runs here in the Node.js that Playwright brings along, without a browser.
"""

from __future__ import annotations

import json
import math
import random
import subprocess
from pathlib import Path

import playwright
import pytest

import signing.ceremony
from signing.ink import Ink, InkPoint, outline
from signing.outlines import ClosePath, CurveTo, LineTo, MoveTo

NODE = Path(playwright.__file__).parent / "driver" / "node"
SCRIPT = Path(signing.ceremony.__file__).parent / "static" / "ink.js"
PROGRAM = """
const { strokeOutline } = await import(process.argv[1]);
const { width, strokes } = JSON.parse(process.argv[2]);
const drawn = [];
const sink = {
  moveTo: (...p) => drawn.push(["m", ...p]),
  lineTo: (...p) => drawn.push(["l", ...p]),
  bezierCurveTo: (...p) => drawn.push(["c", ...p]),
  closePath: () => drawn.push(["h"]),
};
for (const stroke of strokes) strokeOutline(stroke, width, sink);
console.log(JSON.stringify(drawn));
"""


def hand(seed: int) -> Ink:
    """Loops, corners, a pause, a dot; jittered and unevenly sampled, with and without pressure."""
    chance = random.Random(seed)
    strokes, t = [], 0.0
    for number in range(4):
        points, x, y, heading = [], chance.uniform(50, 600), chance.uniform(40, 200), 0.0
        for _ in range(1 if number == 3 else 150):
            t += chance.choice((1, 4, 5, 8, 8.3, 40))
            pressure = 0.0 if seed % 2 else chance.uniform(0, 1)
            points.append(InkPoint(round(x, 2), round(y, 2), t, pressure))
            heading += chance.gauss(0.1, 0.5)
            stride = chance.uniform(0, 9)
            x, y = x + stride * math.cos(heading), y + stride * math.sin(heading)
        strokes.append(tuple(points))
    return Ink(tuple(strokes), 760.0, 240.0, 120.0)


@pytest.mark.parametrize("seed", range(4))
def test_the_screen_draws_what_the_pdf_holds(seed: int) -> None:
    ink = hand(seed)
    run = subprocess.run(
        [NODE, "--input-type=module", "-e", PROGRAM, SCRIPT.as_uri(), ink.to_json()],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert run.returncode == 0, run.stderr
    expected: list[list[object]] = []
    for operator in outline(ink).operators:
        if isinstance(operator, MoveTo):
            expected.append(["m", operator.x, operator.y])
        elif isinstance(operator, LineTo):
            expected.append(["l", operator.x, operator.y])
        elif isinstance(operator, CurveTo):
            o = operator
            expected.append(["c", o.x1, o.y1, o.x2, o.y2, o.x, o.y])
        elif isinstance(operator, ClosePath):
            expected.append(["h"])
    drawn = json.loads(run.stdout)
    assert [step[0] for step in drawn] == [step[0] for step in expected]
    for shown, held in zip(drawn, expected, strict=True):
        assert shown[1:] == pytest.approx(held[1:], abs=1e-6)
