"""The main job on any PDF, without a screen: `python -m tests.demo in.pdf out`.

Head office and kiosk are the real applications in one process: prepare (the client's fields,
stamp and signature on the last page of the input), director signs, sync, link cut, code, every
page, fill, stamp, ink, seal, link back, upload, receipt. Writes into the folder:

signed.pdf, trust/ (what `python -m verifier --trust` takes), root.pem, qr.png, qr.txt,
certificate.png, timings.json.

Exit codes: 0 the verifier says genuine; 1 it does not; 3 wrong usage; 4 the input cannot be
signed, the reason is printed with its code and nothing is written.
"""

from __future__ import annotations

import argparse
import io
import json
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pypdfium2
import qrcode
from cryptography.hazmat.primitives.serialization import Encoding
from qrcode.constants import ERROR_CORRECT_M

from office.clients import Client
from office.codes_desk import issue_for
from office.director_desk import request_director_code, sign_documents
from office.documents import Document, find_document
from office.downloads import final_file
from office.errors import OfficeError
from office.history import Actor
from office.layout import Layout
from office.preparation import NewDocument, create_document, send_to_director
from office.signing_order import NewClient
from signing.errors import SigningError
from signing.fields import FieldKind, FieldSpec, Placement
from signing.normalise import normalise
from signing.page_geometry import PageSize
from signing.whole_file import write_whole
from tests.client_at_kiosk import ClientAtKiosk
from tests.samples.hand import drawn_signature, stamp_photograph
from tests.world import World
from verifier.document import verify_pdf
from verifier.trust_folder import load_trust
from verifier.verdict import Outcome, Verdict

__all__ = ["Demonstration", "main"]

EXIT_GENUINE, EXIT_NOT_GENUINE, EXIT_USAGE, EXIT_REFUSED = 0, 1, 3, 4
CLIENT, CONTACT = "Łucja Żółkiewska", "+48600000123"
SECOND_CLIENT = "Олена Ґжицька"
ANSWERS = {
    "place": "Kraków, ul. Świętokrzyska 5",
    "day": "24.11.2026",
    "amount": "1250,50",
    "agreed": "yes",
    "initials": "ŁŻ",
}
SMALLEST_PAGE = (260.0, 250.0)
"""Points; on a smaller last page everything goes to an appended signing page."""
CERTIFICATE_PIXELS = 1240
"""Width of certificate.png: A4 at 150 dots an inch, as sharp as the kiosk shows it."""


