"""The screens of head office: one blueprint per module, every route with the roles it serves."""
