"""All doors of all services. A route that stands here not, nor among the open ones, fails the suite."""

from tests.rights import doors_obligations, doors_others, doors_people, doors_registry
from tests.rights.door import Door

DOORS: dict[str, list[Door]] = {
    "partners": [*doors_registry.doors.found, *doors_people.doors.found, *doors_obligations.doors.found],
    "knowledge": doors_others.library.found,
    "events": doors_others.webinars.found,
    "notifier": doors_others.mail.found,
}
