"""The staff's screens about the day: what happened here, its numbers, receipts and copies."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from functools import partial

from flask import Blueprint, jsonify, redirect, request, url_for
from flask_babel import format_date, format_datetime, gettext
from werkzeug.wrappers import Response as AnyResponse

from kiosk.paper_slips import Slip, short_hash, slip_pdf
from kiosk.refusals import refusal
from kiosk.screens.day_words import GROUPS, line_words
from kiosk.screens.staff_door import FrontDesk
from kiosk.screens.words import Words, refusal_words
from kiosk.staff_day import DayCount, Group, Signed, StaffDay
from kiosk.staff_door import Purpose
from signing.ceremony.desk import PrintState
from sync.staff import StaffRight

__all__ = ["add_day", "printer_trouble"]

ENDED = frozenset({PrintState.PRINTED, PrintState.FAILED, PrintState.NONE})
PRINT_WORDS: dict[PrintState, Callable[[], Words]] = {
    PrintState.PRINTING: lambda: Words("note", gettext("It is being printed.")),
    PrintState.PRINTED: lambda: Words(
        "good", gettext("It is printed."), gettext("Nothing of it is left in the printer.")
    ),
    PrintState.NO_PAPER: lambda: Words(
        "warn", gettext("There is no paper in the printer."), gettext("Put some in; it goes on.")
    ),
    PrintState.NO_PRINTER: lambda: Words(
        "warn",
        gettext("The printer does not work just now."),
        gettext("Look whether it is switched on, and whether a sheet is stuck."),
    ),
    PrintState.FAILED: lambda: Words(
        "warn",
        gettext("It could not be printed."),
        gettext("Nothing of it is left in the printer."),
    ),
}
SUMMARY = "summary"


def add_day(blueprint: Blueprint, front: FrontDesk) -> None:
    """Add /today, /signed/<id> and printing."""
    screens = _DayScreens(front)
    blueprint.add_url_rule("/today", "today", screens.today)
    blueprint.add_url_rule("/today/print", "print_day", screens.print_day, methods=["POST"])
    blueprint.add_url_rule("/signed/<document_id>", "signed", screens.signed)
    blueprint.add_url_rule(
        "/signed/<document_id>/print", "print_signed", screens.print_signed, methods=["POST"]
    )
    blueprint.add_url_rule("/printing/<name>", "printing", screens.printing)


def printer_trouble(front: FrontDesk) -> Words | None:
    """What keeps the printer from printing; None when nothing does."""
    words = PRINT_WORDS.get(front.desk.printing.trouble())
    return None if words is None else words()


class _DayScreens:
    """The views."""

    def __init__(self, front: FrontDesk) -> None:
        self._front = front
        self._day = StaffDay(front.terminal, front.desk)

    def today(self) -> str:
        """What happened here today, in plain words."""
        member = self._front.entered(Purpose.DESK)
        chosen = request.args.get("show", "")
        group = Group(chosen) if chosen in set(Group) else None
        lines, more = self._day.lines(group)
        count = self._day.count()
        return self._front.show(
            "staff_today.html",
            member=member,
            facts=_facts(count),
            lines=[(line, line_words(line)) for line in lines],
            more=more,
            group=group,
            groups={one: words() for one, words in GROUPS.items()},
            day=format_date(self._day.today(), "full"),
            **self._printing(SUMMARY),
        )

    def print_day(self) -> AnyResponse:
        """Print the numbers of today."""
        member = self._front.entered(Purpose.DESK, StaffRight.PRINT)
        desk, printed_at = self._front.desk, format_datetime(self._front.desk.now(), "short")
        slip = Slip(
            title=gettext("Summary of %(day)s", day=format_date(self._day.today(), "long")),
            place=self._place(),
            facts=_facts(self._day.count()),
            note=gettext("Printed %(at)s by %(name)s.", at=printed_at, name=member.name),
        )
        note = partial(desk.note_printed, "summary", None, member.staff_id)
        desk.printing.start(SUMMARY, slip_pdf(slip), note)
        return redirect(url_for("staff.today"), 303)

    def signed(self, document_id: str) -> str | tuple[str, int]:
        """A document that was signed here: what may still be printed of it."""
        member = self._front.entered(Purpose.DESK)
        found = self._day.signed(document_id)
        if found is None:
            return self._front.show("staff_refused.html", words=refusal_words(refusal("gone"))), 409
        what = request.args.get("what", "")
        name = _job(what, document_id) if what in {"copy", "receipt"} else ""
        return self._front.show(
            "staff_signed.html",
            member=member,
            one=found,
            short=short_hash(found.pdf_sha256),
            **self._printing(name),
        )

    def print_signed(self, document_id: str) -> AnyResponse | tuple[str, int]:
        """Print a receipt, or the copy while it is still here."""
        member = self._front.entered(Purpose.DESK, StaffRight.PRINT)
        found, what = self._day.signed(document_id), request.form.get("what", "")
        pdf = None
        if found is not None and what == "receipt":
            pdf = slip_pdf(self._receipt(found))
        elif found is not None and what == "copy":
            pdf = self._day.copy_of(document_id)
        if pdf is None:
            return self._front.show("staff_refused.html", words=refusal_words(refusal("gone"))), 409
        desk = self._front.desk
        note = partial(desk.note_printed, what, document_id, member.staff_id)
        desk.printing.start(_job(what, document_id), pdf, note)
        return redirect(url_for("staff.signed", document_id=document_id, what=what), 303)

    def printing(self, name: str) -> AnyResponse:
        """How a print stands, for the script that says it."""
        self._front.entered(Purpose.DESK, StaffRight.PRINT)
        state = self._front.desk.printing.state(name)
        words = PRINT_WORDS.get(state)
        message = None if words is None else asdict(words())
        if message is not None:
            message["words"] = message.pop("next_step")
        return jsonify({"state": state.value, "ended": state in ENDED, "message": message})

    def _printing(self, name: str) -> dict[str, object]:
        """What a screen with a printing button needs."""
        printing = self._front.desk.printing
        state = printing.state(name) if name else PrintState.NONE
        words = PRINT_WORDS.get(state)
        return {
            "print_name": name,
            "print_state": state,
            "printed": None if words is None else words(),
            "can_print": printing.possible,
            "trouble": printer_trouble(self._front) if state in ENDED else None,
        }

    def _receipt(self, found: Signed) -> Slip:
        number = f"{found.short_number[:3]} {found.short_number[3:]}"
        facts = [
            (gettext("Number"), number),
            (gettext("Signed"), format_datetime(found.signed_at, "medium")),
            (gettext("Hash of the file"), short_hash(found.pdf_sha256)),
        ]
        if found.certificate:
            facts.append((gettext("Certificate"), str(found.certificate)))
        return Slip(
            title=gettext("Receipt"),
            place=self._place(),
            facts=facts,
            note=gettext(
                "This receipt is not the document. The document can be checked with the square "
                "code on its last page; its hash (SHA-256) begins as above."
            ),
        )

    def _place(self) -> str:
        grant = self._front.terminal.enrolment().grant
        return f"{grant.organisation} · {grant.kiosk_name}"


def _job(what: str, document_id: str) -> str:
    return document_id if what == "copy" else f"receipt-{document_id}"


def _facts(count: DayCount) -> list[tuple[str, str]]:
    return [
        (gettext("Signed"), str(count.signed)),
        (gettext("Declined"), str(count.declined)),
        (gettext("Cancelled"), str(count.cancelled)),
        (gettext("Waiting"), str(count.waiting)),
        (gettext("Not yet sent"), str(count.not_sent)),
        (gettext("Printed"), str(count.printed)),
        (gettext("Identity checks"), str(count.looked)),
        (gettext("Verifications"), str(count.verified)),
    ]
