"""Serving a head office: the web server, the scheduler behind it, and a clean end.

The scheduler works through the outbox every second, looking at the clock before each job, adds
evidence to final files beside that, and does the housekeeping every hour. SIGTERM and
Ctrl-C let running requests and jobs finish; killing the process at any moment loses nothing.
"""

from __future__ import annotations

import logging
import shutil
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from types import FrameType
from typing import TYPE_CHECKING

import waitress
from apscheduler.schedulers.background import BackgroundScheduler

from office.application import MAX_UPLOAD_BYTES, create_app
from office.delivery.sender import Senders
from office.development import MailSink, development_settings
from office.errors import NotSetUp
from office.head_office import HeadOffice, open_head_office
from office.long_keeping import keeping_round
from office.settings import Settings
from office.time_service import configured_service
from office.work import configured_senders, housekeeping, tick

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication
    from waitress.server import BaseWSGIServer

__all__ = ["make_server", "serve"]

TICK_SECONDS = 1  # a code that was asked for leaves within this time
KEEPING_SECONDS = 3  # in a thread of its own: a time-stamping service may be slow
JOBS_PER_TICK = 50  # then the scheduler may stop, if it was asked to
HOUSEKEEPING_SECONDS = 3600
MAX_BODY_BYTES = 4 * MAX_UPLOAD_BYTES  # what is larger is cut off unread, without our words
THREADS = 8  # requests at once; PDF work holds one for seconds

_LOG = logging.getLogger(__name__)


def utc_now() -> datetime:
    """Return the time; the only clock of a served head office."""
    return datetime.now(UTC)


def serve(settings: Settings) -> None:
    """Serve until SIGTERM or Ctrl-C.

    Raises:
        NotSetUp: no head office in the data folder, the port is taken (`port_taken`), or what the
            settings name of a time-stamping service cannot be read.
    """
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s level=%(levelname)s %(message)s")
    for ours in ("office", "sync", "signing", "verifier"):
        logging.getLogger(ours).setLevel(logging.INFO)
    with ExitStack() as stack:
        office = open_head_office(settings)
        stack.callback(office.close)
        configured_service(settings)  # what is wrong there is found now, not at the first document
        if settings.development:
            sink = stack.enter_context(MailSink(office, utc_now))
            office = replace(office, settings=development_settings(settings, sink.port))
        shutil.rmtree(office.work_folder, ignore_errors=True)
        office.work_folder.mkdir(mode=0o700)
        housekeeping(office, utc_now())
        stack.enter_context(_clockwork(office, configured_senders(office)))
        _listen(office)


@contextmanager
def _clockwork(office: HeadOffice, senders: Senders) -> Iterator[None]:
    """Run the ticking and the housekeeping in the background."""
    scheduler = BackgroundScheduler(timezone=UTC)
    options = {"max_instances": 1, "coalesce": True, "misfire_grace_time": None}
    scheduler.add_job(
        _guarded("tick", lambda: _work_through(office, senders)),
        "interval",
        seconds=TICK_SECONDS,
        **options,
    )
    scheduler.add_job(
        _guarded("keeping", lambda: _keep_files(office)),
        "interval",
        seconds=KEEPING_SECONDS,
        **options,
    )
    scheduler.add_job(
        _guarded("housekeeping", lambda: housekeeping(office, utc_now())),
        "interval",
        seconds=HOUSEKEEPING_SECONDS,
        **options,
    )
    scheduler.start()
    try:
        yield
    finally:
        scheduler.shutdown(wait=True)


def _work_through(office: HeadOffice, senders: Senders) -> None:
    """Run the jobs that are due, each at the time that it is by then."""
    for _ in range(JOBS_PER_TICK):
        if tick(office, senders, utc_now()) == 0:
            break


def _keep_files(office: HeadOffice) -> None:
    """Add evidence to the final files that are due, each at the time that it is by then."""
    for _ in range(JOBS_PER_TICK):
        if keeping_round(office, utc_now()) == 0:
            break


def _guarded(name: str, work: Callable[[], object]) -> Callable[[], None]:
    """Let a round that fails be logged and followed by the next one."""

    def run() -> None:
        try:
            work()
        except Exception:  # noqa: BLE001 - the clockwork must go on whatever one round meets
            _LOG.exception("event=round_failed round=%s", name)

    return run


def make_server(app: WSGIApplication, settings: Settings) -> BaseWSGIServer:
    """Bind the web server of an application.

    Behind a proxy that the settings name, `REMOTE_ADDR` is what that proxy says; what anybody
    else says about where a request comes from is thrown away.

    Raises:
        NotSetUp: `port_taken`.
    """
    try:
        return waitress.create_server(
            app,
            host=settings.listen_host,
            port=settings.port,
            threads=THREADS,
            ident=None,
            max_request_body_size=MAX_BODY_BYTES,
            trusted_proxy=settings.trusted_proxy or None,
            trusted_proxy_headers={"x-forwarded-for"} if settings.trusted_proxy else set(),
            clear_untrusted_proxy_headers=True,
        )
    except OSError as error:
        raise NotSetUp(
            "port_taken",
            f"Port {settings.port} on {settings.listen_host} cannot be used.",
            "Stop what uses it, or choose another one with --port.",
        ) from error


def _listen(office: HeadOffice) -> None:
    settings = office.settings
    server = make_server(create_app(office, utc_now), settings)

    def stop(_signal: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, stop)
    print(f"Head office listens on {settings.public_url}/", flush=True)
    try:
        server.run()
    except KeyboardInterrupt:
        pass
    finally:
        server.close()
        _LOG.info("event=stopped")