@dataclass
class Demonstration:
    """One PDF's way through the house, and how long each part of it took."""

    world: World
    timings: dict[str, float] = field(default_factory=dict)  # step -> milliseconds

    def play(
        self, pdf: bytes, title: str, password: str = "", *, clients: int = 1
    ) -> tuple[bytes, str]:
        """Take a PDF from head office through the offline kiosk and back.

        Args:
            pdf: the file.
            title: of the document.
            password: of an encrypted PDF.
            clients: how many sign, one after the other: 1 or 2.

        Returns:
            The final PDF as head office accepted it, and the text of its QR.

        Raises:
            OfficeError: it cannot be signed, or
            SigningError: the same, found before head office was asked.
        """
        world = self.world
        document = self._prepare(pdf, title, password, clients)
        with self._timed("director_signs"):
            self._direct(document.id)
        with self._timed("sync_down"):
            world.exchange()
        world.cable.joined = False
        client = ClientAtKiosk(world.visitor())
        with self._timed("find"):
            client.find(document.short_number)
        for signer in document.clients:
            self._give_everything(client, document, signer)
            with self._timed("seal" if signer == document.clients[-1] else "turn"):
                client.agree()
            if signer != document.clients[-1]:
                client = client.hand_over(document.short_number)
        client.leave()
        text = self._qr_text(document.id)
        world.cable.joined = True
        with self._timed("sync_up"):
            world.exchange()
        world.run_jobs()
        world.mailbox.latest(r"(http\S+/d/\S+)", to=CONTACT)
        with world.office.database.read() as connection:
            completed = find_document(connection, document.id)
            return final_file(world.office, connection, completed), text

    def _give_everything(self, client: ClientAtKiosk, document: Document, signer: Client) -> None:
        """Code, every page, fields, stamp and ink: all that a client does but agree."""
        world, layout = self.world, document.layout_of(signer.place)
        with self._timed("code"):
            issue_for(world.office, document.id, Actor(), world.clock(), "link", signer.place)
            world.run_jobs()
            client.enter_code(world.mailbox.latest_code(to=CONTACT))
        with self._timed("read"):
            client.read_every_page()
        with self._timed("fill_stamp_ink"):
            if layout.fields:
                client.fill(ANSWERS)
            if signer.stamp_wanted:
                client.add_stamp(stamp_photograph())
            client.draw(drawn_signature())

    def _prepare(self, pdf: bytes, title: str, password: str, clients: int) -> Document:
        world, actor = self.world, Actor(self.world.operator.id)
        layout = layout_on_last_page(normalise(pdf, password or None).pages)
        first = NewClient(CLIENT, CONTACT, world.kiosk_id, layout.stamp is not None, layout)
        second = NewClient(SECOND_CLIENT, CONTACT, world.kiosk_id)  # signs on a page of its own
        new = NewDocument(
            pdf=pdf,
            title=title,
            clients=(first, second)[:clients],
            director_id=world.director.id,
            language="pl",
            password=password,
            layout=layout,
        )
        with self._timed("prepare"):
            document_id = create_document(world.office, new, actor, world.clock())
            send_to_director(world.office, document_id, actor, world.clock())
        with world.office.database.read() as connection:
            return find_document(connection, document_id)

    def _direct(self, document_id: str) -> None:
        world = self.world
        request_director_code(world.office, world.director, [document_id], world.clock())
        world.run_jobs()
        code = world.mailbox.latest_code(to=world.director.email)
        sign_documents(world.office, world.director, [document_id], code, world.clock())

    def _qr_text(self, document_id: str) -> str:
        found = self.world.kiosk.terminal.store.row(
            "SELECT text FROM sealed WHERE document_id = ?", (document_id,)
        )
        assert found is not None, "the kiosk forgot what it sealed"
        return str(found[0])

    @contextmanager
    def _timed(self, step: str) -> Iterator[None]:
        begun = time.perf_counter()
        yield
        took = (time.perf_counter() - begun) * 1000
        self.timings[step] = round(self.timings.get(step, 0.0) + took, 1)


def layout_on_last_page(sizes: Sequence[PageSize]) -> Layout:
    """The client's fields, stamp and signature along the foot of the last page."""
    page, size = len(sizes) - 1, sizes[-1]
    if size.width < SMALLEST_PAGE[0] or size.height < SMALLEST_PAGE[1]:
        return Layout()
    left, half = 24.0, (size.width - 60.0) / 2
    narrow = (half - 8) / 2
    fields = (
        FieldSpec("place", FieldKind.TEXT, "Adres", True, Placement(page, left, 150, half, 18)),
        FieldSpec("day", FieldKind.DATE, "Data", True, Placement(page, left, 126, narrow, 18)),
        FieldSpec(
            "amount",
            FieldKind.MONEY,
            "Kwota",
            True,
            Placement(page, left + narrow + 8, 126, narrow, 18),
            currency="PLN",
        ),
        FieldSpec("agreed", FieldKind.CHECKBOX, "Zgoda", True, Placement(page, left, 104, 14, 14)),
        FieldSpec(
            "initials",
            FieldKind.INITIALS,
            "Inicjały",
            True,
            Placement(page, left + 24, 102, 40, 20),
        ),
    )
    right = left + half + 12
    return Layout(
        fields=fields,
        signature=Placement(page, right, 44, half, 54),
        stamp=Placement(page, right, 104, half, 64),
        director_signature=Placement(page, left, 44, half, 54),
    )


