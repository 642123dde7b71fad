"""Handing messages to the outside: one narrow interface, one adapter for each way out."""
