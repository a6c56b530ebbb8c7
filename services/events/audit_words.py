"""What the codes of events in the audit are called. A code without a name stands for itself."""

from services.events.staff_pages import LABELS as FORM_LABELS
from shared.web.audit import Labels
from shared.web.i18n import marker as _

LABELS = Labels(
    actions={
        "webinar.drafted": _("Laget utkast til webinar"),
        "webinar.edited": _("Endret webinar"),
        "webinar.published": _("Kunngjorde webinar"),
        "webinar.cancelled": _("Avlyste webinar"),
        "webinar.loaded": _("Lastet inn webinar fra fil"),
    },
    kinds={"webinar": _("Webinar")},
    fields={
        **FORM_LABELS,
        "status": _("Status"),
        "reason": _("Begrunnelse"),
        "local_start": _("Begynner, der det holdes"),
        "local_end": _("Slutter, der det holdes"),
        "external_id": _("Ekstern id"),
        "cancel_reason": _("Begrunnelse for avlysning"),
        "published_at": _("Kunngjort"),
        "cancelled_at": _("Avlyst"),
    },
)
