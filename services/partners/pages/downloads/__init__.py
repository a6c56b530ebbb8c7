"""The registry's lists as files: each asks what its page asks, and holds the rows of its page, all of them.

The directory, the audit, the obligations and the reports have theirs beside their pages. A new list goes in the file of its theme,
is led to with `exports.downloads` on its page, and tried out in tests/partners/test_exports.py.
"""

from fastapi import APIRouter

from services.partners.pages.downloads import obligations, organisations, people, regions, rounds, segments, work

router = APIRouter(include_in_schema=False)
for part in (people, segments, work, organisations, regions, rounds, obligations):
    router.include_router(part.router)
