"""Settings of head office: one frozen object, read from the environment at the edge only.

Every setting is `SYGNET_OFFICE_<NAME>` in the environment; the command line overrides it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from office.errors import Refused

__all__ = ["LANGUAGES", "Settings", "read_settings"]

LANGUAGES = ("pl", "en", "de", "uk")
"""Languages of the screens and messages; the first is the default."""

MAX_PORT = 65535  # of TCP

_PREFIX = "SYGNET_OFFICE_"


@dataclass(frozen=True)
class Settings:
    """What an administrator decides outside the program."""

    data_folder: Path  # everything that head office keeps
    listen_host: str = "127.0.0.1"  # address that the web server binds
    port: int = 8700  # TCP port of the web server
    public_url: str = "http://127.0.0.1:8700"  # what links in messages start with
    public_host: str = "SYGNET.EXAMPLE"  # host in the QR of every certificate
    timezone: str = "Europe/Warsaw"  # IANA name; times on screens and in messages
    database_url: str = ""  # SQLAlchemy address; empty: SQLite in the data folder
    smtp_host: str = ""  # mail server; empty: e-mails cannot be sent
    smtp_port: int = 25  # its TCP port
    smtp_user: str = ""  # account at the mail server; empty: none needed
    smtp_password: str = field(default="", repr=False)
    smtp_tls: bool = False  # STARTTLS before anything is said
    mail_sender: str = "sygnet@localhost"  # From: of every e-mail
    sms_url: str = ""  # HTTP gateway taking JSON; empty: SMS cannot be sent
    sms_token: str = field(default="", repr=False)  # bearer token of the gateway
    pkcs11_module: str = ""  # library of a PKCS#11 token for new keys; empty: keys in files
    pkcs11_token: str = ""  # label of that token
    pkcs11_pin_file: str = ""  # file with its PIN; empty: systemd's credential sygnet-pkcs11-pin
    timestamp_url: str = ""  # a time-stamping service (RFC 3161); empty: there is none
    timestamp_certificates: str = ""  # PEM file: its certificates, and those above them
    timestamp_user: str = ""  # account at that service; empty: none needed
    timestamp_password_file: str = ""  # file with its password
    trusted_proxy: str = ""  # address of the proxy in front, whose X-Forwarded-For is believed
    development: bool = False  # messages go to a page of head office instead of people

    @property
    def secure_cookies(self) -> bool:
        """Whether browsers must send the cookies over TLS only."""
        return urlsplit(self.public_url).scheme == "https"

    @property
    def database_path(self) -> Path:
        """The embedded database."""
        return self.data_folder / "office.sqlite3"


def read_settings(environment: Mapping[str, str], **chosen: object) -> Settings:
    """Make settings from the environment; `chosen` values that are not None win.

    Raises:
        Refused: `bad_setting`, naming the setting and what it must look like.
    """
    values: dict[str, object] = {}
    for name in Settings.__dataclass_fields__:
        text = environment.get(_PREFIX + name.upper())
        if text is not None and text != "":
            values[name] = _typed(name, text)
    values.update({name: value for name, value in chosen.items() if value is not None})
    values.setdefault("data_folder", Path("data/office"))
    port = values.get("port")
    values.setdefault("public_url", f"http://127.0.0.1:{port or Settings.port}")
    values["public_url"] = str(values["public_url"]).rstrip("/")
    settings = Settings(**values)  # type: ignore[arg-type]  # each value was typed by its name
    _check(settings)
    return settings


def _check(settings: Settings) -> None:
    """Find at the start what would otherwise be found at the first client.

    Raises:
        Refused: `bad_setting`.
    """
    if not _is_address(settings.public_url):
        raise _bad("public_url", "an http:// or https:// address in plain letters")
    if settings.timestamp_url and not _is_address(settings.timestamp_url):
        raise _bad("timestamp_url", "an http:// or https:// address in plain letters")
    if settings.timestamp_url and not settings.timestamp_certificates:
        raise _bad("timestamp_certificates", "the file with the service's certificates")
    try:
        ZoneInfo(settings.timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise _bad("timezone", "the name of a time zone such as Europe/Warsaw") from error
    for name in ("port", "smtp_port"):
        if not 0 <= getattr(settings, name) <= MAX_PORT:
            raise _bad(name, f"a number between 0 and {MAX_PORT}")


def _is_address(text: str) -> bool:
    """Tell whether a text can begin the links in messages; an SMS has no letters beyond ASCII."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    plain = text.isascii() and text.isprintable() and " " not in text
    return plain and parts.scheme in {"http", "https"} and bool(parts.hostname)


def _typed(name: str, text: str) -> object:
    kind = Settings.__dataclass_fields__[name].type
    if kind == "Path":
        return Path(text)
    if kind == "int":
        if not text.isascii() or not text.isdigit() or len(text) > len(str(MAX_PORT)):
            raise _bad(name, f"a number between 0 and {MAX_PORT}")
        return int(text)
    if kind == "bool":
        if text.lower() not in {"0", "1", "yes", "no", "true", "false"}:
            raise _bad(name, "yes or no")
        return text.lower() in {"1", "yes", "true"}
    return text


def _bad(name: str, expected: str) -> Refused:
    return Refused(
        "bad_setting",
        f"The setting {_PREFIX}{name.upper()} must be {expected}.",
        "Correct it and start head office again.",
    )
