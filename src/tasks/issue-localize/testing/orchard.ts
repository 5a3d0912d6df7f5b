import type { GitHistory } from "../../../testing/git-history.ts";

const names = "apples pears plums cherries quinces medlars walnuts hazels".split(" ");

/** Files that speak of everything a little, so that no word of an issue leads to one place. */
const ROWS: Record<string, string> = Object.fromEntries(
  names.map((name) => [
    `orchard/rows/${name}.py`,
    `"""A row of ${name}: crates, harvest, weight, frost and prices."""


def weigh_${name}(crates, limit):
    """Weigh the crates of a harvest, ${name} only."""
    total = sum(crate.weight for crate in crates if crate.fruit == "${name}")
    return min(total, limit)


def price_of_${name}(weight, discount):
    """What the harvest of ${name} costs a buyer, large orders cheaper."""
    return weight * 2 if weight < discount else weight
`,
  ]),
);

const STORAGE = `"""Cold rooms."""


class ColdRoom:
    """Holds crates up to a limit."""

    def __init__(self, limit):
        self.limit = limit
        self.crates = []

    def stow_away(self, crate):
        """Put a crate in."""
        if len(self.crates) > self.limit:
            raise OverflowError(crate)
        self.crates.append(crate)
        return len(self.crates)
`;

const WEATHER = `"""Frost."""


def frost_risk(night, humidity):
    """How likely ice is, for the harvest and the crates outside."""
    if night < 0:
        return 1.0
    return humidity / 100
`;

const BILLS = `"""Bills."""


def total_due(crates, prices):
    """What a buyer owes for crates of a harvest."""
    return sum(prices[crate.fruit] * crate.weight for crate in crates)
`;

const LICENSE =
  "MIT License\n\nPermission is hereby granted, free of charge, to any person obtaining a copy of this software and associated documentation files, to deal in the Software without restriction.\n";

/** Options under which small files are hard enough. */
export const ORCHARD_OPTIONS = { min_lookups: 0, min_distractors: 0 };

/** A history of fixes, each good or bad in its own way. Returns the commits by what they are. */
export function writeOrchard(history: GitHistory): Record<string, string> {
  const { commit } = history;
  const ids: Record<string, string> = {};
  commit(
    {
      ...ROWS,
      LICENSE,
      "CHANGES.md": "# Changes\n",
      "orchard/__init__.py": '__version__ = "1.0"\n',
      "orchard/storage.py": STORAGE,
      "orchard/weather.py": WEATHER,
      "orchard/bills.py": BILLS,
      "tests/test_storage.py": "def test_limit():\n    assert True\n",
    },
    "Plant everything",
  );
  const storage = STORAGE.replace("> self.limit", ">= self.limit");
  ids["message"] = commit(
    { "orchard/storage.py": storage, "tests/test_storage.py": "def test_limit():\n    assert 1\n" },
    "Fix that one crate too many goes into a room (#11)\n\nWhen a room is full up to its limit, one more crate is still taken without an error. " +
      "The comparison in stow_away was off by one. Add a test for it.\n\nSigned-off-by: A Gardener <gardener@localhost>",
  );
  const weather = WEATHER.replace("night < 0", "night <= 0");
  ids["linked"] = commit({ "orchard/weather.py": weather }, "Treat zero as freezing\n\nFixes #12");
  ids["tests-only"] = commit(
    { "tests/test_storage.py": "def test_limit():\n    assert 2\n" },
    "Fix a broken test of rooms",
  );
  ids["docstring"] = commit(
    { "orchard/weather.py": weather.replace("How likely ice is", "How likely it is that there is ice") },
    "Fix a wrong description of the risk",
  );
  ids["release"] = commit(
    { "orchard/__init__.py": '__version__ = "1.0.1"\n' },
    "Release 1.0.1, with bugs fixed",
  );
  ids["version"] = commit(
    { "orchard/__init__.py": '__version__ = "1.0.2"\n' },
    "Fix the number that the package says it has",
  );
  const bills = BILLS.replace("crate.weight for", "crate.weight * discount_of(crate) for");
  ids["thin"] = commit({ "orchard/bills.py": bills }, "Fix total_due");
  ids["several"] = commit(
    { "orchard/storage.py": `${storage}\n\nEMPTY = ColdRoom(0)\n` },
    "Work of a week\n\n- Fix one thing\n- Fix another thing",
  );
  ids["revert"] = commit({ "orchard/storage.py": storage }, 'Revert "Work of a week", it was wrong');
  ids["moved"] = commit(
    { "orchard/bills.py": null, "orchard/invoices.py": bills },
    "Fix that bills were found under a wrong name by those who look for invoices",
  );
  ids["other"] = commit({ "orchard/weather.py": `${weather}\n\nICE = 0\n` }, "Name the temperature of ice");
  return ids;
}

/** Issues as a tracker exports them; number 12 is the one that a commit names. */
export const ISSUES = [
  {
    number: 12,
    title: "No warning in a night of exactly zero degrees",
    body: "We lost half of the blossom. The thermometer showed zero and the program said that there was no danger at all, with dry air.",
    created_at: "2023-11-15T00:00:00Z",
  },
  { number: 11, title: "A change", body: "", created_at: "2023-11-15T00:00:00Z", pull_request: {} },
];
