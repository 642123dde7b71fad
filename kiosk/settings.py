"""The kiosk's settings: from options, then the environment, then the defaults.

======================== ============================ ==========================================
option                   environment                  meaning (default)
======================== ============================ ==========================================
``--data FOLDER``        ``SYGNET_KIOSK_DATA``        where everything is kept (data/kiosk)
``--host ADDRESS``       ``SYGNET_KIOSK_HOST``        address to listen on (127.0.0.1)
``--port NUMBER``        ``SYGNET_KIOSK_PORT``        port to listen on (8800)
``--office URL``         ``SYGNET_KIOSK_OFFICE``      head office (kept after enrolment)
``--timezone NAME``      ``SYGNET_KIOSK_TIMEZONE``    local time on screens (Europe/Warsaw)
``--camera-width MM``    ``SYGNET_KIOSK_CAMERA_WIDTH`` width of paper that the fixed camera sees,
                                                      measured with a ruler (not measured)
``--sound WHERE``        ``SYGNET_KIOSK_SOUND``       where the voice is heard: speaker, headphones
                                                      (then documents too), off (speaker)
``--printer NAME``       ``SYGNET_KIOSK_PRINTER``     name in CUPS of the printer for clients'
                                                      copies (none: no copy on paper is offered)
``--cups-server PLACE``  ``SYGNET_KIOSK_CUPS_SERVER`` host, or path of the socket, of CUPS (this
                                                      machine's)
``--picture-url URL``    ``SYGNET_KIOSK_PICTURE_URL`` https address at which phones in the local
                                                      network reach the port below (none: phones
                                                      cannot hand in pictures)
``--picture-port NUMBER`` ``SYGNET_KIOSK_PICTURE_PORT`` port for that proxy to forward to (8802)
======================== ============================ ==========================================
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from kiosk.errors import SettingsError
from kiosk.printing import PRINTER_NAME
from signing.ceremony.speech import Sound

__all__ = ["LANGUAGES", "VERSION", "Settings", "settings_from"]

VERSION = "0.1.0"
"""Version of the kiosk's software, printed on every certificate."""

LANGUAGES = ("pl", "en", "de", "uk")
"""Languages of the screens; the first is the default."""

DEFAULT_PORT = 8800
DEFAULT_PICTURE_PORT = 8802
DEFAULT_TIMEZONE = "Europe/Warsaw"
CAMERA_WIDTHS_MM = (40.0, 1000.0)
"""From a close-up of one stamp to a camera that sees a whole desk."""
SOUNDS: tuple[Sound, ...] = ("speaker", "headphones", "off")
PREFIX = "SYGNET_KIOSK_"
TEMPORARY_MEMORY = Path("/dev/shm")  # noqa: S108 - in memory, and our folder there is mode 0700


@dataclass(frozen=True)
class Settings:
    """Where the kiosk lives and whom it talks to.

    Attributes:
        data_folder: everything that must survive a restart.
        host: address to listen on; loopback unless the browser is on another machine.
        port: port to listen on; 0 lets the system choose.
        office_url: head office, without a trailing slash; empty until known.
        timezone: IANA name, for times that people read.
        camera_width_mm: how many millimetres of paper lie across the picture of a camera that is
            fixed above the desk, so that stamps get their true size; None when not measured.
        sound: where the kiosk's voice is heard; what is private is read aloud to headphones only.
        printer: name in CUPS of the printer for clients' copies; empty without one.
        cups_server: where CUPS listens; empty for this machine's own.
        picture_url: where phones can hand in a picture, without a trailing slash; else empty.
        picture_port: port to listen on for that; 0 lets the system choose.
        working_folder: where PDFs lie in plain while they are being signed; in memory when
            the machine has such a place, emptied at every start.
    """

    data_folder: Path
    host: str = "127.0.0.1"
    port: int = DEFAULT_PORT
    office_url: str = ""
    timezone: str = DEFAULT_TIMEZONE
    camera_width_mm: float | None = None
    sound: Sound = "speaker"
    printer: str = ""
    cups_server: str = ""
    picture_url: str = ""
    picture_port: int = DEFAULT_PICTURE_PORT
    working_folder: Path = Path()

    def __post_init__(self) -> None:
        """Check every value and fill in the working folder."""
        if not 0 <= self.port <= 65535:
            raise _bad_port()
        if not 0 <= self.picture_port <= 65535:
            raise _bad_port()
        if self.picture_url:
            object.__setattr__(self, "picture_url", _checked_url(self.picture_url))
        if self.office_url:
            object.__setattr__(self, "office_url", _checked_url(self.office_url))
        try:
            ZoneInfo(self.timezone)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise SettingsError(
                "bad_timezone",
                "This time zone is not known.",
                "Give an IANA name such as Europe/Warsaw.",
            ) from error
        if self.camera_width_mm is not None and not (
            CAMERA_WIDTHS_MM[0] <= self.camera_width_mm <= CAMERA_WIDTHS_MM[1]
        ):
            raise _bad_camera_width()
        if self.printer and not PRINTER_NAME.fullmatch(self.printer):
            raise SettingsError(
                "bad_printer",
                "A printer's name has letters, digits, dots, hyphens and underscores.",
                "Look with lpstat -e, and give its --printer.",
            )
        if self.working_folder == Path():
            object.__setattr__(self, "working_folder", _default_working_folder(self.data_folder))

    @property
    def documents_folder(self) -> Path:
        """Encrypted document files."""
        return self.data_folder / "documents"

    @property
    def keys_folder(self) -> Path:
        """The kiosk's own encrypted key files."""
        return self.data_folder / "keys"

    @property
    def trust_folder(self) -> Path:
        """The trust list with its signatures, in the shape that verifier.load_trust reads."""
        return self.data_folder / "trust"

    @property
    def store_path(self) -> Path:
        """The encrypted database."""
        return self.data_folder / "store.db"


