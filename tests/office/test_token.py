"""A head office whose keys are in a token (SoftHSM): it signs there, and its absence is said."""

from __future__ import annotations

import secrets
import shutil
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from office import authorities, trust
from office.director_desk import request_director_code, sign_documents
from office.errors import NotSetUp, Refused
from office.head_office import HeadOffice, open_head_office
from office.history import Actor
from office.keyring import SIGNING_CA, KeyPlace
from office.lifecycle import State
from office.people import NewPerson, Role, add_person, list_people
from office.preparation import send_to_director
from office.settings import Settings
from signing.token_keys import TokenError
from tests.office.conftest import staffed_office
from tests.office.town_hall import (
    PASSWORD,
    Clock,
    Letterbox,
    People,
    TestKiosk,
    document_of,
    draft,
    due_document,
)
from tests.softhsm import MODULE, PIN, new_token
from verifier.document import verify_pdf
from verifier.trust_list import KeyRole
from verifier.verdict import Outcome


@pytest.fixture
def clock() -> Clock:
    """Now, a minute ago: pdfsig looks at the machine's clock."""
    return Clock(datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=1))


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    pin = tmp_path / "pin"
    pin.write_text(PIN + "\n")
    label = f"office {secrets.token_hex(4)}"
    new_token(label)
    return Settings(
        tmp_path / "office",
        pkcs11_module=str(MODULE),
        pkcs11_token=label,
        pkcs11_pin_file=str(pin),
    )


@pytest.fixture
def office(settings: Settings, clock: Clock) -> Iterator[HeadOffice]:
    made = staffed_office(settings, clock())
    yield made
    made.close()


def test_a_document_signed_in_the_token_is_genuine_here_and_elsewhere(
    office: HeadOffice, people: People, kiosk: TestKiosk, pdf: bytes, clock: Clock, tmp_path: Path
) -> None:
    with office.database.read() as connection:
        (signing_ca,) = authorities.certificates_of(connection, KeyRole.SIGNING_CA)
        (root,) = authorities.certificates_of(connection, KeyRole.ROOT)
    assert office.keyring.place_of(SIGNING_CA, signing_ca) is KeyPlace.TOKEN
    keys = office.settings.data_folder / "keys"
    assert sorted(path.name for path in keys.glob("*.pem")) == ["response.pem", "root.pem"]
    document = due_document(office, people, kiosk, pdf, clock())
    signed = kiosk.sign(document, tmp_path, proved=True)
    with office.database.read() as connection:
        listed = trust.trust_list(office, connection)
    assert verify_pdf(signed, listed, clock()).outcome is Outcome.GENUINE
    (tmp_path / "signed.pdf").write_bytes(signed)
    (tmp_path / "root.pem").write_bytes(root.public_bytes(Encoding.PEM))
    database = tmp_path / "nss"
    database.mkdir()
    nss = ["certutil", "-d", f"sql:{database}"]
    subprocess.run([*nss, "-N", "--empty-password"], check=True)
    root_file = str(tmp_path / "root.pem")
    subprocess.run([*nss, "-A", "-n", "r", "-t", "C,C,C", "-i", root_file], check=True)
    command = ["pdfsig", "-nssdir", f"sql:{database}", str(tmp_path / "signed.pdf")]
    said = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    assert said.count("Signature Validation: Signature is Valid.") == 3, said
    assert said.count("Certificate Validation: Certificate is Trusted.") == 3, said


@pytest.mark.parametrize(
    ("pin", "label", "code"), [("9999", "", "pin_wrong"), (PIN, "x", "token_missing")]
)
def test_without_its_token_the_director_signs_nothing_and_nothing_changes(
    office: HeadOffice, people: People, kiosk: TestKiosk, pdf: bytes, clock: Clock,
    letterbox: Letterbox, pin: str, label: str, code: str,
) -> None:  # fmt: skip
    waiting = draft(office, people, kiosk, pdf, clock())
    send_to_director(office, waiting, Actor(people.operator.id), clock())
    request_director_code(office, people.director, [waiting], clock())
    letterbox.run(office, clock())
    Path(office.settings.pkcs11_pin_file).write_text(pin)
    settings = office.settings
    if label:
        settings = Settings(**{**vars(settings), "pkcs11_token": label})
    other = open_head_office(settings, {})
    files = {path: path.read_bytes() for path in (settings.data_folder / "keys").iterdir()}
    try:
        with pytest.raises(Refused) as refused:
            sign_documents(other, people.director, [waiting], letterbox.code(), clock())
        assert refused.value.code == code
        assert document_of(other, waiting).state is State.SENT
        new = NewPerson("ewa@sygnet.example", "Ewa Nowa", Role.DIRECTOR, "pl", PASSWORD)

        def hired() -> None:
            with other.database.write() as connection:
                person = add_person(connection, new, Actor(), clock())
                trust.certify_director(other, connection, person, clock())

        with pytest.raises(TokenError):
            hired()
        with other.database.read() as connection:
            assert len(list_people(connection, Role.DIRECTOR)) == 1
    finally:
        other.close()
    assert {path: path.read_bytes() for path in (settings.data_folder / "keys").iterdir()} == files


def test_a_head_office_without_its_pin_or_its_settings_says_so(
    office: HeadOffice, people: People, kiosk: TestKiosk
) -> None:
    settings = office.settings
    without = open_head_office(Settings(settings.data_folder), {})
    try:
        with pytest.raises(NotSetUp) as refused, without.database.write() as connection:
            trust.director_identity(without, connection, people.director)
        assert refused.value.code == "token_not_configured"
    finally:
        without.close()
    Path(settings.pkcs11_pin_file).unlink()
    with pytest.raises(NotSetUp) as refused:
        open_head_office(settings, {})
    assert refused.value.code == "pin_unreadable"
    credentials = settings.data_folder.parent / "credentials"
    credentials.mkdir()
    (credentials / "sygnet-pkcs11-pin").write_text(PIN)
    shutil.copy(settings.data_folder / "credential", credentials / "sygnet-credential")
    named = Settings(**{**vars(settings), "pkcs11_pin_file": ""})
    again = open_head_office(named, {"CREDENTIALS_DIRECTORY": str(credentials)})
    try:
        with again.database.read() as connection:
            identity = trust.director_identity(again, connection, people.director)
        identity.sign(b"contract")
    finally:
        again.close()
