"""A head office whose keys are in a token (SoftHSM): it signs there, and its absence is said."""

from __future__ import annotations

import secrets
import shutil
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pkcs11
import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import example, given
from hypothesis import strategies as st
from pkcs11 import Attribute, ObjectClass

from office import authorities, trust
from office.application import create_app
from office.credential_change import replace_credential
from office.director_desk import request_director_code, sign_documents
from office.errors import NotSetUp, Refused
from office.head_office import HeadOffice, open_head_office
from office.history import Actor
from office.key_rotation import rotate_signing_ca, rotate_trust_keys
from office.keyring import SIGNING_CA, KeyPlace
from office.lifecycle import State
from office.people import NewPerson, Role, add_person, list_people
from office.preparation import send_to_director
from office.response_key import announced, replace_response_key
from office.root_move import exported
from office.settings import Settings
from signing.errors import SigningError
from signing.kept_keys import KeptKey, is_reference
from signing.token_keys import TokenError
from sync.office_keys import follow, read_announcements
from tests.office.conftest import staffed_office
from tests.office.test_key_screens import opened
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
from tests.softhsm import MODULE, PIN, new_token, tokens_folder
from verifier.document import verify_pdf
from verifier.trust_folder import load_trust_files
from verifier.trust_list import KeyRole
from verifier.verdict import Outcome

ROLES = ("root", "snapshot", "targets", "timestamp")


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
    assert office.keyring.root_place is KeyPlace.TOKEN
    for name in ("keys/root", "keys/response", *(f"trust-keys/trust-{role}" for role in ROLES)):
        assert is_reference(office.settings.data_folder / f"{name}.pem"), name  # nothing secret
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


def labels(settings: Settings) -> list[str]:
    """What the private keys in the token are called."""
    token = pkcs11.lib(str(MODULE)).get_token(token_label=settings.pkcs11_token)
    with token.open(user_pin=PIN) as session:
        private = session.get_objects({Attribute.CLASS: ObjectClass.PRIVATE_KEY})
        return sorted(str(one[Attribute.LABEL]) for one in private)


def without_persons(names: list[str]) -> list[str]:
    return ["sygnet director" if "director" in name else name for name in names]


def test_keys_of_answers_and_of_the_trust_list_are_replaced_in_the_token_and_the_old_destroyed(
    office: HeadOffice, people: People, kiosk: TestKiosk, clock: Clock
) -> None:
    settings = office.settings
    before = labels(settings)
    assert without_persons(before) == [
        "sygnet director", "sygnet response", "sygnet root", "sygnet signing-ca",
        *(f"sygnet trust-{role}" for role in ROLES),
    ]  # fmt: skip
    pinned = office.keyring.response_key().public_key().public_bytes_raw()
    for _ in range(2):
        replace_response_key(office, Actor(), clock())
        rotate_trust_keys(office, Actor(), clock.forward(minutes=1))
    assert len(labels(settings)) == len(before)  # one key of each kind, as before
    after = office.keyring.response_key()
    assert follow(pinned, read_announcements(announced(office.keyring)))[-1] == (
        after.public_key().public_bytes_raw()
    )
    after.public_key().verify(after.sign(b"answer"), b"answer")
    load_trust_files(office.publisher.client_files())
    updated = rotate_signing_ca(office, Actor(), clock())  # by the root in the token
    with office.database.read() as connection:
        (root,) = authorities.certificates_of(connection, KeyRole.ROOT)
    updated.verify_directly_issued_by(root)
    page = opened(create_app(office, clock), people.administrator).visit("/keys")
    assert page.words.count("Kept: PKCS#11 token") == 2
    assert "no token can hold it" in page.words
    # The root stays where it is, and nothing of these keys is opened by the credential.
    with pytest.raises(Refused) as refused:
        exported(office)
    assert refused.value.code == "root_in_token"
    folder = settings.data_folder
    references = {path: path.read_bytes() for path in folder.glob("*keys/*.pem")}
    assert all(is_reference(path) for path in references)
    replace_credential(office, {}, None, Actor(), clock())
    assert {path: path.read_bytes() for path in folder.glob("*keys/*.pem")} == references
    assert len(office.keyring.root_secret()) == 32
    office.keyring.response_key().sign(b"answer")


def test_without_its_token_head_office_answers_nobody_and_says_so(
    office: HeadOffice, people: People, clock: Clock
) -> None:
    app = create_app(office, clock)
    http = httpx.Client(transport=httpx.WSGITransport(app=app), base_url="http://office.example")
    asked = http.get("/sync/v1/office-keys")
    assert asked.status_code == 200
    assert "Signature" in asked.headers
    folder = max(tokens_folder().iterdir(), key=lambda one: one.stat().st_ctime_ns)
    away = tokens_folder().parent / folder.name
    folder.rename(away)
    try:
        asked = http.get("/sync/v1/office-keys")
        assert asked.status_code == 503
        assert "Signature" not in asked.headers
        before = office.publisher.client_files()
        with pytest.raises(TokenError), office.database.write() as connection:
            trust.publish(office, connection, clock())
        assert office.publisher.client_files() == before
        opened(app, people.administrator).visit("/keys")
    finally:
        away.rename(folder)
    assert http.get("/sync/v1/office-keys").status_code == 200


def answers_in_token(office: HeadOffice) -> bool:
    return office.keyring.response_file.in_token


def test_keys_in_files_go_into_the_token_when_they_are_replaced(
    settings: Settings, clock: Clock, tmp_path: Path
) -> None:
    plain = Settings(settings.data_folder)
    staffed_office(plain, clock()).close()
    office = open_head_office(settings, {})
    try:
        assert answers_in_token(office) is False
        replace_response_key(office, Actor(), clock())
        rotate_trust_keys(office, Actor(), clock.forward(minutes=1))
        assert answers_in_token(office) is True
        assert office.publisher.keys_in_token
        assert office.keyring.root_place is KeyPlace.FILE
        assert "sygnet response-next" in labels(settings)
    finally:
        office.close()
    without = open_head_office(plain, {})
    try:
        with pytest.raises(SigningError, match="token_not_configured"):
            without.keyring.response_key()
    finally:
        without.close()


@given(st.binary(max_size=200))
@example(b"p256 04 label")
@example(b"ed25519 " + b"00" * 32 + b" label\n")
@example(b"ed25519 zz label")
def test_a_spoiled_reference_is_refused(
    tmp_path_factory: pytest.TempPathFactory, rest: bytes
) -> None:
    path = tmp_path_factory.getbasetemp() / "reference.pem"
    path.write_bytes(b"sygnet-token/1 " + rest)
    with pytest.raises(SigningError) as refused:
        KeptKey(path, b"credential of a test", None).load_ed25519()
    assert refused.value.code in {"key_unreadable", "token_not_configured"}
