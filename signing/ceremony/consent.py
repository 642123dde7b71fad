"""The wording that the client agrees to. It is evidence, so it has a version.

Change the version with every change of the English text or of any translation; the certificate
names it, and head office keeps the wordings of all versions.
"""

from __future__ import annotations

from typing import Final

from flask_babel import gettext

__all__ = ["CONSENT_VERSION", "consent_text"]

CONSENT_VERSION: Final = "2026-1"


def consent_text() -> tuple[str, ...]:
    """The consent in the client's language, one sentence after the other."""
    return (
        gettext("I have seen every page of this document and I agree with what it says."),
        gettext("I want to sign it electronically, here and now."),
        gettext(
            "My signature, the time and the way I confirmed that it is me become part of the "
            "document."
        ),
    )
