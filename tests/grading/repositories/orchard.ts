import { all, fileOf, type Files, filesOf, write } from "../files.ts";

/** A Python project with all that makes grading hard: every kind of definition, line end, encoding and directive. */
const STORAGE = `"""Cold stores."""
from __future__ import annotations

import functools
from typing import overload

from .weather import chill_hours, frost_risk

LIMIT = 40  # crates

COMMENT = "# not a comment"
SCRIPT = '''
# setup
import os
'''


def cached(function):
    return functools.lru_cache(maxsize=None)(function)


class ColdStore:
    """Rooms in which crates are kept.

    They are cold.
    """

    kind = "store"

    def __init__(self, rooms, capacity=LIMIT):
        self.rooms = rooms
        self.capacity = capacity
        self.crates = []

    def place(self, crate, room):
        """Put a crate into a room.

        The number of crates is returned.
        """
        if len(self.crates) >= self.capacity:
            raise OverflowError(room)
        self.crates.append((room, crate))
        return len(self.crates)

    def ripest(self, count=1):
        # the ripest come first
        if count < 1:
            raise ValueError(count)
        return sorted(self.crates)[:count]

    @property
    def level(self):
        return len(self.crates) / self.capacity

    @level.setter
    def level(self, value):
        """Set how full the store is."""
        self.capacity = len(self.crates) / value

    @staticmethod
    def label(crate): return f"{crate!r}  # {crate}"

    async def ventilate(self, minutes):
        """Let fresh air in."""
        for room in self.rooms:
            await room.fan(minutes)

    class Shelf:
        """One shelf."""

        def place(self, crate):
            return crate


def restock(store, crates, night):
    count = 0
    for crate in crates:
        if frost_risk(night, 0.5) > 0.5:
            continue
        count = store.place(crate, "north")
    total = chill_hours([night])
    return cached(count), total


@cached
@functools.wraps(restock)
def inventory(
    store,
    *,
    by="room",
):
    """List what is there."""
    def key(crate):
        """Say where it lies."""
        room = crate[0]
        return room

    result = sorted(store.crates, key=key)
    return result


@overload
def weigh(crate: int) -> int: ...


@overload
def weigh(crate: str) -> str: ...


def weigh(crate):
    """Weigh a crate, whatever it is."""
    if isinstance(crate, int):
        return crate * 2
    return crate


class Spoiled(Exception):
    """Raised for fruit that nobody wants."""


def close(store):
    """Close it."""


def door(): "Open or shut."


if LIMIT > 10:
    def lights(on):
        """Switch the lights of a big store."""
        state = on
        return state
else:
    def lights(on):
        state = not on
        return state
`;

const WEATHER = `#!/usr/bin/env python3
# -*- coding: utf-8 -*-
# Copyright the orchard
import math
import os, sys  # noqa: E401

try:
    import numpy
except ImportError:  # pragma: no cover
    numpy = None

# fmt: off
TABLE = [1,2,
         3,4]
# fmt: on


def frost_risk(temperature, humidity, wind=0.0):
    r"""Estimate the risk of frost with a formula: \\gamma."""
    gamma = math.log(humidity) + 17.6 * temperature / (243.1 + temperature)
    dew = 243.1 * gamma / (17.6 - gamma)  # type: float
    margin = min(temperature, dew) - wind * 0.1
    # old = margin * 2
    return 1 / (1 + math.exp(margin))


def chill_hours(readings, threshold=7.2):
    '''Sum the hours that are cold enough.'''
    total = 0
    for reading in readings:
        if reading < threshold:  # noqa: SIM102
            total += 1
    first = \\
        total
    return first


def dew_point(temperature, humidity):
    return frost_risk(temperature, humidity)  # rounded
`;

const SALES = `from orchard.storage import ColdStore, cached, inventory, restock, weigh
from orchard import weather


class Invoice:
    rate = 0.2

    def __init__(self, customer):
        self.customer = customer

    def total(self, net):
        return net * (1 + self.rate)

    @classmethod
    def blank(cls):
        return cls("")


class Reminder(Invoice):
    def total(self, net):
        return net


def sell(customer, crates):
    store = ColdStore([], 3)
    bill = Invoice(customer)
    return bill.total(weigh(len(crates))), inventory(store)


@cached
def forecast(night):
    def inner(value):
        return weather.dew_point(value, 0.5)

    return inner(night)


def total(net):
    return net
`;

/** Python 2, which no Python of today takes. */
const LEGACY = `# Written for Python 2
import sys

def report(rows):
    """Print a report of rows to the error output."""
    for row in rows:
        print >>sys.stderr, row
        print "%s <> %s" % (row, \`row\`)
    if rows <> []:
        raise ValueError, "rows"

def shorter(rows):
    print "short"
    return 0777
`;

const TABS = `def press(apples, bottles):
\t"""Press apples to juice.

\tInto bottles.
\t"""
\tjuice = len(apples)
\tif juice:
\t\treturn juice / bottles
\treturn 0
\f
def ferment(juice, days):
\t'''Wait for days.'''
\treturn juice * days
`;

const WINDOWS = `import os\r
\r
\r
def graft(branch, trunk):\r
    """Join a branch to a trunk.\r
\r
    It takes a season.\r
    """\r
    joint = (branch, trunk)\r
    return joint\r
\r
\r
def prune(tree):\r
    return tree[:-1]\r
`;

const LATIN = Buffer.from(
  '# -*- coding: latin-1 -*-\n# Düngung\nNAME = "Bäume"\n\n\ndef fertilize(trees):\n    fed = [tree + NAME for tree in trees]\n    return fed\n',
  "latin1",
);

const TAIL = `def last(rows):
    value = rows[-1]
    return value


def tail(rows):
    """Give the end of rows."""
    return rows[1:]`;

const SCRIPT = `#!/usr/bin/env python
import sys

def main():
    """Run the program."""
    args = sys.argv[1:]
    print(args)

if __name__ == "__main__":
    main()
`;

export const ORCHARD: Files = all(
  write("bin/run", "#!/bin/sh\nexec python -m orchard\n", "100755"),
  write("orchard/script.py", SCRIPT, "100755"),
  write("docs/link.md", "../README.md", "120000"),
)(
  new Map([
    ...filesOf({
      "README.md": "# Orchard\n\nPlans harvests.\n",
      "conf/poetry.lock": 'name = "orchard"\n',
      "data/prices.json": '{"apple": 1}\n',
      "orchard/__init__.py": "",
      "orchard/legacy.py": LEGACY,
      "orchard/sales.py": SALES,
      "orchard/storage.py": STORAGE,
      "orchard/storage.pyi": "def weigh(crate): ...\ndef close(store): ...\n",
      "orchard/tabs.py": TABS,
      "orchard/tail.py": TAIL,
      "orchard/weather.py": WEATHER,
      "orchard/windows.py": WINDOWS,
      "orchard/naïve names/apple cider.py": "def cider(apples):\n    juice = apples\n    return juice\n",
      "setup.cfg": "[metadata]\nname = orchard\n",
      "tests/test_storage.py":
        "from orchard.storage import close\n\n\ndef test_close():\n    assert close(None) is None\n",
    }),
    ["orchard/latin.py", fileOf(LATIN)],
    ["data/apple.png", fileOf(Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 1, 2, 255]))],
  ]),
);
