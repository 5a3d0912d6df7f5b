/** A small project with functions whose doctests and tests reach them, and functions that must be rejected. */
export const FIXTURE_FILES: Readonly<Record<string, string>> = {
  LICENSE:
    "MIT License\n\nPermission is hereby granted, free of charge, to any person obtaining a copy of this software\n",
  "README.md": "# Orchard\n",
  "orchard/__init__.py": "",
  "orchard/crates.py": `"""Crates of fruit."""


def pack(weights, limit):
    """Split weights into crates that hold no more than a limit, in order.

    >>> pack([3, 4, 5, 1], 8)
    [[3, 4], [5, 1]]
    >>> pack([], 8)
    []
    """
    crates = []
    for weight in weights:
        if weight > limit:
            raise ValueError(weight)
        if not crates or sum(crates[-1]) + weight > limit:
            crates.append([])
        crates[-1].append(weight)
    return crates


def label(name, grade=1):
    """Return what is written on a crate: its name in capitals, and a star for each grade.

    >>> label("plum", 2)
    'PLUM **'
    """
    text = name.strip().upper()
    stars = "*" * grade
    return f"{text} {stars}"


def moment():
    """Return the time of day at which a crate was packed.

    >>> moment() > 0
    True
    """
    import time

    now = time.time()
    return now


def keeps_until(years, grade=1):
    """Return the year until which a crate packed today keeps: good grades keep longer.

    >>> keeps_until(7) - keeps_until(3)
    4
    >>> keeps_until(5, 3) - keeps_until(5, 2)
    1
    """
    import datetime

    today = datetime.date.today()
    extra = grade - 1
    return today.year + years + extra


def nobody(crate):
    """Return a crate that nothing in this project asks for.

    >>>nobody([1, 2])
    """
    first = crate[0]
    rest = crate[1:]
    return rest, first


class Ledger:
    """Rows of sales."""

    def __init__(self):
        self.rows = []

    def add(self, price, rebate=0):
        """Add a row for a sale, and return the sum of all rows; a rebate is a share."""
        net = price - price * rebate
        self.rows.append(net)
        return sum(self.rows)
`,
  "orchard/spare.py": "def spare(fruit):\n    return fruit  # noqa: SIM102\n",
  "tests/test_crates.py": `import unittest

from orchard.crates import Ledger


class LedgerTest(unittest.TestCase):
    def test_add(self):
        ledger = Ledger()
        for price in (4, 8, 15, 16, 23):
            ledger.add(price, 0.5)
        self.assertEqual(ledger.add(42), 75)


def test_add_one():
    assert Ledger().add(3) == 3
`,
};

/** Few calls and mutants: each takes a process. */
export const FIXTURE_OPTIONS = { max_calls: 12, max_mutants: 8, kinds: ["function", "method"] };
