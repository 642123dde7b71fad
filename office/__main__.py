"""The command line of head office: `python -m office COMMAND`.

Exit codes: 0 done; 1 refused, the reason is printed with its code and nothing was changed;
2 wrong usage; 3 no head office in the data folder, or one that cannot be opened; 4 a PDF that
cannot be signed.

A password is read from the first line of standard input (`--password-stdin`) or from the
environment variable SYGNET_OFFICE_PASSWORD, never from the command line.
"""

from __future__ import annotations

import sys

from office.command_line import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
