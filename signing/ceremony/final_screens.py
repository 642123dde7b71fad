"""The last screens: everything in place, consent and signing, the certificate, leaving."""

from __future__ import annotations

import threading
from dataclasses import replace

from flask import Blueprint, Response, redirect, request, session, url_for
from werkzeug.wrappers import Response as AnyResponse

from signing.ceremony.consent import consent_text, consent_version
from signing.ceremony.copy_screens import print_message
from signing.ceremony.desk import CeremonyDocument, PictureKind
from signing.ceremony.fill_screens import field_groups
from signing.ceremony.given_mark import given_mark, mark_shape
from signing.ceremony.headers import forget_everything
from signing.ceremony.outcomes import refused_before
from signing.ceremony.page_pictures import PAGE_WIDTHS
from signing.ceremony.progress import Progress, StampChoice, Step
from signing.ceremony.room import Room
from signing.ceremony.sessions import OpenCeremony, chosen_language, end_session
from signing.ceremony.signed_page import signed_page
from signing.certificate_facts import INPUTS, SHOWN_WITH, EvidenceSummary
from signing.errors import SigningError
from signing.field_rules import check_field
from signing.fields import FieldKind
from signing.marks import ClientAnswers, DrawnMark, Mark
from signing.value_forms import printed

__all__ = ["add_final_screens", "end_ceremony"]

SEALING = threading.Lock()  # a second tap waits for the first and then finds the document signed


def add_final_screens(blueprint: Blueprint, room: Room) -> None:
    """Add /review, /agree, /done, /stop and /leave."""
    _add_review(blueprint, room)
    _add_signing(blueprint, room)
    _add_leaving(blueprint, room)


def _add_review(blueprint: Blueprint, room: Room) -> None:
    @blueprint.get("/review")
    def review() -> str:
        """Show the signing page with everything in place, and all values."""
        there = room.enter(Step.REVIEW)
        mark = given_mark(room.desk, there.progress)
        return room.show(
            "review.html",
            there,
            Step.REVIEW,
            sheet=signed_page(room.places_in(there.document), there.document, there.progress),
            shape=mark_shape(mark),
            rows=_rows(there),
        )

    @blueprint.get("/picture/<kind>.png")
    def picture(kind: str) -> Response:
        """A picture that the client gave."""
        there = room.anyone()
        if there.progress.code_ok_at is None or kind not in set(PictureKind):
            return Response(status=404)
        png = room.desk.picture(there.document.document_id, PictureKind(kind))
        if not png:
            return Response(status=404)
        shot = png.startswith(b"\xff\xd8")
        return Response(png, mimetype="image/jpeg" if shot else "image/png")


def _add_signing(blueprint: Blueprint, room: Room) -> None:
    @blueprint.get("/agree")
    def agree() -> str:
        """Show the wording of the consent, and the button that signs."""
        there = room.enter(Step.REVIEW)
        problem = refused_before()
        version = consent_version(given_mark(room.desk, there.progress))
        consent = consent_text(chosen_language(), version)
        return room.show("agree.html", there, Step.REVIEW, consent=consent, problem=problem)

    @blueprint.post("/agree")
    def seal() -> AnyResponse:
        """Record the consent, then sign and seal."""
        with SEALING:
            there = room.enter(Step.REVIEW)
            try:
                _seal(room, there)
            except SigningError as refused:
                session["refused"] = refused.code
                if refused.code == "code_needed":
                    return redirect(_code_again(room, there), 303)
                return redirect(url_for("ceremony.agree"), 303)
        return redirect(url_for("ceremony.done"), 303)

    @blueprint.get("/done")
    def done() -> str:
        """Show the certificate, or who signs next."""
        there = room.enter(Step.DONE)
        if not there.document.is_last:
            return room.show("handed_over.html", there, Step.DONE)
        document_id = there.document.document_id
        return room.show(
            "done.html",
            there,
            Step.DONE,
            can_print=room.desk.can_print,
            printed=print_message(room.desk, document_id),
            print_state=room.desk.print_state(document_id),
            copy_link=room.desk.copy_link(document_id),
        )

    @blueprint.get("/certificate.jpg")
    def certificate() -> Response:
        """The certificate page of the sealed document."""
        there = room.enter(Step.DONE)
        pdf = room.desk.sealed_pdf(there.document.document_id)
        if pdf is None:
            return Response(status=404)
        key = "sealed:" + there.document.pdf_sha256
        return Response(room.pictures.jpeg(pdf, key, -1, PAGE_WIDTHS[0]), mimetype="image/jpeg")