def settings_from(
    options: Mapping[str, str | None], environment: Mapping[str, str] | None = None
) -> Settings:
    """Settings from command-line options (by name, None when not given) and the environment.

    Raises:
        SettingsError: codes ``bad_port``, ``bad_office_url``, ``bad_timezone``,
            ``bad_camera_width``, ``bad_sound``, ``bad_printer``.
    """
    source = os.environ if environment is None else environment

    def value(name: str, default: str) -> str:
        given = options.get(name)
        return given if given is not None else source.get(PREFIX + name.upper(), default)

    return Settings(
        data_folder=Path(value("data", "data/kiosk")).absolute(),
        host=value("host", "127.0.0.1"),
        port=_port(value("port", str(DEFAULT_PORT))),
        office_url=value("office", ""),
        timezone=value("timezone", DEFAULT_TIMEZONE),
        camera_width_mm=_camera_width(value("camera_width", "")),
        sound=_sound(value("sound", "speaker")),
        printer=value("printer", ""),
        cups_server=value("cups_server", ""),
        picture_url=value("picture_url", ""),
        picture_port=_port(value("picture_port", str(DEFAULT_PICTURE_PORT))),
    )


def _port(text: str) -> int:
    """A number of a port, whose size is checked later."""
    if not (text.isascii() and text.isdigit()):
        raise _bad_port()
    return int(text[:9])


def _bad_port() -> SettingsError:
    return SettingsError(
        "bad_port", "The port must be a number from 0 to 65535.", "Give another --port."
    )


def _sound(text: str) -> Sound:
    """One of the three places."""
    for place in SOUNDS:
        if text == place:
            return place
    raise SettingsError(
        "bad_sound",
        "The sound goes to speaker, headphones or off.",
        "Give --sound headphones where only the client can hear it.",
    )


def _camera_width(text: str) -> float | None:
    """Millimetres as they were written; None when nothing was."""
    if not text:
        return None
    try:
        return float(text[:20])
    except ValueError as error:
        raise _bad_camera_width() from error


def _bad_camera_width() -> SettingsError:
    low, high = CAMERA_WIDTHS_MM
    return SettingsError(
        "bad_camera_width",
        f"The camera's width must be a number of millimetres from {low:g} to {high:g}.",
        "Lay a ruler under the camera and give what its picture shows, such as --camera-width 210.",
    )


def _checked_url(url: str) -> str:
    """An http or https address with a host and nothing behind the path."""
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname)
        usable = usable and not (parts.query or parts.fragment or parts.username)
    except ValueError:
        usable = False
    if not usable:
        raise SettingsError(
            "bad_office_url",
            "The address of head office is not a web address.",
            "Give --office like https://office.example.com",
        )
    return url.rstrip("/")


def _default_working_folder(data_folder: Path) -> Path:
    """The RUNTIME_DIRECTORY of systemd, else memory, else the system's temporary folder.

    The name is fixed per data folder, so that a new start finds what a crash left behind.
    """
    name = "sygnet-kiosk-" + sha256(str(data_folder.absolute()).encode()).hexdigest()[:16]
    runtime = os.environ.get("RUNTIME_DIRECTORY", "").split(":")[0]
    if runtime and Path(runtime).is_dir():
        return Path(runtime) / name
    if TEMPORARY_MEMORY.is_dir() and os.access(TEMPORARY_MEMORY, os.W_OK):
        return TEMPORARY_MEMORY / name
    return Path(tempfile.gettempdir()) / name
