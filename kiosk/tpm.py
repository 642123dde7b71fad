"""A secret sealed to this machine's TPM 2.0: another TPM, and so another machine, cannot open it.

    tpm = find_tpm(os.environ)             # None without a TPM
    blob = tpm.seal(secret)                # for a file; useless without this very TPM
    secret = tpm.unseal(blob)

Works through Debian's tpm2-tools, one short process for each step, since the kiosk needs the TPM
once at its start (decision 17). The parent is the ECC primary key of the owner hierarchy, which the
TPM makes from its own seed every time anew, so nothing has to be stored inside. No PCR is bound:
an update of the firmware must not shut the kiosk out. Between the TPM and the processor the secret
travels encrypted (a session salted with the primary key).
"""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from kiosk.errors import CredentialError

__all__ = ["Tpm", "find_tpm"]

FORMAT: Final = "sygnet-tpm/1"
DEVICE: Final = Path("/dev/tpmrm0")
"""The kernel's resource manager in front of the TPM."""
TOOLS: Final = (
    "tpm2_createprimary",
    "tpm2_create",
    "tpm2_load",
    "tpm2_unseal",
    "tpm2_startauthsession",
    "tpm2_sessionconfig",
    "tpm2_flushcontext",
)
TIMEOUT_SECONDS: Final = 60
"""A discrete TPM takes seconds for a primary key; one that hangs must not hang the kiosk."""
MAX_BLOB_BYTES: Final = 8192
"""A sealed 32-byte secret has about 400 bytes."""
MEMORY: Final = Path("/dev/shm")  # noqa: S108 - in memory; our folder there is made for us alone


class Tpm:
    """One TPM."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        """Name it: `TPM2TOOLS_TCTI` of the environment, else the kernel's device."""
        tcti = environment.get("TPM2TOOLS_TCTI") or f"device:{DEVICE}"
        path = environment.get("PATH") or os.defpath
        self._environment = {"PATH": path, "TPM2TOOLS_TCTI": tcti, "TSS2_LOG": "all+NONE"}

    def seal(self, secret: bytes) -> bytes:
        """Seal a secret of at most 128 bytes.

        Raises:
            CredentialError: code ``tpm_unavailable``.
        """
        with _folder() as name:
            folder = Path(name)
            self._primary(folder)
            create = ["tpm2_create", "-Q", "-C", "primary", "-g", "sha256", "-i", "-"]
            self._run(folder, [*create, "-u", "public", "-r", "private"], secret)
            parts = {part: (folder / part).read_bytes() for part in ("public", "private")}
        texts = {part: base64.b64encode(data).decode() for part, data in parts.items()}
        return json.dumps({"format": FORMAT, **texts}, sort_keys=True).encode() + b"\n"

    def unseal(self, blob: bytes) -> bytes:
        """Open what `seal` made.

        Raises:
            CredentialError: codes ``tpm_blob_unreadable`` (damaged file), ``tpm_unavailable`` (no
                answer) and ``tpm_refuses`` (another TPM, or one that was cleared).
        """
        public, private = _parts(blob)
        with _folder() as name:
            folder = Path(name)
            (folder / "public").write_bytes(public)
            (folder / "private").write_bytes(private)
            self._primary(folder)
            session = ["tpm2_startauthsession", "--hmac-session", "--tpmkey-context", "primary"]
            self._run(folder, [*session, "-S", "session"])
            self._run(folder, ["tpm2_sessionconfig", "session", "--enable-encrypt"])
            load = ["tpm2_load", "-Q", "-C", "primary", "-u", "public", "-r", "private"]
            try:
                self._run(folder, [*load, "-c", "object"])
                return self._run(folder, ["tpm2_unseal", "-c", "object", "-p", "session:session"])
            except CredentialError as error:
                raise CredentialError(
                    "tpm_refuses",
                    "This machine's TPM does not open the kiosk's secret.",
                    "The disk belongs to another machine, or the TPM was cleared: enrol anew.",
                ) from error
            finally:
                self._flush(folder, "session")

    def _primary(self, folder: Path) -> None:
        command = ["tpm2_createprimary", "-Q", "-C", "o", "-g", "sha256", "-G", "ecc"]
        self._run(folder, [*command, "-c", "primary"])

    def _run(self, folder: Path, command: list[str], given: bytes = b"") -> bytes:
        """Run one tool, then free what it left in a TPM without a resource manager."""
        try:
            done = subprocess.run(
                command,
                cwd=folder,
                env=self._environment,
                input=given,
                capture_output=True,
                timeout=TIMEOUT_SECONDS,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise _unavailable() from error
        self._flush(folder, "-t")
        if done.returncode != 0:
            raise _unavailable()
        return done.stdout

    def _flush(self, folder: Path, what: str) -> None:
        command = ["tpm2_flushcontext", "-Q", what]
        try:
            subprocess.run(
                command,
                cwd=folder,
                env=self._environment,
                capture_output=True,
                timeout=TIMEOUT_SECONDS,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise _unavailable() from error


def find_tpm(environment: Mapping[str, str]) -> Tpm | None:
    """The TPM of this machine when we may use it and have the tools for it, else None."""
    path = environment.get("PATH") or os.defpath
    if any(shutil.which(tool, path=path) is None for tool in TOOLS):
        return None
    if environment.get("TPM2TOOLS_TCTI") or os.access(DEVICE, os.R_OK | os.W_OK):
        return Tpm(environment)
    return None


def _folder() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(
        prefix="sygnet-tpm-", dir=MEMORY if os.access(MEMORY, os.W_OK) else None
    )


def _parts(blob: bytes) -> tuple[bytes, bytes]:
    try:
        if len(blob) > MAX_BLOB_BYTES:
            raise ValueError("too long")
        fields = json.loads(blob)
        if set(fields) != {"format", "public", "private"} or fields["format"] != FORMAT:
            raise ValueError("another format")
        public, private = (
            base64.b64decode(fields[part].encode("ascii"), validate=True)
            for part in ("public", "private")
        )
    except (ValueError, TypeError, AttributeError, RecursionError) as error:
        raise CredentialError(
            "tpm_blob_unreadable",
            "The file with the kiosk's sealed secret is damaged.",
            "Restore it from its backup, or enrol the kiosk anew.",
        ) from error
    return public, private


def _unavailable() -> CredentialError:
    return CredentialError(
        "tpm_unavailable",
        "This machine's TPM does not answer.",
        "Check that it is switched on in the firmware and that the kiosk's user is in group tss.",
    )