def _seal(room: Room, there: OpenCeremony) -> None:
    document, now = there.document, room.desk.now()
    mark = given_mark(room.desk, there.progress)
    progress = replace(there.progress, consent_version=consent_version(mark), consent_at=now)
    room.desk.save(progress)
    stamp = None
    if document.stamp_wanted and progress.stamp is StampChoice.GIVEN:
        stamp = room.desk.picture(document.document_id, PictureKind.STAMP)
    answers = ClientAnswers(progress.values, stamp, mark)
    evidence = _evidence(room, document, progress, mark)
    room.desk.seal(document.document_id, answers, evidence)
    room.desk.save(progress.at(Step.DONE))


def _evidence(
    room: Room, document: CeremonyDocument, progress: Progress, mark: Mark
) -> EvidenceSummary:
    """What was shown to this client, how and for how long, and what pressed the button."""
    aloud = room.sound == "headphones"  # else the pages themselves stay unsaid
    given = request.form.get("by", "")
    return EvidenceSummary(
        pages_shown=len(progress.pages_seen),
        pages_total=document.pages,
        seconds_reading=round(progress.seconds_reading),
        consent_version=progress.consent_version,
        language=chosen_language(),
        shown_with=tuple(
            each
            for each in SHOWN_WITH
            if each in progress.read_with and (aloud or each != "read_aloud")
        ),
        input=given if given in INPUTS else "",
        page_seconds=tuple(
            round(progress.pages_seen.get(page, 0)) for page in range(1, document.pages + 1)
        ),
        page_hashes=tuple(
            room.pictures.hash_of(document.pdf_sha256, page)
            for page in range(1, document.pages + 1)
        ),
        ink_rate_hz=mark.trace.sample_rate_hz if isinstance(mark, DrawnMark) else 0.0,
    )


def _code_again(room: Room, there: OpenCeremony) -> str:
    """Head office made a new key of codes meanwhile: only the code is asked for again."""
    room.desk.save(replace(there.progress, step=Step.CODE, code_ok_at=None))
    return url_for("ceremony.code")


def _add_leaving(blueprint: Blueprint, room: Room) -> None:
    @blueprint.get("/stop")
    def stop() -> str:
        """Ask whether to stop here and go on another time."""
        there = room.anyone()
        return room.show("stop.html", there, there.progress.step)

    @blueprint.post("/leave")
    def leave() -> AnyResponse:
        """End the session and leave nothing behind."""
        return end_ceremony(room)

    @blueprint.post("/hand-over")
    def hand_over() -> AnyResponse:
        """Leave nothing of this client behind, then begin with the next one."""
        there = room.enter(Step.DONE)
        following = there.document.document_id if there.document.next_here else ""
        response = end_ceremony(room)
        if following and room.next_client is not None:
            response.headers["Location"] = room.next_client(following)
        return response

    @blueprint.post("/awake")
    def awake() -> AnyResponse:
        """The client is still there."""
        room.anyone()
        return Response(status=204)

    @blueprint.get("/display")
    def display_choice() -> str:
        """Offer language and display options."""
        there = room.anyone()
        return room.show("display.html", there, there.progress.step, back=request.args.get("back"))


def end_ceremony(room: Room) -> Response:
    """Close the session and send the browser home with nothing left in it."""
    there = session.get("ceremony")
    if room.doors is not None and isinstance(there, str):
        room.doors.shut(there)
    end_session(room.desk)
    room.pictures.forget()
    return forget_everything(Response(status=303, headers={"Location": room.home}))


def _rows(there: OpenCeremony) -> list[dict[str, object]]:
    """Label, value and screen number of every field, for the list on the review screen.

    What head office has filled in stands first and has no screen; initials are one line.
    """
    language, given = there.document.language, there.progress.values
    rows: list[dict[str, object]] = [
        {"spec": spec, "value": printed(spec, check_field(spec, language), language), "number": 0}
        for spec in there.document.client.fields
        if spec.fixed is not None
    ]
    for number, group in enumerate(field_groups(there.document), start=1):
        one = group[0].kind is FieldKind.INITIALS
        for spec in group[:1] if one else group:
            value = printed(spec, given.get(spec.key, ""), language)
            rows.append({"spec": spec, "value": value, "number": number})
    return rows
