"""The power goes, for real (SIGKILL), before every single change of the disk that signing makes.

Head office's director signing and the kiosk's sealing run with their real stores; `write_calls`
stops them at each write, rename, sync, making and removing of files, and kills the process there.
Then the program starts again on what is left, and finds either the unsigned document, ready to be
signed again, or the complete signed one.

The disk then has all that was written, or has lost in one of four ways what nobody had forced onto
it (`tests.power_cut.unsynced`). Once a signature has been announced, no loss may take it back.

A run has about a hundred such moments. The suite tries every `EVERY`th, and fewer for each loss;
`SYGNET_EVERY_WRITE=1` tries all of them with every loss.
"""

from __future__ import annotations

import io
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils.reader import PdfFileReader
from sqlalchemy import select

from kiosk.application import create_app, parts_of, stop
from kiosk.document_files import BlobKind
from office import tables
from office.authorities import certificates_of
from office.director_desk import request_director_code, sign_documents
from office.documents import find_document
from office.head_office import HeadOffice, open_head_office
from office.history import Actor
from office.lifecycle import State
from office.people import Person, find_person
from office.preparation import NewDocument, create_document, send_to_director
from office.settings import Settings as OfficeSettings
from office.signing_order import NewClient
from office.work import tick
from tests.kiosk.client import EVIDENCE, answers, arrive
from tests.kiosk.company import CLIENT, Company
from tests.kiosk.machine import START, Machine
from tests.power_cut.cuts import (
    WHOLE,
    KioskToCut,
    Victims,
    assert_no_bare_key,
    assert_outcomes,
    files_below,
    kiosk_settings,
    moments,
)
from tests.power_cut.unsynced import Loss
from tests.signing.inputs import paper
from tests.world import Mailbox, World
from verifier.document import verify_pdf
from verifier.trust_list import KeyRole
from verifier.verdict import Outcome


def assert_valid_to_others(pdf: bytes, root: x509.Certificate, at: datetime) -> None:
    """pdfsig, openssl and qpdf find one good signature over a clean file, all of it covered."""
    with tempfile.TemporaryDirectory() as name:
        file, covered, contents, trusted = (Path(name) / part for part in ("f", "b", "c", "r"))
        file.write_bytes(pdf)
        trusted.write_bytes(root.public_bytes(Encoding.PEM))
        (signature,) = PdfFileReader(io.BytesIO(pdf)).embedded_signatures
        start, first, second, length = (int(part) for part in signature.byte_range)
        covered.write_bytes(pdf[start : start + first] + pdf[second : second + length])
        padded = bytes(signature.pkcs7_content)
        contents.write_bytes(padded[: 4 + int.from_bytes(padded[2:4], "big")])
        commands: list[list[str | Path]] = [
            ["pdfsig", "-nocert", file],
            ["openssl", "cms", "-verify", "-binary", "-inform", "DER", "-in", contents,
             "-content", covered, "-CAfile", trusted, "-purpose", "any",
             "-attime", str(int(at.timestamp()) + 1), "-out", f"{name}/verified"],
            ["qpdf", "--check", file],
        ]  # fmt: skip
        said = [
            subprocess.run(each, capture_output=True, text=True, check=False, timeout=60).stdout
            for each in commands
        ]
        assert said[0].count("Signature is Valid.") == 1
        assert said[0].count("Total document signed") == 1
        assert (Path(name) / "verified").read_bytes() == covered.read_bytes()
        assert "No syntax or stream encoding errors found" in said[2]


# -- the kiosk ---------------------------------------------------------------------------------


@pytest.fixture
def kiosk_victims() -> Iterator[Victims]:
    victims = Victims("kiosk")
    yield victims
    victims.close()


def test_a_kiosk_cut_at_any_write_has_signed_wholly_or_not_at_all(
    tmp_path: Path, kiosk_victims: Victims
) -> None:
    kiosk = KioskToCut(tmp_path, kiosk_victims, arrive)

    def was_signed(folder: Path) -> bool:
        after = KioskAfter(folder, kiosk.machine, kiosk.company, kiosk.record.document_id)
        return after.was_signed()

    def cut(number: int, loss: Loss) -> tuple[bool, dict[str, Any]]:
        return kiosk.cut(number, loss, was_signed)

    signed, run = cut(WHOLE, Loss.NOTHING)
    assert signed
    assert len(run["calls"]) > 20, "the changes of the disk are not seen"
    for loss in Loss:
        chosen = moments(len(run["calls"]), 1, loss)
        assert_outcomes([cut(number, loss)[0] for number in chosen], chosen)


class KioskAfter:
    """A kiosk that is switched on again after a cut."""

    def __init__(self, folder: Path, machine: Machine, company: Company, document_id: str) -> None:
        self._folder = folder
        self._document_id = document_id
        self._app = create_app(kiosk_settings(folder), machine.time(), company.client())
        self._parts = parts_of(self._app)

    def was_signed(self) -> bool:
        """Check everything, sign if it was not signed, check again, and switch it off.

        Returns:
            Whether it was signed before.
        """
        store, desk = self._parts.terminal.store, self._parts.desk
        signed = bool(store.rows("SELECT 1 FROM sealed"))
        self._assert_tidy()
        if not signed:
            assert store.rows("SELECT 1 FROM outbox_blob") == []
            assert store.rows("SELECT state FROM document") == [("due",)]
            progress = desk.load(self._document_id)
            assert progress is not None
            assert progress.values["city"]
            desk.seal(self._document_id, answers(), EVIDENCE)
        self._assert_signed_once()
        self._assert_tidy()
        stop(self._app)
        return signed

    def _assert_tidy(self) -> None:
        named = set(self._parts.terminal.documents.files.named())
        there = {path.name for path in (self._folder / "kiosk" / "documents").iterdir()}
        assert there == named
        assert files_below(self._folder / "working") == set()
        for path in files_below(self._folder / "kiosk"):
            assert not path.name.startswith("."), path
            assert not path.name.endswith(".part"), path
            content = path.read_bytes()
            assert b"%PDF-" not in content, path
            assert CLIENT.encode() not in content, path

    def _assert_signed_once(self) -> None:
        store = self._parts.terminal.store
        ((sha256,),) = store.rows("SELECT pdf_sha256 FROM sealed")
        assert store.rows("SELECT sha256 FROM outbox_blob") == [(sha256,)]
        assert store.rows("SELECT 1 FROM code_key") == []
        assert store.rows("SELECT state FROM document") == [("signed",)]
        files = self._parts.terminal.documents.files
        pdf = files.read(self._document_id, BlobKind.SIGNED_PDF)
        assert pdf is not None
        trust = self._parts.terminal.trust.current()
        assert verify_pdf(pdf, trust, self._parts.desk.now()).outcome is Outcome.GENUINE


