"""The kiosk: the touch terminal where a client signs in person, with or without a network.

    settings = settings_from({"data": "data/kiosk", "office": "https://office.example"})
    app = create_app(settings)
    start(app)                # or, all of it: python -m kiosk serve

How it is laid out, from the disk to the screen:

- store, migrations, vault: the encrypted database and the encrypted files;
- credential, clock, trust, settings: the device's secret, its time, its trust list;
- documents, document_files, journal: what is due here, and what head office must hear;
- identity, device_store, head_office: enrolment, and the kiosk's end of the sync;
- code_entry, sealing, desk: the kiosk as the place of a ceremony;
- verifying, screens, application: what people see;
- terminal: one kiosk, put together.
"""
