"""One head office: its settings and everything opened from its data folder.

`HeadOffice` is what the operations (preparation, director's desk, ledger, jobs ...) are given;
screens, command line and tests open it once and share it.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography import x509
from sqlalchemy import insert, select

from office import authorities, tables, trust
from office.blobs import BlobStore
from office.credential import credential_source
from office.database import Database, open_database, sqlite_url
from office.errors import NotSetUp, Refused
from office.history import Actor, record
from office.keyring import Keyring
from office.lines import writable_line
from office.settings import Settings
from signing.errors import SigningError
from signing.key_files import Passphrase
from signing.token_keys import Token
from signing.trust_keys import TrustKeys
from signing.trust_publication import TrustPublisher
from signing.whole_file import write_whole

__all__ = ["HeadOffice", "create_head_office", "open_head_office"]

PIN_CREDENTIAL = "sygnet-pkcs11-pin"  # its name in systemd's CREDENTIALS_DIRECTORY
MAX_ORGANISATION_LETTERS = 64  # X.520 upper bound of an organisation's name
AWAITING_ROOT = "root-request.json"  # what a root kept apart was asked last
UNFINISHED = "unfinished"  # lies in the data folder while a head office is being made


@dataclass(frozen=True)
class HeadOffice:
    """An opened head office."""

    settings: Settings
    database: Database
    blobs: BlobStore
    keyring: Keyring
    publisher: TrustPublisher
    organisation: str  # its name, as in its certificates

    @property
    def trust_folder(self) -> Path:
        """The TUF repository that is served at /trust/."""
        return self.settings.data_folder / "trust"

    @property
    def work_folder(self) -> Path:
        """Where files stand while they are being signed; emptied at start."""
        return self.settings.data_folder / "work"

    def close(self) -> None:
        """Close the database."""
        self.database.close()


def create_head_office(
    settings: Settings,
    organisation: str,
    country: str,
    now: datetime,
    environment: Mapping[str, str] = os.environ,
) -> HeadOffice:
    """Set up a new head office in an empty data folder: keys, database, trust list.

    Raises:
        Refused: `already_set_up`, `bad_name`.
        SigningError: when the keys or certificates cannot be made.
    """
    name = writable_line(
        organisation,
        MAX_ORGANISATION_LETTERS,
        Refused(
            "bad_name",
            f"An organisation's name has 1 to {MAX_ORGANISATION_LETTERS} letters.",
            "Give the name as it stands in the register.",
        ),
    )
    folder = settings.data_folder
    if is_set_up(settings):
        raise Refused(
            "already_set_up",
            "There is a head office in this data folder already.",
            "Start it with: python -m office serve; if that finds none, restore its database.",
        )
    if (folder / AWAITING_ROOT).exists():
        raise Refused(
            "root_awaited",
            "This head office waits for the answer of its root.",
            "Finish with: python -m office init --answer FILE; or begin in an empty folder.",
        )
    office = begin(settings, name, environment, with_root=True)
    office.publisher.create(now)
    found(office, country, authorities.make_authorities(office, name, country, now), now)
    return office


def begin(
    settings: Settings, name: str, environment: Mapping[str, str], *, with_root: bool
) -> HeadOffice:
    """Make the folder and the keys of a new head office; the mark says that it is unfinished."""
    folder = settings.data_folder
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    write_whole(folder / UNFINISHED, b"Written before the keys, removed after the last step.\n")
    for leftover in ("keys", "trust", "trust-keys"):
        shutil.rmtree(folder / leftover, ignore_errors=True)
    credential = credential_source(folder, environment)
    keyring = Keyring(folder / "keys", credential, token_of(settings, environment))
    keyring.create(with_root=with_root)
    return assemble(settings, keyring, credential, name)


def found(
    office: HeadOffice,
    country: str,
    certificates: tuple[x509.Certificate, x509.Certificate],
    now: datetime,
) -> None:
    """Write the first rows and the first trust list, then take the mark away.

    Args:
        office: as `begin` made it, its publisher with its root metadata.
        country: two letters.
        certificates: those of the root and of the signing CA.
        now: the time.
    """
    with office.database.write() as connection:
        connection.execute(
            insert(tables.organisation).values(
                id=1,
                name=office.organisation,
                country=country.upper(),
                created_at=now,
                trust_version=0,
                trust_as_of=now,
                next_number=1,
            )
        )
        authorities.trust_authorities(connection, office.organisation, *certificates)
        record(connection, now, "head_office_created", Actor())
        trust.publish(office, connection, now)
    (office.settings.data_folder / UNFINISHED).unlink()


def open_head_office(settings: Settings, environment: Mapping[str, str] = os.environ) -> HeadOffice:
    """Open the head office of a data folder and bring its database up to date.

    Raises:
        NotSetUp: `not_set_up`, `database_unusable`, `secret_unreadable`.
    """
    folder = settings.data_folder
    if not (folder / "keys").exists():
        raise _not_set_up()
    try:
        credential = credential_source(folder, environment)
        credential()
    except SigningError as error:
        raise NotSetUp(error.code, error.sentence, error.next_step) from error
    keyring = Keyring(folder / "keys", credential, token_of(settings, environment))
    office = assemble(settings, keyring, credential, "")
    with office.database.read() as connection:
        name = connection.execute(select(tables.organisation.c.name)).scalar()
    if name is None:
        office.close()
        raise _not_set_up()
    return HeadOffice(
        office.settings, office.database, office.blobs, office.keyring, office.publisher, name
    )


def token_of(settings: Settings, environment: Mapping[str, str]) -> Token | None:
    """Return the token that the settings name; None when keys are kept in files.

    Raises:
        NotSetUp: `pin_unreadable`.
    """
    if not settings.pkcs11_module:
        return None
    folder = environment.get("CREDENTIALS_DIRECTORY", "")
    path = settings.pkcs11_pin_file or f"{folder}/{PIN_CREDENTIAL}"
    try:
        pin = Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise NotSetUp(
            "pin_unreadable",
            "The PIN of the token cannot be read.",
            "Put it into a file that SYGNET_OFFICE_PKCS11_PIN_FILE names, or a systemd credential.",
        ) from error
    return Token(Path(settings.pkcs11_module), settings.pkcs11_token, pin)


def is_set_up(settings: Settings) -> bool:
    """Tell a head office from one whose making was interrupted: marked as such, without a row.

    Keys without the mark are never taken for a leftover: the database may lie elsewhere, or be
    about to come back from its backup.
    """
    if not (settings.data_folder / "keys").exists():
        return False
    if not (settings.data_folder / UNFINISHED).exists():
        return True
    database = open_database(settings.database_url or sqlite_url(settings.database_path))
    try:
        with database.read() as connection:
            return connection.execute(select(tables.organisation.c.id)).first() is not None
    finally:
        database.close()


def assemble(settings: Settings, keyring: Keyring, credential: Passphrase, name: str) -> HeadOffice:
    """Put a head office together from its opened keys."""
    folder = settings.data_folder
    (folder / "work").mkdir(exist_ok=True, mode=0o700)
    return HeadOffice(
        settings=settings,
        database=open_database(settings.database_url or sqlite_url(settings.database_path)),
        blobs=BlobStore(folder / "blobs", keyring.wrapping_keys),
        keyring=keyring,
        publisher=TrustPublisher(
            folder / "trust", TrustKeys(folder / "trust-keys", credential, keyring.token)
        ),
        organisation=name,
    )


def _not_set_up() -> NotSetUp:
    return NotSetUp(
        "not_set_up",
        "This data folder holds no head office yet.",
        "Run: python -m office init --data FOLDER",
    )
