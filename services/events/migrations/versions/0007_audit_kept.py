"""audit kept"""

from shared.audit.guard import guard_whole_audit, release_whole_audit

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None


def upgrade() -> None:
    guard_whole_audit()


def downgrade() -> None:
    release_whole_audit()
