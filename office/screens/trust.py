"""The trust list for kiosks and verifiers: a TUF repository, served as it lies on the disk.

It authenticates itself, so it needs no session and may be cached or copied by anybody.
"""

from __future__ import annotations

from flask import Blueprint, send_from_directory
from flask.typing import ResponseReturnValue

from office.screens.context import office

__all__ = ["blueprint"]

blueprint = Blueprint("trust", __name__, url_prefix="/trust")


@blueprint.get("/<any(metadata, targets):kind>/<name>")
def repository_file(kind: str, name: str) -> ResponseReturnValue:
    """Give one file of the repository."""
    return send_from_directory(
        office().trust_folder.absolute() / kind, name, mimetype="application/json", max_age=0
    )
