"""An index in the order of the feedback queue."""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Apply."""
    op.create_index("ix_feedback_queue", "feedback", ["state", "created", "id"])


def downgrade() -> None:
    """Take back."""
    op.drop_index("ix_feedback_queue", "feedback")