# -- head office -------------------------------------------------------------------------------


@pytest.fixture
def office_victims() -> Iterator[Victims]:
    victims = Victims("office")
    yield victims
    victims.close()


def test_a_director_cut_at_any_write_has_signed_wholly_or_not_at_all(
    tmp_path: Path, office_victims: Victims
) -> None:
    original = tmp_path / "original"
    with World(original, lambda: START) as world:
        document_id = waiting_for_the_director(world)
        request_director_code(world.office, world.director, [document_id], START)
        world.run_jobs()
        code = world.mailbox.latest_code(to=world.director.email)
    order = {
        "office": world.office.settings.public_url,
        "document": document_id,
        "director": world.director.id,
        "code": code,
        "wall": START.isoformat(),
    }

    def cut(number: int, loss: Loss) -> tuple[bool, dict[str, Any]]:
        folder = tmp_path / f"cut{number}{loss.value}"
        shutil.copytree(original / "office", folder / "office")
        run = office_victims.cut(number, folder=str(folder), loss=loss.value, **order)
        assert run["killed"] or number == WHOLE
        assert_no_bare_key(folder)
        signed = OfficeAfter(folder, world.director.id, document_id).was_signed()
        shutil.rmtree(folder)
        return signed, run

    signed, run = cut(WHOLE, Loss.NOTHING)
    assert signed
    assert len(run["calls"]) > 20, "the changes of the disk are not seen"
    for loss in Loss:
        chosen = moments(len(run["calls"]), 4, loss)
        assert_outcomes([cut(number, loss)[0] for number in chosen], chosen)


def waiting_for_the_director(world: World) -> str:
    actor = Actor(world.operator.id)
    new = NewDocument(
        pdf=paper(2),
        title="Umowa najmu",
        clients=(NewClient(CLIENT, "+48600000123", world.kiosk_id),),
        director_id=world.director.id,
        language="pl",
        password="",
    )
    document_id = create_document(world.office, new, actor, START)
    send_to_director(world.office, document_id, actor, START)
    return document_id


class OfficeAfter:
    """A head office that is started again after a cut."""

    def __init__(self, folder: Path, director_id: str, document_id: str) -> None:
        settings = OfficeSettings(
            data_folder=folder / "office", public_url="http://office.example", development=True
        )
        self._office: HeadOffice = open_head_office(settings, {})
        self._document_id = document_id
        # As `office.serving.serve` does when it starts; sweeping spares the last hour's files.
        shutil.rmtree(self._office.work_folder, ignore_errors=True)
        self._office.work_folder.mkdir(mode=0o700)
        self._office.blobs.sweep(self._office.database, START + timedelta(days=36500))
        with self._office.database.read() as connection:
            self._director: Person = find_person(connection, director_id)

    def was_signed(self) -> bool:
        """Check everything, sign if it was not signed, check again, and close.

        Returns:
            Whether it was signed before.
        """
        signed = self._state() is not State.SENT
        self._assert_tidy()
        if not signed:
            assert self._kinds() == ["prepared"] or "director" not in self._kinds()
            self._sign_again()
        self._assert_signed_once()
        self._assert_tidy()
        self._office.close()
        return signed

    def _sign_again(self) -> None:
        now = START + timedelta(minutes=6)
        request_director_code(self._office, self._director, [self._document_id], now)
        mailbox = Mailbox()
        while tick(self._office, {"email": mailbox, "sms": mailbox}, now):
            pass
        code = mailbox.latest_code(to=self._director.email)
        sign_documents(self._office, self._director, [self._document_id], code, now)

    def _state(self) -> State:
        with self._office.database.read() as connection:
            return find_document(connection, self._document_id).state

    def _kinds(self) -> list[str]:
        with self._office.database.read() as connection:
            rows = connection.execute(select(tables.blobs.c.kind))
            return sorted(str(row[0]) for row in rows)

    def _assert_tidy(self) -> None:
        with self._office.database.read() as connection:
            named = {str(row[0]) for row in connection.execute(select(tables.blobs.c.id))}
        there = {path.name for path in files_below(self._office.settings.data_folder / "blobs")}
        assert there == named
        assert files_below(self._office.work_folder) == set()

    def _assert_signed_once(self) -> None:
        with self._office.database.read() as connection:
            document = find_document(connection, self._document_id)
            pdf = self._office.blobs.get(connection, self._document_id, "director")
            (root,) = certificates_of(connection, KeyRole.ROOT)
        assert self._kinds().count("director") == 1
        assert len(pdf) == document.pdf_bytes
        assert document.director_signed_at is not None
        assert_valid_to_others(pdf, root, document.director_signed_at)
