"""What every screen of the ceremony shares: the desk, who is there, and where they may go."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from flask import render_template, request, session, url_for
from flask_babel import gettext

from signing.ceremony.desk import CeremonyDocument, Desk
from signing.ceremony.outcomes import unbroken
from signing.ceremony.page_pictures import PagePictures, Places
from signing.ceremony.picture_door import PictureDoor
from signing.ceremony.progress import Progress, Step
from signing.ceremony.sessions import (
    OpenCeremony,
    chosen_language,
    chosen_options,
    session_of_request,
)
from signing.ceremony.speech import Sound

__all__ = ["Elsewhere", "Room", "StaffPaths"]

IDLE_SECONDS = 60  # nobody touches the screen: ask whether anybody is there
READING_IDLE_SECONDS = 180  # a full page of small print takes longer than a minute
PHONE_IDLE_SECONDS = 600  # the client's own phone is not looked at by the next in the queue
WARNING_SECONDS = 20  # WCAG 2.2.1: at least 20 s to say "still here"

SCREEN_OF_STEP = {
    Step.CODE: "ceremony.confirm",
    Step.READ: "ceremony.read",
    Step.FILL: "ceremony.fill",
    Step.STAMP: "ceremony.stamp",
    Step.SIGN: "ceremony.sign",
    Step.REVIEW: "ceremony.review",
    Step.DONE: "ceremony.done",
}


class Elsewhere(Exception):
    """The client belongs on another screen; the blueprint redirects there."""

    def __init__(self, location: str) -> None:
        """Name the screen's address."""
        super().__init__(location)
        self.location = location


@dataclass(frozen=True)
class StaffPaths:
    """Where staff can be called from a client's screen; empty where there are none."""

    identity: str = ""  # they look at an identity document, and the client goes on
    enter: str = ""  # they take the screen back


@dataclass(frozen=True)
class Room:
    """The ceremony's shared surroundings."""

    desk: Desk
    home: str  # path to go to when the client has left
    next_client: Callable[[str], str] | None = None  # path at which a document's next client begins
    pictures: PagePictures = field(default_factory=PagePictures)
    sound: Sound = "off"  # where the device's voice is heard
    staff: StaffPaths = field(default_factory=StaffPaths)
    doors: PictureDoor | None = None  # for pictures from the client's phone

    def known(self) -> OpenCeremony | None:
        """The client before the screen, if anybody is."""
        return session_of_request(self.desk)

    def anyone(self) -> OpenCeremony:
        """The client before the screen. Raises `Elsewhere` when nobody is."""
        there = self.known()
        if there is None:
            session.pop("ceremony", None)
            raise Elsewhere(self.home)
        return there

    def enter(self, step: Step) -> OpenCeremony:
        """The client, if `step` is open to them; the progress is now at that step.

        Raises:
            Elsewhere: Something before `step` is missing, or nobody is there.
        """
        there = self.anyone()
        progress = self._after_a_crash(there)
        if not progress.may_open(step, there.document):
            raise Elsewhere(self.address(progress.missing_step(there.document)))
        if step is not Step.READ:
            progress = progress.with_page_closed(self.desk.now())
        seen = replace(progress.at(step), language=chosen_language(), options=chosen_options())
        if seen != there.progress:
            self.desk.save(seen)
        return OpenCeremony(there.document, seen)

    def onward(self, there: OpenCeremony, done: Step) -> str:
        """The address of the step after `done`, or of the first one that is missing before it.

        A client who came from the review (`then=review`) goes back there when all is complete.
        """
        order = list(steps_of(there.document))
        missing = there.progress.missing_step(there.document)
        if request.values.get("then") == "review":
            return self.address(missing)
        following = order[min(order.index(done) + 1, len(order) - 1)]
        earlier = missing is not Step.DONE and order.index(missing) < order.index(following)
        return self.address(missing if earlier else following)

    def address(self, step: Step) -> str:
        """The address of a step's first screen."""
        return url_for(SCREEN_OF_STEP[step])

    def show(self, template: str, there: OpenCeremony, step: Step, **words: object) -> str:
        """Draw a screen with the client's place among the steps."""
        steps = steps_of(there.document)
        before = [gettext("Find")] if self.desk.kind == "kiosk" else []
        return render_template(
            f"ceremony/{template}",
            document=there.document,
            progress=there.progress,
            step_names=before + [step_name(one) for one in steps],
            step_number=len(before) + (steps.index(step) if step in steps else len(steps)) + 1,
            desk_kind=self.desk.kind,
            staff=self.staff,
            idle=self.idle(step),
            phone_pictures=self.doors is not None,
            unbroken=unbroken,
            **words,
        )

    def idle(self, step: Step) -> dict[str, int]:
        """Seconds without a touch before the warning, and of the warning."""
        seconds = READING_IDLE_SECONDS if step is Step.READ else IDLE_SECONDS
        if self.desk.kind == "phone":
            seconds = PHONE_IDLE_SECONDS
        return {"seconds": seconds, "warning": WARNING_SECONDS}

    def picture_of(self, document: CeremonyDocument, page: int, width: int) -> bytes:
        """A page as a JPEG. Raises `PageRefused`."""
        return self.pictures.jpeg(self._pdf(document), document.pdf_sha256, page, width)

    def words_of(self, document: CeremonyDocument, page: int) -> str:
        """The words on a page. Raises `PageRefused`."""
        return self.pictures.text(self._pdf(document), document.pdf_sha256, page)

    def places_in(self, document: CeremonyDocument) -> Places:
        """Where the form fields stand. Raises `PageRefused`."""
        return self.pictures.places(self._pdf(document), document.pdf_sha256)

    def _pdf(self, document: CeremonyDocument) -> Callable[[], bytes]:
        return lambda: self.desk.pdf(document.document_id)

    def _after_a_crash(self, there: OpenCeremony) -> Progress:
        """If the power went between sealing and saving, the document is sealed: say so."""
        progress = there.progress
        if progress.consent_at is None or progress.step is Step.DONE:
            return progress
        if self.desk.sealed_pdf(progress.document_id) is None:
            return progress
        progress = progress.at(Step.DONE)
        self.desk.save(progress)
        return progress


def steps_of(document: CeremonyDocument) -> Sequence[Step]:
    """The steps that this document needs, without `DONE`."""
    steps = [Step.CODE, Step.READ]
    if document.client.asked:
        steps.append(Step.FILL)
    if document.stamp_wanted:
        steps.append(Step.STAMP)
    return [*steps, Step.SIGN, Step.REVIEW]


def step_name(step: Step) -> str:
    """A step's name as the client reads it."""
    names: dict[Step, Callable[[], str]] = {
        Step.CODE: lambda: gettext("It’s you"),
        Step.READ: lambda: gettext("Read"),
        Step.FILL: lambda: gettext("Fill in"),
        Step.STAMP: lambda: gettext("Stamp"),
        Step.SIGN: lambda: gettext("Signature"),
        Step.REVIEW: lambda: gettext("Check and sign"),
        Step.DONE: lambda: gettext("Done"),
    }
    return names[step]()
