"""events: webinars of the regions and the whole network, and who comes to them.

Owns: webinars, registrations.
Says: webinar published, webinar cancelled, registration recorded.
Hears: region recorded, region rearranged, person stated and segment stated (who a webinar concerns), access stated, session ended,
audience frozen, send completed (who was invited).
Needs: a database, NATS.
"""
