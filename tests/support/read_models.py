"""Which tables of each service are made of what was said, and which are not, with the reason: nothing is left out unnoticed."""

from collections.abc import Mapping

Left = tuple[str, ...]
"""Columns that are no copies: when something was heard here, or what this service alone found out."""

READ_MODELS: Mapping[str, Mapping[str, Left]] = {
    "partners": {"partner_case": (), "partner_webinar": ()},
    "knowledge": {
        "region": (),
        "organisation": (),
        "rearrangement": (),
        "merged_person": (),
        "access": (),
        "ended_session": (),
        "forgotten_person": ("forgotten_at",),
        "case": ("updated_at", "indexed_version", "searchable_at"),
        "revision": ("id", "at"),
    },
    "events": {
        "region": (),
        "rearrangement": (),
        "concerned_person": (),
        "person_region": (),
        "person_focus_area": (),
        "segment": (),
        "segment_member": (),
        "send": (),
        "merged_person": (),
        "access": (),
        "ended_session": (),
        "forgotten_person": ("forgotten_at",),
        "webinar": ("updated_at",),
        "registration": ("updated_at",),
    },
    "notifier": {
        "region": (),
        "rearrangement": (),
        "recipient": ("refused_email",),
        "recipient_region": (),
        "recipient_focus_area": (),
        "segment": (),
        "segment_member": (),
        "webinar": (),
        "registration": (),
        "merged_person": (),
        "access": (),
        "ended_session": (),
        "forgotten_person": ("forgotten_at",),
        "withdrawn_letter": ("heard_at",),
    },
}
"""What each service knows from others, and what of its own follows others' facts; with the columns that need not be the same."""

OF_THE_HOUSE: Mapping[str, str] = {
    "outbox": "what this service said itself, when",
    "inbox": "which message came when",
    "parked_message": "what it could not digest",
    "idempotent_reply": "what it answered to whom",
    "audit_entry": "who changed what here",
}
REGISTERED = (
    "action_plan", "agreement", "annual_round", "certification", "climate_account", "fee", "goal", "import_row", "kept_day",
    "lead_project", "letter", "membership", "organisation", "organisation_alias", "organisation_claim", "organisation_distinct",
    "organisation_former_name", "organisation_logo", "person", "person_alias", "person_distinct", "person_grant", "rearrangement",
    "rearrangement_assignment", "record_import", "region", "register_finding", "register_round", "round_exception", "segment",
    "stored_file", "topic",
)  # fmt: skip
SIGNED_IN = (
    "access", "api_token", "ended_session", "identity", "issuer_attempt", "passkey", "passkey_challenge", "second_step", "session",
    "sign_in_count", "sign_in_request",
)  # fmt: skip
OF_CASES = (
    "case_blob", "case_file", "case_picture", "contributor", "funding", "impact", "relation", "term", "translation", "vocabulary",
)  # fmt: skip
FORGOTTEN = ("audit_check", "erased_external_id", "erasure", "forgotten_person")
OWN: Mapping[str, Mapping[str, str]] = {
    "partners": {
        **dict.fromkeys(REGISTERED, "what the registry is for: all others know it from here"),
        **dict.fromkeys(SIGNED_IN, "who is signed in and how, which starts here"),
        **dict.fromkeys(FORGOTTEN, "what was erased and checked, which starts here"),
    },
    "knowledge": {
        **dict.fromkeys(OF_CASES, "what cases hold and the words for it, entered here"),
        "need": "what partners look for, entered here",
        "need_match": "what may answer needs, and what came of it, entered here",
        "adoption": "who does the same elsewhere, entered here",
        "question": "who asked, and when that was answered, entered here",
        "match_task": "what is still to be matched",
        "index_state": "where its search engine stands; the index itself is compared",
        "index_run": "when it filled the index",
        "index_refusal": "what the engine refused",
    },
    "events": {},
    "notifier": {
        "send": "what it sends; nobody else has it",
        "delivery": "whom it wrote to, and how that went; nobody else has it",
        "preference": "what people told it themselves",
        "earlier_address": "addresses from before the last that was said of somebody",
        "mail_to_forget": "what it has yet to ask of the mail server",
    },
}
"""What each service would lose with its database, and why."""
