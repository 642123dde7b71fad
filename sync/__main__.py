"""The command line of sync: `python -m sync once | loop | status | export | import | proof`.

Exit codes: 0 done; 1 it failed, or something of it did; 2 wrong usage; 3 the kiosk is not
enrolled; 4 the data folder is in use.
"""

from __future__ import annotations

import sys

from sync.command_line import main

if __name__ == "__main__":
    sys.exit(main())
