"""The kiosk: the touch terminal where a client signs in person, with or without a network."""
