"""The ledgers of the mechanisms beside activities, units, members and points. To add one: a module
here that holds a `Book`, and a line in BOOKS."""

from __future__ import annotations

from etl.demo.mechanisms.book import Book

BOOKS: tuple[Book, ...] = ()
