"""Column types and ways to say a column that every table shares."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import BigInteger, Column, DateTime, Dialect, ForeignKey, Integer, LargeBinary, Table, Text
from sqlalchemy.types import JSON, TypeDecorator, TypeEngine
from sqlmodel import Field, SQLModel

Number = BigInteger().with_variant(Integer, "sqlite")


class Utc(TypeDecorator[datetime]):
    """An aware moment, kept in UTC; SQLite gives back naive ones, so the zone is put back here."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone cannot be stored")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def table_of(model: type[SQLModel]) -> Table:
    """The table of a model, for statements written with columns."""
    return model.metadata.tables[str(model.__tablename__)]


def key() -> Any:
    """A primary key that is drawn in commit order and never given out twice."""
    return Field(default=None, sa_column=Column(Number, primary_key=True, autoincrement=True))


def link(target: str, *, null: bool = True, index: bool = False, gone: str = "RESTRICT") -> Any:
    """A foreign key; `gone` is what happens to this row when the other one is deleted."""
    return Field(
        default=None,
        sa_column=Column(Number, ForeignKey(target, ondelete=gone), nullable=null, index=index),
    )


def big(default: int | None = None, *, null: bool = True) -> Any:
    """A whole number that is an id or a size, without a foreign key."""
    return Field(default=default, sa_column=Column(Number, nullable=null, default=default))


def moment(*, null: bool = True, index: bool = False) -> Any:
    return Field(default=None, sa_column=Column(Utc, nullable=null, index=index))


def text(default: str | None = "", *, null: bool = False, index: bool = False, unique: bool = False) -> Any:
    return Field(
        default=default,
        sa_column=Column(Text, nullable=null, index=index, unique=unique or None, default=default),
    )


def json(*, null: bool = True) -> Any:
    """A JSON value; it is replaced, never changed in place (a change inside would not be seen)."""
    kind: TypeEngine[Any] = JSON(none_as_null=True)
    return Field(default=None, sa_column=Column(kind, nullable=null))


def data() -> Any:
    return Field(sa_column=Column(LargeBinary, nullable=False))
