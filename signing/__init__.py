"""Making what the verifier accepts: keys, fields, appearances, signatures, certificate pages."""
