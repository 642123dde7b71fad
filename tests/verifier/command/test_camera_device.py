"""`--camera` through OpenCV's own Video4Linux code, on a camera that a small library plays.

No machine of ours has a camera, and none may load a kernel module; so open and ioctl of
/dev/video7 are answered by `fake_camera.c`, and everything above is what runs with a real one.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import qrcode

from tests.vectors.sealed_pdf import NOW, Sealed

SOURCE = Path(__file__).with_name("fake_camera.c")
HOUSE = Path(__file__).parents[3]
COMPILER = shutil.which("cc")
WIDTH, HEIGHT = 1280, 720

pytestmark = pytest.mark.skipif(
    COMPILER is None or sys.platform != "linux", reason="needs Linux and a C compiler"
)


@pytest.fixture(scope="module")
def camera(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The library that plays the camera."""
    built = tmp_path_factory.mktemp("camera") / "fake_camera.so"
    command = [str(COMPILER), "-shared", "-fPIC", "-Wall", "-Werror", "-O1", str(SOURCE)]
    subprocess.run([*command, "-o", str(built), "-ldl"], check=True)
    return built


def table(text: str | None = None) -> bytes:
    """A frame: a grey table, and a paper with a code on it, if any."""
    grey: Any = np.full((HEIGHT, WIDTH), 120, np.uint8)
    if text is not None:
        code = np.array(qrcode.make(text, box_size=7).convert("L"), np.uint8) // 255 * 160 + 50
        grey[60 : 60 + code.shape[0], 300 : 300 + code.shape[1]] = code
    frame = np.full((HEIGHT, WIDTH, 2), 128, np.uint8)
    frame[:, :, 0] = grey
    return frame.tobytes()


def look(desk: Path, camera: Path, film: bytes, **more: str) -> tuple[int, dict[str, Any]]:
    """What the command says: its exit code and its line of JSON."""
    (desk / "film").write_bytes(film)
    environment = {
        **os.environ,
        **more,
        "PYTHONPATH": str(HOUSE),
        "LD_PRELOAD": str(camera),
        "FAKE_FILM": str(desk / "film"),
    }
    command = ["--camera", "7", "--trust", str(desk / "trust"), "--at", NOW.isoformat(), "--json"]
    done = subprocess.run(
        [sys.executable, "-m", "verifier", *command],
        env=environment,
        capture_output=True,
        check=False,
        timeout=120,
        text=True,
    )
    return done.returncode, json.loads(done.stdout)


def test_a_code_is_read_as_soon_as_the_camera_sees_it(
    desk: Path, camera: Path, sealed: Sealed
) -> None:
    code, said = look(desk, camera, table() * 3 + table(sealed.text))
    assert (code, said["input"], said["outcome"]) == (0, "camera 7", "genuine")
    assert said["claims"]["number"] == sealed.claims.number


def test_a_camera_that_is_unplugged_is_said_to_be_lost(desk: Path, camera: Path) -> None:
    code, said = look(desk, camera, table(), FAKE_UNPLUG="3")
    assert (code, said["error"]["code"]) == (3, "camera_lost")
