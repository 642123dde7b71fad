"""What finishing a document of 80 MB takes in memory, at its peak, in a process of its own.

Head office's part (normalising, preparing, the director's signature) holds a document whole and is
done in another process first, so that it does not count.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from tests.bench.measure import Row

__all__ = ["memory_rows"]

HOUSE: Final = Path(__file__).parents[2]
BUDGET_MB: Final = 100
PAGES: Final = 40
SCAN_BYTES: Final = 2_000_000
"""Of each page: noise, which no filter makes smaller."""


def memory_rows(folder: Path) -> list[Row]:
    """Peak of resident memory (VmHWM) of fill + sign + seal, and with its verification."""
    place = folder / "memory"
    place.mkdir()
    _run("prepare", place)
    made, verified = (int(line) for line in _run("finish", place).split())
    size = (place / "director.pdf").stat().st_size // 10**6
    return [
        Row(
            f"{what}, {size} MB: peak of resident memory",
            f"{peak} MB",
            f"<= {BUDGET_MB} MB",
            peak <= BUDGET_MB,
        )
        for what, peak in (
            ("fill + sign + seal", made),
            ("  the same with self-verification", verified),
        )
    ]


def _run(part: str, place: Path) -> str:
    command = [sys.executable, "-m", "tests.bench.memory", part, str(place)]
    environment = {**os.environ, "PYTHONPATH": str(HOUSE)}
    done = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, text=True)
    return done.stdout


def _prepare(place: Path) -> None:
    """Head office's part: the document that the director signed, and whatever the kiosk needs."""
    import pikepdf

    from signing.timestamp_tokens import KioskTimeStamper
    from tests.signing.house import context, director_signed, house, plain_plan, typed_answers
    from tests.signing.inputs import changed, paper

    def scan(document: pikepdf.Pdf) -> None:
        for page in document.pages:
            noise = document.make_stream(os.urandom(SCAN_BYTES))
            noise.Type, noise.Subtype = pikepdf.Name.XObject, pikepdf.Name.Image
            noise.Width, noise.Height = SCAN_BYTES // 3, 1
            noise.ColorSpace, noise.BitsPerComponent = pikepdf.Name.DeviceRGB, 8
            page.obj.Resources.XObject = pikepdf.Dictionary(Im0=noise)

    director_signed(changed(paper(PAGES), scan), place)
    kiosk = house().kiosk
    assert isinstance(kiosk.timestamper, KioskTimeStamper)
    service = kiosk.timestamper.identity
    keys = [_pem(each) for each in (kiosk.ca_key, kiosk.seal_key, service.key)]
    holders = (kiosk.ca_certificate, kiosk.seal_certificate, service.certificate, *kiosk.chain)
    certificates = [each.public_bytes(Encoding.PEM) for each in holders]
    packed = (keys, certificates, plain_plan(), typed_answers(), context())
    (place / "packed").write_bytes(pickle.dumps(packed))


def _finish(place: Path) -> None:
    """The kiosk's part; prints the peak before its verification and after it, in megabytes."""
    from cryptography import x509

    from signing.identities import KioskIdentity, SigningIdentity
    from signing.timestamp_tokens import KioskTimeStamper

    keys, certificates, plan, answers, context = pickle.loads(  # noqa: S301 - written just above
        (place / "packed").read_bytes()
    )
    loaded: list[Any] = [load_pem_private_key(each, None) for each in keys]
    ca, seal, time, *above = (x509.load_pem_x509_certificate(each) for each in certificates)
    chain = tuple(above)
    service = KioskTimeStamper(SigningIdentity(loaded[2], time, chain))
    kiosk = KioskIdentity("k1", "Kiosk", loaded[0], ca, loaded[1], seal, chain, service)
    completion: Any = import_module("signing.completion")
    verify = completion.verify_pdf

    def verify_later(*given: Any) -> Any:
        print(_peak_mb())
        return verify(*given)

    completion.verify_pdf = verify_later
    now = context.director.signed_at
    completion.complete(
        place / "director.pdf", place / "sealed.pdf", plan, 0, answers, kiosk, context, now
    )
    print(_peak_mb())


def _pem(key: Any) -> bytes:
    made: bytes = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return made


def _peak_mb() -> int:
    """Highest resident size of this process so far, in megabytes; Linux tells it in kilobytes."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) // 1024
    raise RuntimeError("the kernel does not tell the peak of resident memory")


if __name__ == "__main__":
    {"prepare": _prepare, "finish": _finish}[sys.argv[1]](Path(sys.argv[2]))
