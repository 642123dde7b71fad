"""The kiosk's own screens: everything before and beside the ceremony.

One blueprint per module, made by a function that takes what the screen needs. Templates are in
kiosk/templates/kiosk and extend the ceremony's base.html.
"""
