"""A real PKCS#11 token in software (SoftHSM), in a folder of its own for this process."""

from __future__ import annotations

import os
import subprocess
import tempfile
from pathlib import Path

__all__ = ["MODULE", "PIN", "new_token", "tokens_folder"]

MODULE = Path("/usr/lib/softhsm/libsofthsm2.so")
PIN = "1234"


def tokens_folder() -> Path:
    """Where the tokens lie. The library reads its configuration once in a process' life."""
    found = os.environ.get("SOFTHSM2_CONF")
    if not found:
        folder = Path(tempfile.mkdtemp(prefix="sygnet-softhsm-"))
        (folder / "tokens").mkdir()
        configuration = folder / "softhsm2.conf"
        configuration.write_text(
            f"directories.tokendir = {folder / 'tokens'}\nobjectstore.backend = file\n"
        )
        os.environ["SOFTHSM2_CONF"] = found = str(configuration)
    return Path(found).parent / "tokens"


def new_token(label: str) -> Path:
    """Make a token; returns its folder, which is "pulled out" by renaming it away."""
    tokens = tokens_folder()
    before = set(tokens.iterdir())
    command = ["softhsm2-util", "--init-token", "--free", "--label", label]
    subprocess.run([*command, "--pin", PIN, "--so-pin", "5678"], check=True, capture_output=True)
    (made,) = set(tokens.iterdir()) - before
    return made
