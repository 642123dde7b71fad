"""Head office: prepare, have the director sign, hand to a kiosk, follow, deliver, destroy.

A head office lives in one data folder; everything that changes it is a plain function that
screens, command line, jobs and tests share:

    >>> from office.lifecycle import State, Step, next_state
    >>> next_state(State.DIRECTOR_SIGNED, Step.DISPATCH)
    <State.DUE: 'due'>
"""
