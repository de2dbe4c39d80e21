"""Ways to say a column of a model."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, ForeignKey, LargeBinary, Text
from sqlmodel import Field

from deskterm.store.tables.types import Json, Number, Utc


def key() -> Any:
    """A primary key that is drawn in commit order and never given out twice."""
    return Field(default=None, sa_column=Column(Number, primary_key=True, autoincrement=True))


def link(target: str, *, null: bool = True, index: bool = False, gone: str = "RESTRICT") -> Any:
    """A foreign key; `gone` is what happens to this row when the other one is deleted."""
    return Field(
        default=None,
        sa_column=Column(Number, ForeignKey(target, ondelete=gone), nullable=null, index=index),
    )


def added_link(target: str) -> Any:
    """A foreign key that a later migration added: said inline, where SQLite reflects no ON DELETE."""
    return Field(default=None, sa_column=Column(Number, ForeignKey(target), nullable=True))


def key_link(target: str, *, index: bool = False, gone: str = "RESTRICT") -> Any:
    """A part of the primary key that is another row's id."""
    return Field(
        sa_column=Column(
            Number, ForeignKey(target, ondelete=gone), primary_key=True, autoincrement=False, index=index
        )
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
    return Field(default=None, sa_column=Column(Json, nullable=null))


def data() -> Any:
    return Field(sa_column=Column(LargeBinary, nullable=False))
