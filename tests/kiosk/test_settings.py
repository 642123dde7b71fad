"""Options win over the environment, the environment over the defaults; nonsense is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

import kiosk.settings as module
from kiosk.errors import SettingsError
from kiosk.settings import settings_from


def test_an_option_wins_over_the_environment(tmp_path: Path) -> None:
    environment = {"SYGNET_KIOSK_PORT": "9000", "SYGNET_KIOSK_HOST": "127.0.0.9"}
    settings = settings_from({"port": "9001", "data": str(tmp_path)}, environment)
    assert (settings.port, settings.host) == (9001, "127.0.0.9")


def test_the_defaults_are_those_of_the_documentation() -> None:
    settings = settings_from({}, {})
    assert settings.port == 8800
    assert settings.host == "127.0.0.1"
    assert settings.timezone == "Europe/Warsaw"
    assert settings.data_folder == Path("data/kiosk").absolute()


def test_every_setting_is_documented() -> None:
    for name in ("data", "host", "port", "office", "timezone", "printer"):
        assert f"``--{name} " in str(module.__doc__)
        assert f"``SYGNET_KIOSK_{name.upper()}``" in str(module.__doc__)


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("port", "70000", "bad_port"),
        ("port", "-1", "bad_port"),
        ("port", "eighty", "bad_port"),
        ("port", "9" * 5000, "bad_port"),
        ("office", "ftp://x", "bad_office_url"),
        ("office", "office.example", "bad_office_url"),
        ("office", "http://user:secret@x", "bad_office_url"),
        ("office", "http://[", "bad_office_url"),
        ("timezone", "Mars/Base", "bad_timezone"),
        ("camera_width", "wide", "bad_camera_width"),
        ("sound", "loud", "bad_sound"),
        ("printer", "-o raw", "bad_printer"),
        ("camera_width", "nan", "bad_camera_width"),
        ("camera_width", "3", "bad_camera_width"),
        ("camera_width", "1001", "bad_camera_width"),
        ("timezone", "../../etc/passwd", "bad_timezone"),
    ],
)
def test_nonsense_is_refused_with_a_code(name: str, value: str, code: str) -> None:
    with pytest.raises(SettingsError) as refused:
        settings_from({name: value}, {})
    assert refused.value.code == code
    assert refused.value.next_step


def test_the_working_folder_is_the_same_at_every_start(tmp_path: Path) -> None:
    first = settings_from({"data": str(tmp_path)}, {})
    second = settings_from({"data": str(tmp_path)}, {})
    assert first.working_folder == second.working_folder
    assert first.working_folder != settings_from({"data": "/other"}, {}).working_folder
