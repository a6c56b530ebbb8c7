"""The doors of the library, the webinars and the mail."""

from tests.events.support import in_days
from tests.rights.door import Doors

# The library.
library = Doors("knowledge")
get, post, put = library.get, library.post, library.put
API = "/cases/api/v1/cases"
CASE = {"title": "Ny", "summary": "Kort.", "region": "{region}", "language": "nb"}
DRAFT, IN_REVIEW = {"case_id": "draft_id"}, {"case_id": "in_review_id"}
LIST, TERM = {"code": "effort"}, {"code": "effort", "term": "low"}
TOLD = {"title": "New", "summary": "Short."}
ENGLISH, TRANSLATED = {"language": "en"}, {"case_id": "translated_id"}
NAMES = {"label_nb": "Ny", "label_nn": "Ny", "label_en": "New"}
APPROVED, PUBLISHED = {"case_id": "approved_id"}, {"case_id": "published_id"}
get("/cases", "anybody")
get("/cases/export", "case.read-unpublished")
get("/cases/audit", "staff-and-auditors")
get("/cases/audit/export", "staff-and-auditors")
get("/cases/me/data", "account.secure")
get("/cases/mine", "work.view")
get("/cases/mine/export", "work.view")
get("/cases/new", "work.view")
post("/cases/new", "case.draft", form=CASE, refused=(422,))
get("/cases/vocabularies", "work.view")
get("/cases/vocabularies/{code}", "work.view", where=LIST)
get("/cases/vocabularies/{code}/export", "work.view", where=LIST)
post("/cases/vocabularies/{code}", "vocabulary.edit", form={**NAMES, "code": "ny"}, where=LIST)
get("/cases/vocabularies/{code}/{term}", "vocabulary.edit", where=TERM)
post("/cases/vocabularies/{code}/{term}", "vocabulary.edit", form=NAMES, where=TERM)
get("/cases/{case_id}", "case.read-unpublished", where=DRAFT)
get("/cases/{case_id}", "case.read-unpublished", where={"case_id": "sent_back_id"})
get("/cases/{case_id}", "anybody", where=PUBLISHED)
get("/cases/{case_id}/edit", "case.edit", where=DRAFT)
post("/cases/{case_id}/edit", "case.edit", form=CASE, where=DRAFT)
get("/cases/{case_id}/history/{version}", "case.read-unpublished", where={**DRAFT, "version": "1"})
get("/cases/{case_id}/history/{version}", "case.read-unpublished", where={**PUBLISHED, "version": "1"})
get("/cases/{case_id}/freshness", "anybody", where=PUBLISHED)
get("/cases/{case_id}/review", "case.review", where=IN_REVIEW)
post("/cases/{case_id}/request-changes", "case.review", form={"reason": "Tall."}, where=IN_REVIEW)
get("/cases/{case_id}/translations", "case.edit", where=DRAFT)
get("/cases/{case_id}/translations/{language}", "case.edit", where={**DRAFT, **ENGLISH})
post("/cases/{case_id}/translations/{language}", "case.edit", form=TOLD, where={**DRAFT, **ENGLISH})
get("/cases/{case_id}/translations/{language}", "case.publish", where={**PUBLISHED, **ENGLISH})
post("/cases/{case_id}/translations/{language}", "case.publish", form=TOLD, where={**PUBLISHED, **ENGLISH})
post("/cases/{case_id}/translations/{language}/delete", "case.edit", where={**TRANSLATED, **ENGLISH})
PICTURE = {"case_id": "media_id", "picture_id": "picture_id"}
FILE = {"case_id": "media_id", "file_id": "file_id"}
WORDS = {"alt": "{alt}", "credit": "Kari Foto"}
get("/cases/{case_id}", "case.read-unpublished", where={"case_id": "media_id"})
get("/cases/{case_id}/media", "case.edit", where=DRAFT)
get("/cases/{case_id}/media", "case.publish", where=PUBLISHED)
post("/cases/{case_id}/pictures", "case.edit", form=WORDS, where=DRAFT, then=422)
post("/cases/{case_id}/pictures", "case.publish", form=WORDS, where=PUBLISHED, then=422)
get("/cases/{case_id}/pictures/{picture_id}/edit", "case.edit", where=PICTURE)
post("/cases/{case_id}/pictures/{picture_id}/edit", "case.edit", form=WORDS, where=PICTURE)
post("/cases/{case_id}/pictures/{picture_id}/{step}", "case.edit", where={**PICTURE, "step": "first"})
get("/cases/{case_id}/pictures/{digest}-{width}.webp", "case.read-unpublished", where=PICTURE)
post("/cases/{case_id}/files", "case.edit", form={"title": "Rapport"}, where=DRAFT, then=422)
post("/cases/{case_id}/files", "case.publish", form={"title": "Rapport"}, where=PUBLISHED, then=422)
get("/cases/{case_id}/files/{file_id}/edit", "case.edit", where=FILE)
post("/cases/{case_id}/files/{file_id}/edit", "case.edit", form={"title": "{file_title}"}, where=FILE)
post("/cases/{case_id}/files/{file_id}/{step}", "case.edit", where={**FILE, "step": "first"})
get("/cases/{case_id}/files/{file_id}", "case.read-unpublished", where=FILE)
# Only whoever said that they answer takes that back; here nobody has.
post("/cases/{case_id}/no-contact", "signed-in", where=PUBLISHED, then=403)
post("/cases/{case_id}/{step}", "case.submit", where={**DRAFT, "step": "submit"})
post("/cases/{case_id}/{step}", "case.review", where={**IN_REVIEW, "step": "approve"})
post("/cases/{case_id}/{step}", "case.publish", where={**APPROVED, "step": "publish"})
post("/cases/{case_id}/{step}", "case.archive", where={**PUBLISHED, "step": "archive"})
post(API, "case.draft", json=CASE)
get(f"{API}/{{case_id}}", "case.read-unpublished", where=DRAFT)
get(f"{API}/{{case_id}}", "case.read-unpublished", where={"case_id": "sent_back_id"})
get(f"{API}/{{case_id}}", "anybody", where=PUBLISHED)
put(f"{API}/{{case_id}}", "case.edit", json=CASE, where=DRAFT)
put(f"{API}/{{case_id}}/translations/{{language}}", "case.edit", json=TOLD, where={**DRAFT, **ENGLISH})
put(f"{API}/{{case_id}}/translations/{{language}}", "case.publish", json=TOLD, where={**PUBLISHED, **ENGLISH})
library.delete(f"{API}/{{case_id}}/translations/{{language}}", "case.edit", where={**TRANSLATED, **ENGLISH})
post(f"{API}/{{case_id}}/submit", "case.submit", json={}, where=DRAFT)
post(f"{API}/{{case_id}}/approve", "case.review", json={}, where=IN_REVIEW)
post(f"{API}/{{case_id}}/request-changes", "case.review", json={"reason": "Tall."}, where=IN_REVIEW)
post(f"{API}/{{case_id}}/publish", "case.publish", json={}, where=APPROVED)
post(f"{API}/{{case_id}}/archive", "case.archive", json={}, where=PUBLISHED)

