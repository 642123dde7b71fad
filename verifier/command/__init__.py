"""The verifier's command line, `python -m verifier` (docs/verifier-command.md).

What is here reads files, the terminal and the clock, and prints; what is genuine is decided
elsewhere in this package, by pure functions.
"""
