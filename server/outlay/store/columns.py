"""The column types and the shared metadata that every room's `tables.py` builds its tables with.

Tables are SQLAlchemy Core `Table("name", metadata, column(...), ...)`. Every column says whose data it is
(`owner`): a person's, a book's, or nobody's (counters, versions); privacy and a test read that tag.
What only one engine knows of a table stands in its `info`, for the migration to be written from: as an argument
of `Table` it would import both dialects, 60 ms of every start.
"""

from typing import Any, Final, Literal

from sqlalchemy import BigInteger, Boolean, Column, LargeBinary, MetaData, Text
from sqlalchemy.engine.interfaces import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine

Owner = Literal["person", "book", "none"]

metadata: Final = MetaData(
    naming_convention={
        "ix": "%(table_name)s_%(column_0_N_name)s",
        "uq": "%(table_name)s_%(column_0_N_name)s_key",
        "pk": "%(table_name)s_pkey",
    }
)


class _Bytewise(TypeDecorator[str]):
    """TEXT that both engines compare byte by byte."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "postgresql":
            return Text(collation="C")
        return dialect.type_descriptor(Text())


class String(_Bytewise):
    """Plain text that is no secret: codes, keys, icons, currencies."""

    cache_ok = True


class Id(_Bytewise):
    """A UUID as lower case text."""

    cache_ok = True


class Day(_Bytewise):
    """YYYY-MM-DD."""

    cache_ok = True


class Decimal(_Bytewise):
    """A rate: decimal text."""

    cache_ok = True


class Json(_Bytewise):
    """A JSON document as TEXT; `select` and `upsert` speak Python values."""

    cache_ok = True


class Integer(TypeDecorator[int]):
    """A whole number: 64 bits on both engines."""

    impl = BigInteger
    cache_ok = True


class Amount(Integer):
    """Minor units of a currency: amounts up to `limits.AMOUNT_MINOR`, sums up to 2^53 - 1."""

    cache_ok = True


class Moment(Integer):
    """Milliseconds since the epoch, UTC; the name ends in `_ms`."""

    cache_ok = True


class Version(Integer):
    """A book's version."""

    cache_ok = True


class Flag(TypeDecorator[bool]):
    """True or false; used bare in SQL (`NOT deleted`)."""

    impl = Boolean(create_constraint=False)
    cache_ok = True


class Bytes(TypeDecorator[bytes]):
    """Bytes as they are: wrapped keys, hashes."""

    impl = LargeBinary
    cache_ok = True


class Sealed(TypeDecorator[bytes]):
    """Text under AES-256-GCM with the key of the book or person in column `scope`;
    bound to its table, column and primary key, so a value cannot be moved. NULL stays NULL."""

    impl = LargeBinary
    cache_ok = True
    json = False

    def __init__(self, scope: str = "book_id") -> None:
        super().__init__()
        self.scope = scope


class SealedJson(Sealed):
    """A JSON document, sealed whole."""

    cache_ok = True
    json = True


def column(
    name: str, type_: TypeEngine[Any], *, owner: Owner, key: bool = False, null: bool = False
) -> Column[Any]:
    """A column with its privacy tag. `key`: part of the primary key. NOT NULL unless `null`."""
    return Column(name, type_, primary_key=key, nullable=null, info={"owner": owner})