# Needs.
NEED = {
    "title": "Tippbiler", "region": "{region}", "organisation_id": "{organisation_id}", "wanted_by": f"{in_days(20):%Y-%m-%d}",
    "visibility": "region",
}  # fmt: skip
NEEDS = "/cases/api/v1/needs"
get("/cases/needs", "anybody")
get("/cases/needs/new", "need.post-anywhere")
post("/cases/needs/new", "need.manage", form=NEED, refused=(422,))
get("/cases/needs/{need_id}", "need.manage")
get("/cases/needs/{need_id}/matches", "need.manage")
get("/cases/needs/{need_id}/edit", "need.manage")
post("/cases/needs/{need_id}/edit", "need.manage", form=NEED)
post("/cases/needs/{need_id}/withdraw", "need.manage")
get(NEEDS, "anybody")
post(NEEDS, "need.manage", json=NEED)
get(f"{NEEDS}/{{need_id}}", "need.manage")
put(f"{NEEDS}/{{need_id}}", "need.manage", json=NEED)
post(f"{NEEDS}/{{need_id}}/withdraw", "need.manage", json={})
get(f"{NEEDS}/{{need_id}}/matches", "need.manage")
ASKED, MET = {"match_id": "asked_id"}, {"match_id": "introduced_id"}
post("/cases/needs/{need_id}/matches/{match_id}/ask", "need.manage", where={"match_id": "suggested_id"})
get("/cases/needs/{need_id}/matches/{match_id}/outcome", "need.manage", where=MET)
post("/cases/needs/{need_id}/matches/{match_id}/outcome", "need.manage", form={"helped": "no"}, where=MET)
get("/cases/introductions/{match_id}", "case.answer", where=ASKED)
post("/cases/introductions/{match_id}/accept", "case.answer", where=ASKED)
post("/cases/introductions/{match_id}/decline", "case.answer", where=ASKED)
post(f"{NEEDS}/{{need_id}}/matches/{{match_id}}/ask", "need.manage", json={}, where={"match_id": "suggested_id"})
post(f"{NEEDS}/{{need_id}}/matches/{{match_id}}/outcome", "need.manage", json={"helped": "no"}, where=MET)
post("/cases/api/v1/introductions/{match_id}/accept", "case.answer", json={}, where=ASKED)
post("/cases/api/v1/introductions/{match_id}/decline", "case.answer", json={}, where=ASKED)
TRIED = {"region": "{region}", "organisation_id": "{organisation_id}", "status": "started"}
OF_PUBLIC = {"case_id": "published_id"}
get("/cases/{case_id}/try", "need.post-anywhere", where=OF_PUBLIC)
post("/cases/{case_id}/try", "case.adopt", form=TRIED, where=OF_PUBLIC, refused=(422,))
get("/cases/adoptions/{adoption_id}", "case.adopt")
post("/cases/adoptions/{adoption_id}", "case.adopt", form={"region": "{region}", "status": "done"})
post("/cases/adoptions/{adoption_id}/draft", "case.draft")
get("/cases/{case_id}/ask", "case.ask", where={"case_id": "answered_for_id"})
post("/cases/{case_id}/ask", "case.ask", form={"text": "Hva kostet det?"}, where={"case_id": "answered_for_id"})
get("/cases/questions/{question_id}", "case.answer")
post("/cases/questions/{question_id}", "case.answer")
get(f"{API}/{{case_id}}/adoptions", "anybody", where=OF_PUBLIC)
post(f"{API}/{{case_id}}/adoptions", "case.adopt", json=TRIED, where=OF_PUBLIC)
put("/cases/api/v1/adoptions/{adoption_id}", "case.adopt", json={"region": "{region}", "status": "done"})
post("/cases/api/v1/adoptions/{adoption_id}/draft", "case.draft", json={})
post(f"{API}/{{case_id}}/questions", "case.ask", json={"text": "Hva kostet det?"}, where={"case_id": "answered_for_id"})
post("/cases/api/v1/questions/{question_id}/answered", "case.answer", json={})

