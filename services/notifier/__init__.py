"""notifier: automatic e-mail, each exactly once as far as SMTP allows, and the proof of it.

Owns: sends, deliveries, preferences; copies of people, regions, segments, webinars and answers.
Says: audience frozen, send completed, address refused.
Hears: region recorded, region rearranged, person stated, access stated, segment stated, letter asked, letter withdrawn, sign-in
requested, session ended, case changes requested, library's letter asked, webinar published, webinar cancelled, registration recorded.
Needs: a database, NATS, an SMTP server, the link key.
"""
