"""A real TPM 2.0 in software (swtpm) on a socket in a folder; each folder is another machine."""

from __future__ import annotations

import subprocess
from pathlib import Path
from types import TracebackType

__all__ = ["SoftwareTpm"]


class SoftwareTpm:
    """One TPM; runs while its `with` block lasts."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.socket = folder / "tpm"

    @property
    def environment(self) -> dict[str, str]:
        """What the kiosk's environment says about it."""
        return {"TPM2TOOLS_TCTI": f"swtpm:path={self.socket}"}

    def __enter__(self) -> SoftwareTpm:
        state = self.folder / "state"
        state.mkdir(exist_ok=True)
        command = ["swtpm", "socket", "--tpm2", "--daemon", "--tpmstate", f"dir={state}"]
        command += ["--server", f"type=unixio,path={self.socket}"]
        command += ["--ctrl", f"type=unixio,path={self.socket}.ctrl"]
        command += ["--pid", f"file={self.folder / 'pid'}"]
        command += ["--flags", "not-need-init,startup-clear"]
        subprocess.run(command, check=True, capture_output=True)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        pid = (self.folder / "pid").read_text().strip()
        subprocess.run(["kill", pid], check=True)