# Webinars.
webinars = Doors("events")
get, post, put = webinars.get, webinars.post, webinars.put
API = "/events/api/v1/webinars"
WEBINAR = {
    "title": "Nytt", "summary": "Kort.", "scope": "regions", "regions": ["{region}"], "time_zone": "Europe/Oslo",
    "starts_at": f"{in_days(20):%Y-%m-%dT10:00}", "ends_at": f"{in_days(20):%Y-%m-%dT11:00}", "language": "nb",
}  # fmt: skip
DRAFT = {"webinar_id": "draft_id"}
ANSWERED = {"token": "guessed"}
get("/events", "anybody")
get("/events", "anybody", query="when=drafts")
get("/events/export", "webinar.read-unpublished")
get("/events/audit", "staff-and-auditors")
get("/events/audit/export", "staff-and-auditors")
get("/events/me/data", "account.secure")
get("/events/mine", "signed-in")
get("/events/new", "work.view")
post("/events/new", "webinar.draft", form=WEBINAR)
get("/events/{webinar_id}", "anybody")
get("/events/{webinar_id}", "webinar.read-unpublished", where=DRAFT)
get("/events/{webinar_id}.ics", "anybody")
post("/events/{webinar_id}/answer", "signed-in", form={"state": "registered"})
get("/events/{webinar_id}/edit", "webinar.edit", where=DRAFT)
post("/events/{webinar_id}/edit", "webinar.edit", form={**WEBINAR, "version": "{version}"}, where=DRAFT)
get("/events/{webinar_id}/publish", "webinar.publish", where=DRAFT)
post("/events/{webinar_id}/publish", "webinar.publish", form={"version": "{version}"}, where=DRAFT)
get("/events/{webinar_id}/cancel", "webinar.cancel")
post("/events/{webinar_id}/cancel", "webinar.cancel", form={"reason": "Syk."})
get("/events/answer/{webinar_id}/{token}", "anybody", where=ANSWERED, then=404)
get("/events/answer/{webinar_id}/{token}/receipt", "anybody", where=ANSWERED, then=404)
get(API, "anybody")
post(API, "webinar.draft", json=WEBINAR)
get(f"{API}/{{webinar_id}}", "anybody")
get(f"{API}/{{webinar_id}}", "webinar.read-unpublished", where=DRAFT)
put(f"{API}/{{webinar_id}}", "webinar.edit", json=WEBINAR, where=DRAFT)
get(f"{API}/{{webinar_id}}/audience", "webinar.read-unpublished")
post(f"{API}/{{webinar_id}}/publish", "webinar.publish", json={}, where=DRAFT)
post(f"{API}/{{webinar_id}}/cancel", "webinar.cancel", json={"reason": "Syk."})
post(f"{API}/{{webinar_id}}/registration", "signed-in", json={"state": "registered"})

# Mail.
mail = Doors("notifier")
get = mail.get
ABOUT = "about={about}"
get("/mail", "send.view")
get("/mail/export", "send.view")
get("/mail/sends/{about}", "send.view")
get("/mail/sends/{about}/export", "send.view")
get("/mail/sends/{about}/stream", "send.view")
get("/mail/fragments/send", "anybody", query=ABOUT)
get("/mail/me/data", "account.secure")
get("/mail/preferences", "signed-in")
get("/mail/api/v1/sends", "send.view", query=ABOUT)
get("/mail/api/v1/deliveries", "send.view", query=ABOUT)
