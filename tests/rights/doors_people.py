"""The registry's doors to people: those of staff, those of partners' own admins, and everybody's to their own."""

from tests.rights.door import Doors

doors = Doors("partners")
get, post, put, delete = doors.get, doors.post, doors.put, doors.delete
API = "/partners/api/v1"
SOMEBODY = {"name": "Ny", "email": "ny@example.org", "organisation_id": "{organisation_id}", "role": "partner_member"}
KARI = {"name": "{kari_name}", "email": "{kari_email}", "language": "nb", "version": "{person_version}"}
DOUBLES = {
    "first": "{person_id}", "second": "{double_id}", "keep": "first",
    "first_version": "{person_version}", "second_version": "{double_version}",
}  # fmt: skip

# Staff's.
get("/partners/people", "staff-and-auditors")
get("/partners/people/export", "staff-and-auditors")
get("/partners/people/doubles/export", "work.view")
get("/partners/people/new", "work.view")
post("/partners/people/new", "person.create", form={**SOMEBODY, "active": "1"}, refused=(422,))
get("/partners/people/{person_id}", "person.view")
get("/partners/people/{person_id}/edit", "person.edit")
post("/partners/people/{person_id}/edit", "person.edit", form={**KARI, "active": "1"})
get("/partners/people/{person_id}/erase", "person.erase")
post(
    "/partners/people/{person_id}/erase",
    "person.erase",
    form={"reason": "Ringte.", "how": "now"},
    where={"person_id": "double_id"},
)
get("/partners/people/{person_id}/erase", "region.lead.erase", where={"person_id": "lead_id"})
post(
    "/partners/people/{person_id}/erase",
    "region.lead.erase",
    form={"reason": "Ringte.", "how": "now"},
    where={"person_id": "lead_id"},
)
get("/partners/people/{person_id}/roles/{role_id}", "person.edit")
post("/partners/people/{person_id}/roles/{role_id}/end", "person.edit")
post("/partners/people/{person_id}/roles/{role_id}/functions", "person.edit", form={"functions": ["invoice"]})
post("/partners/people/{person_id}/roles", "person.grant", form={"role": "reviewer", "region": "{region}"})
post("/partners/people/{person_id}/sessions/end", "person.edit")
post("/partners/people/{person_id}/passkeys/remove", "person.edit")
get("/partners/people/doubles", "work.view")
get("/partners/people/{person_id}/merge", "person.edit")
get("/partners/people/merge", "person.merge", query="first={person_id}&second={double_id}")
post("/partners/people/merge", "person.merge", form=DOUBLES)
post("/partners/people/part", "person.merge", form=DOUBLES, refused=(422,))
get(f"{API}/people", "staff-and-auditors")
post(f"{API}/people", "person.create", json=SOMEBODY)
get(f"{API}/people/{{person_id}}", "person.view")
put(f"{API}/people/{{person_id}}", "person.edit", json=KARI)
post(f"{API}/people/{{person_id}}/erase", "person.erase", json={"reason": "Ringte.", "how": "mail"})
post(
    f"{API}/people/{{person_id}}/erase",
    "region.lead.erase",
    json={"reason": "Ringte.", "how": "now"},
    where={"person_id": "lead_id"},
)
post(f"{API}/people/{{person_id}}/roles", "person.grant", json={"role": "reviewer", "region": "{region}"})
post(f"{API}/people/{{person_id}}/roles/{{role_id}}/end", "person.edit", json={})
put(f"{API}/people/{{person_id}}/roles/{{role_id}}/functions", "person.edit", json={"functions": ["invoice"]})

# Partners' own.
OWN_PEOPLE = "/partners/{organisation_id}/people"
get(OWN_PEOPLE, "colleagues.look")
get(f"{OWN_PEOPLE}/export", "colleagues.look")
post(OWN_PEOPLE, "colleague.manage", form={"name": "Ny", "email": "ny@example.org", "role": "partner_member"})
get(f"{OWN_PEOPLE}/{{role_id}}", "colleague.manage")
post(f"{OWN_PEOPLE}/{{role_id}}/end", "colleague.manage")
post(f"{OWN_PEOPLE}/{{role_id}}/functions", "colleague.manage", form={"functions": ["invoice"]})

# Everybody's.
get("/partners/me", "profile.edit")
post("/partners/me", "profile.edit", form={"name": "Meg", "language": "nb", "version": "1"})
post("/partners/me/email", "account.secure", form={"email": "ny@example.org"})
get("/partners/me/data", "account.secure")
get("/partners/me/data/download", "account.secure")
get("/partners/me/erase", "account.secure")
post("/partners/me/erase", "account.secure")
post("/partners/me/erase/withdraw", "account.secure")
get("/partners/me/identities", "account.secure")
post("/partners/me/identities/connect", "account.secure", form={"key": "dev"}, then=404)
post("/partners/me/identities/{identity_id}/unlink", "account.secure", own=True)
get("/partners/me/passkeys", "account.secure")
post("/partners/me/passkeys", "account.secure", form={"name": "Min"}, then=422)
post("/partners/me/passkeys/options", "account.secure")
post("/partners/me/passkeys/{passkey_id}/remove", "account.secure", own=True)
get("/partners/me/sessions", "account.secure")
post("/partners/me/sessions/end-others", "account.secure")
post("/partners/me/sessions/{session_id}/end", "account.secure", own=True)
get("/partners/me/tokens", "account.secure")
post(
    "/partners/me/tokens", "token.create", form={"name": "Nytt", "scope": "read", "services": "partners", "days": "30"}
)
post("/partners/me/tokens/{token_id}/revoke", "account.secure", own=True)
get(f"{API}/me/tokens", "signed-in")
delete(f"{API}/me/tokens/{{token_id}}", "account.secure", own=True, by_program=False)
get("/partners/sign-in-with/{key}/back", "anybody", where={"key": "dev"}, then=404)
