"""What a named query is made of. The queries themselves are data, in queries/."""

import re
from dataclasses import dataclass

_NAME = re.compile(r"_?[A-Za-z][A-Za-z0-9_]*")


def _check(name):
    if not _NAME.fullmatch(name):
        raise ValueError(f"not a plain name: {name!r}")


@dataclass(frozen=True)
class Column:
    """A column of the answer: the store's own one, or an expression over several (`needs`)."""

    name: str
    expression: str = ""
    needs: tuple[str, ...] = ()

    def __post_init__(self):
        _check(self.name)

    @property
    def sources(self):
        """The store's columns (or paths in a document) that it is read from."""
        return self.needs or (self.name,)


@dataclass(frozen=True)
class Filter:
    """An optional parameter: `column operator value`."""

    name: str
    column: str
    kind: str  # integer, text, words, time, date or zone
    operator: str = "="
    description: str = ""
    required: bool = False  # of a statement

    def __post_init__(self):
        _check(self.name)
        _check(self.column)
        if self.operator not in ("=", ">=", "<"):
            raise ValueError(f"unknown operator: {self.operator}")


@dataclass(frozen=True)
class Query:
    name: str
    description: str
    store: str  # postgresql or mongodb
    source: str  # table or collection
    columns: tuple[Column, ...]
    filters: tuple[Filter, ...] = ()
    key: str = "id"  # the column that pages are cut by: unique and sortable
    key_kind: str = "integer"  # integer, date or objectid
    where: str = ""  # a fixed condition
    where_needs: tuple[str, ...] = ()
    grouped: bool = False  # an aggregate, grouped by its key
    values: tuple[tuple[str, str], ...] = ()  # what the numbers of a column mean
    statement: str = ""  # a whole statement over several tables, with the filters as %(name)s; without pages
    reads: tuple[tuple[str, str], ...] = ()  # what that reads: table, columns

    def __post_init__(self):
        _check(self.source)
        if self.key not in [c.name for c in self.columns]:
            raise ValueError(f"{self.name}: the key is not among the columns")

    @property
    def key_column(self):
        return next(c for c in self.columns if c.name == self.key)

    @property
    def sources(self):
        """Every column of `source` that the query reads: what its role must be able to read."""
        if self.statement:
            return set(dict(self.reads)[self.source].split())
        needed = {s for c in self.columns for s in c.sources} | set(self.where_needs)
        return needed | {f.column for f in self.filters}
