"""The other direction: what honest ways do to a file leaves it genuine."""

from __future__ import annotations

import email
import email.policy
import gzip
import io
import shutil
import tarfile
import zipfile
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path

import pytest

from tests.vectors.sealed_pdf import NOW, House, Sealed, sealed_pdf
from tests.vectors.timestamps import dss_added, timestamped
from tests.verifier.verdicts import assert_genuine
from verifier.document import verify_pdf
from verifier.trust_list import TrustList


def by_mail(data: bytes, place: Path) -> bytes:
    """As an attachment."""
    message = EmailMessage()
    message.set_content("Umowa w załączniku.")
    message.add_attachment(data, maintype="application", subtype="pdf", filename="umowa.pdf")
    sent = message.as_bytes(policy=email.policy.SMTP)
    received = email.message_from_bytes(sent, policy=email.policy.default)
    (attached,) = received.iter_attachments()
    return bytes(attached.get_payload(decode=True))


def by_zip(data: bytes, place: Path) -> bytes:
    """In an archive."""
    with zipfile.ZipFile(place / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("umowa.pdf", data)
    with zipfile.ZipFile(place / "a.zip") as archive:
        return archive.read("umowa.pdf")


def by_tar(data: bytes, place: Path) -> bytes:
    """In a compressed archive of another kind."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        entry = tarfile.TarInfo("umowa.pdf")
        entry.size = len(data)
        archive.addfile(entry, io.BytesIO(data))
    packed.seek(0)
    with tarfile.open(fileobj=packed) as archive:
        found = archive.extractfile("umowa.pdf")
        assert found is not None
        return found.read()


def by_copy(data: bytes, place: Path) -> bytes:
    """Copied on a disk."""
    (place / "a.pdf").write_bytes(data)
    shutil.copy(place / "a.pdf", place / "b.pdf")
    return (place / "b.pdf").read_bytes()


def by_compressed_download(data: bytes, place: Path) -> bytes:
    """Compressed on the way, as servers do."""
    return gzip.decompress(gzip.compress(data))


@pytest.mark.parametrize("way", [by_mail, by_zip, by_tar, by_copy, by_compressed_download])
def test_a_genuine_file_arrives_genuine(
    way: Callable[[bytes, Path], bytes],
    tmp_path: Path,
    sealed: Sealed,
    house: House,
    trust: TrustList,
) -> None:
    kept = timestamped(dss_added(sealed.data, house), house)
    for data in (sealed.data, kept, sealed_pdf(house, clients=2).data):
        assert_genuine(verify_pdf(way(data, tmp_path), trust, NOW))
    assert_genuine(verify_pdf(way(sealed.data, tmp_path), trust, NOW, text=sealed.text))
