"""Runs the migrations on an open driver connection of either engine."""

from typing import Any

from sqlalchemy import create_engine
from sqlalchemy.engine import Engine
from sqlalchemy.pool import StaticPool
from sqlcipher3 import dbapi2 as sqlcipher

from outlay.store.columns import metadata
from outlay.store.sql import Dialect


def engine_on(raw: Any, dialect: Dialect) -> Engine:
    """A SQLAlchemy engine that speaks through one given connection."""
    if dialect == "postgresql":
        return create_engine("postgresql+psycopg://", creator=lambda: raw, poolclass=StaticPool)
    return create_engine("sqlite://", module=sqlcipher, creator=lambda: raw, poolclass=StaticPool)


def upgrade(raw: Any, dialect: Dialect) -> None:
    """To the newest migration."""
    metadata.create_all(engine_on(raw, dialect))
    raw.commit()
