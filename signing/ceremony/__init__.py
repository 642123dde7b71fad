"""The ceremony: the client's screens as one Flask blueprint, mounted by kiosk and head office.

    from signing.ceremony import chosen_language, make_ceremony, secure_headers, start_ceremony

    app.register_blueprint(make_ceremony(desk, home="/"))
    Babel(app, locale_selector=chosen_language)   # with TRANSLATIONS among the directories
    app.after_request(secure_headers)

What differs between the places it stands in is the `Desk` (desk.py).
"""

from __future__ import annotations

from pathlib import Path

from signing.ceremony.blueprint import make_ceremony
from signing.ceremony.headers import forget_everything, secure_headers
from signing.ceremony.room import StaffPaths
from signing.ceremony.sessions import chosen_language, start_ceremony

__all__ = [
    "TRANSLATIONS",
    "StaffPaths",
    "chosen_language",
    "forget_everything",
    "make_ceremony",
    "secure_headers",
    "start_ceremony",
]

TRANSLATIONS = Path(__file__).parent / "translations"  # for BABEL_TRANSLATION_DIRECTORIES
