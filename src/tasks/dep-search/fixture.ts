/** A small project with calls of every kind: imported, aliased, inherited, raised, decorating; and functions that must be rejected. */
export const FIXTURE_FILES: Readonly<Record<string, string>> = {
  LICENSE:
    "MIT License\n\nPermission is hereby granted, free of charge, to any person obtaining a copy of this software\n",
  "orchard/__init__.py": "from .ledger import Ledger, book_sale\n",
  "orchard/ledger.py": `"""Money."""
import functools
import math


class LedgerError(Exception):
    """The books do not add up."""


def audited(function):
    @functools.wraps(function)
    def wrapper(*args):
        return function(*args)

    return wrapper


class Ledger:
    """All sales."""

    def __init__(self, rows=()):
        self.rows = list(rows)

    def add_row(self, row):
        self.rows.append(row)
        return self

    @audited
    def total_rows(self):
        return sum(self.rows)


class YearLedger(Ledger):
    def add_row_twice(self, row):
        self.add_row(row)
        self.add_row(row)
        return self.total_rows()


def add_rows(ledger, rows):
    return [row for row in rows]


def book_sale(price, rebate=0):
    if rebate > price:
        raise LedgerError
    ledger = Ledger()
    ledger.add_row(price - rebate)
    return ledger


def total_of_books(ledgers):
    count = 0
    for ledger in ledgers:
        count += ledger.total_rows()
    return count


def round_price(price):
    steps = price * 20
    whole = math.floor(steps)
    return whole / 20


def round_prices(prices):
    rounded = []
    for price in prices:
        rounded.append(round_price(price))
    return rounded
`,
  "orchard/sales.py": `import orchard.ledger as books
from . import book_sale as book


def sell_crate(crate, buyer):
    price = books.round_price(crate.weight * buyer.rate)
    ledger = book(price)
    print(price)
    return ledger


def sell_all(crates, buyer):
    sold = []

    def sell_one(crate):
        return sell_crate(crate, buyer)

    for crate in crates:
        sold.append(sell_one(crate))
    return sold


@books.audited
def close_year(rows):
    year = books.YearLedger(rows)
    year.add_row_twice(0)
    return year
`,
  "tests/test_sales.py": `from orchard.sales import sell_crate


def test_sell_crate(crate, buyer):
    ledger = sell_crate(crate, buyer)
    assert ledger.rows
    assert ledger
`,
};

export const FIXTURE_OPTIONS = { min_statements: 2 };
