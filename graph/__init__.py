"""People and ties, and where they are kept.

``graph.model`` holds the words of the house (standard library only). The three ports are ``graph.store.GraphStore``
(people and ties), ``graph.records.RecordStore`` (accounts, consent, jobs) and ``graph.voters.VoterFile`` (the voter
file as columns). Adapters live in ``graph.sqlite`` and ``graph.files``; only ``app.wiring`` names one.
"""
