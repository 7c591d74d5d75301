"""Which gaps a steward has dealt with; the answer's id of a turn, which nothing read, goes."""

from __future__ import annotations

import sqlalchemy as sa
from advanced_alchemy.types import DateTimeUTC
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "settled",
        sa.Column("wording", sa.String(length=64), nullable=False),
        sa.Column("at", DateTimeUTC(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("wording", name=op.f("pk_settled")),
    )
    op.drop_index("ix_turn_answer_id", "turn")
    op.drop_column("turn", "answer_id")


def downgrade() -> None:
    """Take back."""
    column = sa.Column("answer_id", sa.String(length=64), nullable=False, server_default="")
    op.add_column("turn", column)
    op.create_index("ix_turn_answer_id", "turn", ["answer_id"])
    op.drop_table("settled")