def demonstrate(source: Path, out: Path, password: str, clients: int = 1) -> int:
    """Run one PDF and write everything, or nothing."""
    pdf = source.read_bytes()
    with tempfile.TemporaryDirectory(prefix="sygnet-demo-") as folder:
        with World(Path(folder), lambda: datetime.now(UTC)) as world:
            run = Demonstration(world)
            try:
                title = source.stem[:80] or "PDF"
                signed, text = run.play(pdf, title, password, clients=clients)
            except (OfficeError, SigningError) as error:
                print(f"{error.sentence} {error.next_step} [{error.code}]", file=sys.stderr)
                return EXIT_REFUSED
            trust_folder = world.kiosk.terminal.settings.trust_folder.resolve()
            trust_files = {path.name: path.read_bytes() for path in trust_folder.glob("*.json")}
            root = world.kiosk.terminal.enrolment().kiosk.chain[-1].public_bytes(Encoding.PEM)
        out.mkdir(parents=True, exist_ok=True)
        (out / "trust").mkdir(exist_ok=True)
        for name, content in trust_files.items():
            write_whole(out / "trust" / name, content)
        begun = time.perf_counter()
        verdict = verify_pdf(signed, load_trust(out / "trust"), datetime.now(UTC))
        run.timings["verify"] = round((time.perf_counter() - begun) * 1000, 1)
        write_whole(out / "signed.pdf", signed)
        write_whole(out / "root.pem", root)
        write_whole(out / "qr.txt", (text + "\n").encode("ascii"))
        write_whole(out / "qr.png", qr_picture(text))
        write_whole(out / "certificate.png", last_page_picture(signed))
        write_whole(out / "timings.json", (json.dumps(run.timings, indent=2) + "\n").encode())
    return report(out, verdict)


def report(out: Path, verdict: Verdict) -> int:
    """Say what came of it; returns the exit code."""
    print(verdict.sentence("en"))
    for finding in verdict.findings:
        print(f"  {finding.severity.value:7} {finding.sentence('en')}")
    print(f"Written to {out}/: {', '.join(sorted(path.name for path in out.iterdir()))}")
    return EXIT_GENUINE if verdict.outcome is Outcome.GENUINE else EXIT_NOT_GENUINE


def qr_picture(text: str) -> bytes:
    """The QR as a PNG, four modules of quiet zone."""
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_M, box_size=6, border=4)
    code.add_data(text)
    code.make(fit=True)
    target = io.BytesIO()
    code.make_image().save(target, "PNG")
    return target.getvalue()


def last_page_picture(pdf: bytes) -> bytes:
    """The certificate page as a PNG."""
    with pypdfium2.PdfDocument(pdf) as document:
        document.init_forms()
        page = document[len(document) - 1]
        picture = page.render(scale=CERTIFICATE_PIXELS / page.get_width()).to_pil()
    target = io.BytesIO()
    picture.save(target, "PNG", optimize=True)
    return target.getvalue()


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.demo",
        description="Sign one PDF from head office through an offline kiosk to a verdict.",
        epilog="Exit codes: 0 genuine, 1 not genuine, 3 wrong usage, 4 the PDF cannot be signed.",
    )
    parser.add_argument("pdf", type=Path, nargs="?", help="the PDF to be signed")
    parser.add_argument("out", type=Path, nargs="?", help="folder for what comes of it")
    parser.add_argument("--password", default="", help="of an encrypted PDF")
    words = "how many sign, one after the other with one telephone"
    parser.add_argument("--clients", type=int, choices=(1, 2), default=1, help=words)
    parser.add_argument("--table", type=Path, metavar="FOLDER", help="try every PDF of a folder")
    try:
        options = parser.parse_args(arguments)
    except SystemExit as ended:
        return EXIT_USAGE if ended.code else EXIT_GENUINE
    if options.table is not None:
        from tests.demo_table import print_table

        return print_table(options.table)
    if options.pdf is None or options.out is None:
        parser.print_usage(sys.stderr)
        return EXIT_USAGE
    if not options.pdf.is_file():
        print(f"There is no file {options.pdf}.", file=sys.stderr)
        return EXIT_USAGE
    return demonstrate(options.pdf, options.out, options.password, options.clients)


if __name__ == "__main__":
    sys.exit(main())
