"""One kiosk, put together: store, files, clock, keys, trust list and the way to head office.

    terminal = Terminal(settings)
    try:
        ...
    finally:
        terminal.close()

One process at a time works on a data folder (a lock that dies with the process). Taking it also
tidies up after a crash: PDFs that lay in the working folder are gone, encrypted files that no row
names are removed, and whoever stood before the screen has left it.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import stat
import threading
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import httpx

from kiosk.authority import KioskAuthority
from kiosk.clock import KioskClock, MachineTime, SteadyClock, TimeMark
from kiosk.credential import load_credential
from kiosk.device_store import KioskDeviceStore
from kiosk.document_files import DocumentFiles
from kiosk.documents import Documents
from kiosk.errors import EnrolmentError, StoreError
from kiosk.identity import Enrolment, enrol_kiosk, key_generation, load_enrolment
from kiosk.journal import Journal, last_time
from kiosk.journal_log import JournalLog
from kiosk.key_state import KeyHealth, key_health
from kiosk.renewal import KeyRenewal
from kiosk.search import index_missing
from kiosk.settings import Settings
from kiosk.staff_book import StaffBook
from kiosk.store import Store
from kiosk.trust import TrustKeeper
from kiosk.vault import Vault
from sync.certified_device import CertifiedDevice
from sync.device_side import Device
from sync.device_store import DeviceStore

__all__ = ["Terminal"]


class Terminal:
    """Everything one kiosk is made of. Attributes are the parts, ready to use."""

    def __init__(
        self,
        settings: Settings,
        machine: MachineTime | None = None,
        environment: Mapping[str, str] | None = None,
        *,
        exclusive: bool = True,
    ) -> None:
        """Open the data folder, making it on the first start.

        Args:
            settings: where and how.
            machine: where raw time comes from; this machine's own clocks by default.
            environment: where CREDENTIALS_DIRECTORY is looked up.
            exclusive: take the folder's lock and tidy up; False only to look at its status.

        Raises:
            StoreError: ``folder_unusable``, ``folder_in_use``, ``store_locked``, ...
            CredentialError: the credential is missing or unsafe.
        """
        self.settings = settings
        machine = machine or MachineTime.real()
        self._lock = _lock_folder(settings.data_folder) if exclusive else -1
        try:
            self.credential = load_credential(settings.data_folder, environment)
            self.store = Store(settings.store_path, self.credential.key("store"), machine.wall())
        except BaseException:
            self._unlock()
            raise
        self._steady = SteadyClock(machine)
        self.clock = KioskClock(machine, self._time_mark, lambda: last_time(self.store))
        self.documents = Documents(
            self.store, DocumentFiles(self.store, Vault(settings.documents_folder))
        )
        self.journal = Journal(self.store, self.clock)
        self.journal_log = JournalLog(self.store, self.clock, self.journal)
        self.staff = StaffBook(self.store, lambda: self.enrolment().keys)
        self._enrolment: Enrolment | None = None
        self._enrolment_lock = threading.RLock()  # taken before the store's, never after it
        self.device_store = KioskDeviceStore(
            self.store, self.documents, self.journal, self.clock, self.staff, self._read_again
        )
        self.trust = TrustKeeper(settings.trust_folder)
        self.renewal = KeyRenewal(
            self.store,
            self.journal,
            self.clock,
            self.trust,
            (settings.keys_folder, self.credential.passphrase()),
            self.enrolment,
            self._read_again,
        )
        if exclusive:
            self._tidy_up()

    # -- head office -------------------------------------------------------------------------

    @property
    def office_url(self) -> str:
        """Head office's address: the option when given, else the one of the enrolment."""
        return self.settings.office_url or self.store.setting("office_url")

    @property
    def enrolled(self) -> bool:
        """Whether head office knows this kiosk."""
        return bool(self.store.setting("grant"))

    def enrolment(self) -> Enrolment:
        """Keys, names and certificates.

        Raises:
            EnrolmentError: code ``not_enrolled``, or the keys cannot be opened.
        """
        with self._enrolment_lock:
            if self._enrolment is None:
                self._enrolment = load_enrolment(
                    self.store, self.settings.keys_folder, self.credential.passphrase()
                )
            if self._enrolment is None:
                raise EnrolmentError(
                    "not_enrolled",
                    "This kiosk is not enrolled with head office yet.",
                    "Enter the code that the administrator got when adding this kiosk.",
                )
            return self._enrolment

    def key_health(self) -> KeyHealth:
        """How the keys stand now. Raises `EnrolmentError`."""
        wanted = int(self.store.setting("keys_wanted", "0"))
        return key_health(
            self.enrolment().kiosk,
            self.trust.or_none(),
            self.clock.now(),
            renewing=wanted > key_generation(self.store),
        )

    def enrol(self, http: httpx.Client, code: str) -> Enrolment:
        """Enrol with a one-time code. Raises `EnrolmentError`."""
        self._enrolment = enrol_kiosk(
            self.store,
            self.journal,
            self.settings.keys_folder,
            self.credential.passphrase(),
            http,
            self.office_url,
            code,
        )
        return self._enrolment

    def device(self, http: httpx.Client, beside: DeviceStore | None = None) -> Device:
        """The connection to head office.

        Args:
            http: how to reach it.
            beside: the books, given by a process that works beside the kiosk's own. Keys and
                certificates are then left alone: the kiosk would go on with the old ones.

        Raises:
            EnrolmentError: the kiosk is not enrolled.
        """
        enrolment = self.enrolment()
        return CertifiedDevice(
            self.authority() if beside is None else None,
            store=beside or self.device_store,
            identity=enrolment.device,
            office_url=self.office_url,
            http=http,
            clock=self._steady,
            trust_folder=self.settings.trust_folder,
            trust_root=enrolment.grant.trust_root,
            renewal=self.renewal if beside is None else None,
            journal=self.journal_log,
        )

    def authority(self) -> KioskAuthority:
        """This kiosk's own authority, as head office hears of it."""
        return KioskAuthority(self.store, self.clock, self.enrolment, self._read_again)

    def _read_again(self) -> None:
        """A certificate or new keys came: the next signature is to use them."""
        with self._enrolment_lock:
            self._enrolment = None

    # -- life --------------------------------------------------------------------------------

    def working_file(self, name: str) -> Path:
        """A path in the working folder, which is made for its owner only.

        Raises:
            StoreError: ``folder_unusable``: somebody else made the folder, whose name is no secret.
        """
        folder = self.settings.working_folder
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        status = folder.lstat()
        if not stat.S_ISDIR(status.st_mode) or status.st_uid != os.getuid():
            raise _unusable(folder)
        folder.chmod(0o700)
        return folder / name

    def close(self) -> None:
        """Close the store, empty the working folder, release the lock."""
        self.store.close()
        if self._lock >= 0:
            shutil.rmtree(self.settings.working_folder, ignore_errors=True)
        self._unlock()

    def _tidy_up(self) -> None:
        """What a crash may have left behind; nothing of it is lost evidence."""
        shutil.rmtree(self.settings.working_folder, ignore_errors=True)
        self.documents.files.vault.sweep(self.documents.files.named())
        self.documents.everyone_left()
        index_missing(self.store)
        self.renewal.remove_old_files()
        self.device_store.shred_delivered()

    def _time_mark(self) -> TimeMark | None:
        found = self.store.row(
            "SELECT office_now, boottime, boot_id, round_trip_seconds FROM time_mark"
        )
        return None if found is None else TimeMark(datetime.fromisoformat(found[0]), *found[1:])

    def _unlock(self) -> None:
        if self._lock >= 0:
            os.close(self._lock)
            self._lock = -1


def _lock_folder(folder: Path) -> int:
    """Take the data folder for this process; the lock ends with the file descriptor."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise _unusable(folder) from error
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(handle)
        raise StoreError(
            "folder_in_use",
            "Another kiosk process is working on this data folder.",
            "Stop it first; a running kiosk syncs by itself.",
        ) from error
    return handle


def _unusable(folder: Path) -> StoreError:
    return StoreError(
        "folder_unusable",
        "The kiosk cannot use its data folder.",
        f"Check that {folder} exists, is not full, and belongs to the kiosk's user.",
    )
