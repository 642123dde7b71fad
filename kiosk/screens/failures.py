"""Pages for what went wrong in a request: a code, a sentence, the next step; never a traceback."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable
from pathlib import Path

from flask import Flask, jsonify, render_template, request
from flask_babel import gettext
from flask_wtf.csrf import CSRFError
from sqlcipher3 import dbapi2 as sqlcipher
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from kiosk.errors import StoreError
from kiosk.screens.words import Words

__all__ = ["add_failure_pages"]

FRAMES_LOGGED = 8
"""Enough to find a fault; the rest is Flask."""

log = logging.getLogger(__name__)


def add_failure_pages(app: Flask) -> None:
    """Answer every failure of this app in its own look."""

    @app.errorhandler(CSRFError)
    def stale_form(_error: CSRFError) -> AnyResponse | tuple[str | AnyResponse, int]:
        """The page was open for too long, or the kiosk was started again meanwhile."""
        return _answer("page_left_open", 400)

    @app.errorhandler(HTTPException)
    def refused(error: HTTPException) -> AnyResponse | tuple[str | AnyResponse, int]:
        """Any answer that is an error by HTTP."""
        status = error.code or 500
        if status < 400:
            return error.get_response()
        return _answer(CODES.get(status, "request_refused"), status)

    @app.errorhandler(StoreError)
    def damaged(error: StoreError) -> tuple[str | AnyResponse, int]:
        """The disk failed us."""
        log.error("store_error code=%s", error.code)
        return _answer(error.code if error.code in SENTENCES else "storage_failed", 500)

    @app.errorhandler(OSError)
    @app.errorhandler(sqlcipher.DatabaseError)
    def not_written(error: Exception) -> tuple[str | AnyResponse, int]:
        """The disk is full or broken; whatever was under way was undone as a whole."""
        log.error("storage_failed endpoint=%s kind=%s", request.endpoint, type(error).__name__)
        return _answer("storage_failed", 507)

    @app.errorhandler(Exception)
    def failed(error: Exception) -> tuple[str | AnyResponse, int]:
        """A fault of ours; the log has where it is, not whose document it was."""
        log.error(
            "request_failed endpoint=%s kind=%s at=%s",
            request.endpoint,
            type(error).__name__,
            _place(error),
        )
        return _answer("internal_error", 500)


def _place(error: Exception) -> str:
    """The innermost calls, without any value: messages of exceptions may hold names."""
    calls = traceback.extract_tb(error.__traceback__)[-FRAMES_LOGGED:]
    return " < ".join(f"{Path(call.filename).name}:{call.lineno}" for call in reversed(calls))


def _answer(code: str, status: int) -> tuple[str | AnyResponse, int]:
    title, next_step = SENTENCES.get(code, SENTENCES["internal_error"])()
    wants_json = request.is_json or request.path.endswith(("/frame", "/text"))
    if wants_json:
        problem = {"kind": "bad", "title": title, "words": next_step, "code": code}
        return jsonify({"problem": problem}), status
    words = Words("bad", title, next_step, code)
    return render_template("kiosk/failure.html", words=words), status


CODES = {
    400: "request_refused",
    403: "request_refused",
    404: "page_not_found",
    405: "page_not_found",
    413: "request_too_large",
    415: "wrong_kind_of_file",
}

SENTENCES: dict[str, Callable[[], tuple[str, str]]] = {
    "page_not_found": lambda: (
        gettext("There is no such page."),
        gettext("Please go back to the start."),
    ),
    "page_left_open": lambda: (
        gettext("This page was open for too long."),
        gettext("Nothing is lost. Please start again; your document is still here."),
    ),
    "request_refused": lambda: (
        gettext("The kiosk could not understand this."),
        gettext("Please go back to the start and try again."),
    ),
    "request_too_large": lambda: (
        gettext("This file is too large."),
        gettext("The largest file that can be checked here has 96 megabytes."),
    ),
    "wrong_kind_of_file": lambda: (
        gettext("This is the wrong kind of file."),
        gettext("Please choose another one."),
    ),
    "document_damaged": lambda: (
        gettext("This document's file on the kiosk is damaged."),
        gettext("Please ask the staff; head office can send the document again."),
    ),
    "storage_failed": lambda: (
        gettext("The kiosk could not write to its disk."),
        gettext("Nothing was signed by this and nothing is lost. Please ask the staff."),
    ),
    "internal_error": lambda: (
        gettext("Something went wrong at the kiosk."),
        gettext("Nothing was signed by this. Please try again or ask the staff."),
    ),
}
