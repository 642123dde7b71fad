"""The web application of the desk for clients' own telephones: the ceremony and what leads to it.

    app = create_phone_app(settings, secure=True)
    start(app)
    ...
    stop(app)

It has no screens for finding, verifying, the state of the device or enrolment: whoever has its
address is anybody at all. Enrol it on the command line.
"""

from __future__ import annotations

import httpx
from flask import Flask

from kiosk.application import KioskFlask, Parts, dress
from kiosk.clock import MachineTime
from kiosk.head_office import HeadOffice
from kiosk.phone_desk import PhoneDesk
from kiosk.screens.phone import make_phone_screens
from kiosk.settings import Settings
from kiosk.terminal import Terminal
from signing.ceremony import make_ceremony

__all__ = ["create_phone_app"]


def create_phone_app(
    settings: Settings,
    machine: MachineTime | None = None,
    http: httpx.Client | None = None,
    *,
    secure: bool = False,
) -> Flask:
    """Make the application.

    Args:
        settings: where and how.
        machine: where raw time comes from; tests turn their own clocks.
        http: how to reach head office; tests give their own client.
        secure: whether browsers come by https, and may send the cookie in no other way.

    Raises:
        KioskError: the data folder cannot be used.
    """
    terminal = Terminal(settings, machine)
    head_office = HeadOffice(terminal, http)
    desk = PhoneDesk(terminal, head_office.ask_for_code, head_office.wake)
    app = KioskFlask(__name__, static_folder="static", template_folder="templates")
    app.extensions["kiosk"] = Parts(terminal, desk, head_office)
    screens = (
        make_phone_screens(desk, head_office.wake),
        make_ceremony(desk, home="/fresh", sound="off"),
    )
    dress(app, terminal, settings, screens)
    # A ticket's address comes from head office's site, which a Strict cookie would not follow.
    app.config.update(
        SESSION_COOKIE_NAME="sygnet_phone",
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=secure,
    )
    return app
