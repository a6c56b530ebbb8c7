"""The verbs of the registry.

regions.py        establish, create, edit
memberships.py    begin, end, keep_calendar: partnerships from a day and to a day
rearranging/      splitting, merging and renaming regions
webinars.py       note_published, note_cancelled
organisations.py  register, edit
people.py         register, edit
accounts.py       record: a version of a year's climate account
agreements.py     sign, attach, terminate, store
obligations.py    certify, adopt_plan, set_goal, lead, remove, note_fee
rounds.py         plan, edit, open_now, close, open_due, nudge, make_exception, lift_exception
placing.py        placed: the organisation a change is about, locked, and whether the actor may
segments.py       save, edit, give_up, restate: groups of people by rule
statements.py     state_regions, state_organisations, state_people, state_access, restate_people_of: what the registry tells the network
sign_in.py        request, check, spend, note_refused: links
sessions.py       enter, finish, start, renew, end, end_own, end_all, end_of_issuer
identities.py     begin, answered, come_in, link_own, link_waiting, unlink: accounts at issuers
passkeys.py       ask_to_register, ask_to_sign_in, register, show, remove, remove_all
tokens.py         make, revoke, revoke_all, note_use, note_own_uses: people's API tokens
securing.py       sign_out_everywhere, remove_passkeys: what staff do for somebody
asking.py         seldom_enough, counted: how often something may be asked for
entering.py       uniquely: what must be unique, also when two enter it at once
erasing.py        may_erase, ask, ask_for, erase_now, take_back, check, confirm, note_erased, warn
forgetting.py     what goes of a person, and what stays without their name
auditing.py       look, keep: whether the audit still is what was written
letters.py        ask, withdraw: mail to one person
library.py        note_published, note_archived
loading.py        load organisations and people from an import file
retention.py      what goes when its time is over
prefill.py        proposed, vouched, borne_out: what the register of organisations tells, as values of ours
register_check.py note_told, take_over, keep: what the register says otherwise, and what staff make of it
claims.py         request, ask, confirm, withdraw, accept, reject, invite, forget_unconfirmed
merging.py        preview, merge, part; carrying.py: how each kind of record goes along
logos.py          show, remove
"""
