"""A print server of our own: CUPS as Debian ships it, with a played printer.

The played printer is a CUPS backend: it writes what it would print into its folder, waits while
a file `empty` lies there (as printers do that have no paper), and is gone while one `gone` does.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.process import wait_for

__all__ = ["DRIVEN_PRINTER", "PRINTER", "PrintServer", "print_server"]

PRINTER = "desk"
"""Prints what it gets."""
DRIVEN_PRINTER = "driven"
"""Gets what the filters of CUPS and the driver of cups-pdf make of it: PostScript."""

FILES = """
ServerRoot {root}/etc
ServerBin {root}/bin
RequestRoot {root}/spool
CacheDir {root}/cache
StateDir {root}/run
TempDir {root}/tmp
AccessLog {root}/access
ErrorLog {root}/error
PageLog {root}/page
"""
SCHEDULER = """
Listen {root}/socket
LogLevel warn
Browsing No
WebInterface No
DefaultAuthType None
PreserveJobFiles Yes
PreserveJobHistory Yes
ErrorPolicy stop-printer
<Location />
Order allow,deny
Allow all
</Location>
<Policy default>
<Limit All>
Order allow,deny
Allow all
</Limit>
</Policy>
"""
BACKEND = """#!/bin/sh
[ $# -eq 0 ] && exit 0
folder="${DEVICE_URI#played:}"
if [ -e "$folder/empty" ]; then
  echo "STATE: +media-empty-error" >&2
  while [ -e "$folder/empty" ]; do sleep 0.05; done
fi
echo "STATE: -media-empty-error" >&2
[ -e "$folder/gone" ] && exit 4
cat "${6:--}" > "$folder/part"
mv "$folder/part" "$folder/$1-$3.pdf"
"""
DRIVER = "/usr/share/ppd/cups-pdf/CUPS-PDF_opt.ppd"


@dataclass(frozen=True)
class PrintServer:
    """A running CUPS."""

    root: Path

    @property
    def socket(self) -> str:
        """Where it listens."""
        return str(self.root / "socket")

    @property
    def paper(self) -> Path:
        """The played printer: what came out of it, and `empty` or `gone`."""
        return self.root / "paper"

    def printed(self) -> list[bytes]:
        """What came out."""
        return [one.read_bytes() for one in sorted(self.paper.glob("*.pdf"))]

    def titles(self) -> list[str]:
        """What jobs were called."""
        return [one.stem.partition("-")[2] for one in sorted(self.paper.glob("*.pdf"))]

    def spooled(self) -> list[str]:
        """Files of documents in the spool."""
        return sorted(one.name for one in (self.root / "spool").glob("d[0-9]*"))

    def say(self, *command: str) -> str:
        """Run one of CUPS's commands."""
        environment = {**os.environ, "CUPS_SERVER": self.socket, "LC_ALL": "C"}
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
        return done.stdout


@contextmanager
def print_server(root: Path) -> Iterator[PrintServer]:
    """Run CUPS in a folder whose path is short enough for a socket."""
    root.chmod(0o755)  # filters are run by the user lp
    for name in ("etc", "bin/backend", "spool", "cache", "run", "tmp", "paper"):
        (root / name).mkdir(parents=True)
    (root / "tmp").chmod(0o777)
    for part in ("cgi-bin", "daemon", "driver", "filter", "monitor", "notifier"):
        (root / "bin" / part).symlink_to(Path("/usr/lib/cups") / part)
    backend = root / "bin/backend/played"
    backend.write_text(BACKEND)
    backend.chmod(0o700)
    for name, words in (("files.conf", FILES), ("cupsd.conf", SCHEDULER)):
        (root / name).write_text(words.format(root=root))
    command = ["cupsd", "-f", "-c", f"{root}/cupsd.conf", "-s", f"{root}/files.conf"]
    server = PrintServer(root)
    environment = {**os.environ, "PATH": f"{os.environ['PATH']}:/usr/sbin"}
    with subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL) as running:
        try:
            wait_for(lambda: Path(server.socket).exists(), "CUPS listens")
            add = "/usr/sbin/lpadmin"
            device = ("-v", f"played:{server.paper}", "-E")
            server.say(add, "-p", PRINTER, *device)
            server.say(add, "-p", DRIVEN_PRINTER, *device, "-P", DRIVER)
            yield server
        finally:
            running.terminate()
