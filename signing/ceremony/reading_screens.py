"""Screens of the reading step: every page, as a picture and as text.

A page counts as shown when it has been opened and then left; how long it was on the screen is the
time between the two by the desk's clock. It works by plain form posts; pages.js only swaps the
picture without loading the screen anew.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, jsonify, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from signing.ceremony.page_pictures import PAGE_WIDTHS, PageRefused
from signing.ceremony.progress import Progress, Step
from signing.ceremony.room import Elsewhere, Room
from signing.ceremony.sessions import OpenCeremony
from signing.fields import SEAL_FIELD

__all__ = ["add_reading_screens"]

PAGE_DIGITS = 5  # no document has more pages than this can name; int() of thousands raises


def add_reading_screens(blueprint: Blueprint, room: Room) -> None:
    """Add /read, /read/<page> and the pages' pictures and text."""

    @blueprint.get("/read")
    def read() -> AnyResponse:
        """Go to the first page that was not shown yet, or to the first."""
        there = room.enter(Step.READ)
        page = there.progress.first_unseen(there.document.pages) or 1
        return redirect(url_for("ceremony.read_page", page=page, **_view()), 303)

    @blueprint.get("/read/<int:page>")
    def read_page(page: int) -> str:
        """Show one page."""
        there = _open_page(room, room.enter(Step.READ), page)
        return room.show(
            "read.html",
            there,
            Step.READ,
            page=page,
            page_text=room.words_of(there.document, page),
            as_text=request.args.get("view") == "text",
            certificate_page=_certificate_page(room, there),
            unseen=_unseen(there),
        )

    @blueprint.post("/read/<int:page>")
    def leave_page(page: int) -> AnyResponse:
        """Leave a page for another one, or, when all were shown, go on."""
        there = room.enter(Step.READ)
        if there.progress.open_page == page:
            there = _saved(room, there, there.progress.with_page_closed(room.desk.now()))
        wanted = request.form.get("go", "on")
        page_wanted = int(wanted) if wanted.isdecimal() and len(wanted) <= PAGE_DIGITS else 0
        if 1 <= page_wanted <= there.document.pages:
            if request.headers.get("Accept") == "application/json":
                there = _open_page(room, there, page_wanted)
                return jsonify({"page": page_wanted, "unseen": _unseen(there)})
            return redirect(url_for("ceremony.read_page", page=page_wanted, **_view()), 303)
        return redirect(room.onward(there, Step.READ), 303)

    _add_page_contents(blueprint, room)


def _add_page_contents(blueprint: Blueprint, room: Room) -> None:
    @blueprint.get("/page/<int:page>.jpg")
    def page_picture(page: int) -> Response:
        """One page as a JPEG; `?width=` one of PAGE_WIDTHS."""
        there = room.anyone()
        if there.progress.code_ok_at is None:
            raise Elsewhere(room.address(Step.CODE))
        width = request.args.get("width", PAGE_WIDTHS[0], type=int)
        if width not in PAGE_WIDTHS or not 1 <= page <= there.document.pages:
            return Response(status=404)
        picture = room.picture_of(there.document, page, width)
        return Response(picture, mimetype="image/jpeg")

    @blueprint.get("/page/<int:page>.txt")
    def page_words(page: int) -> Response:
        """The words on one page, for screen readers and the text view."""
        there = room.enter(Step.READ)
        if not 1 <= page <= there.document.pages:
            return Response(status=404)
        return Response(room.words_of(there.document, page), mimetype="text/plain")


def _open_page(room: Room, there: OpenCeremony, page: int) -> OpenCeremony:
    if not 1 <= page <= there.document.pages:
        raise Elsewhere(url_for("ceremony.read"))
    return _saved(room, there, there.progress.with_page_open(page, room.desk.now()))


def _saved(room: Room, there: OpenCeremony, progress: Progress) -> OpenCeremony:
    moved = replace(there, progress=progress)
    room.desk.save(moved.progress)
    return moved


def _unseen(there: OpenCeremony) -> list[int]:
    """Pages that were never on the screen; the one that is there now is not among them."""
    pages = range(1, there.document.pages + 1)
    shown = {*there.progress.pages_seen, there.progress.open_page}
    return [page for page in pages if page not in shown]


def _certificate_page(room: Room, there: OpenCeremony) -> int | None:
    """The page, from 1, that stays empty until the seal puts the certificate on it."""
    try:
        place = room.places_in(there.document).get(SEAL_FIELD)
    except PageRefused:
        return None
    return None if place is None else place[0].page + 1


def _view() -> dict[str, Any]:
    chosen = request.values.get("view")
    return {"view": "text"} if chosen == "text" else {}
