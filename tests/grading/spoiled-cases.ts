import { bad, type Case, good, type Instance } from "./cases.ts";
import { all, type Edit, insertBefore, replace } from "./files.ts";
import { place, press, two, report, spaced, tail } from "./func-localize.ts";
import { restock, sell, SEARCHING } from "./dep-search.ts";
import { issueNamed } from "./issue-localize.ts";
import { BROKEN, FORMATS } from "./formats.ts";
import { HOSTILE, type Hostile, HUGE } from "./hostile.ts";
import { DIRECTIVES, DISGUISED, DOCSTRINGS, MUTANTS, type Sneaky, TREE_CHANGES } from "./sneaky.ts";

/** One instance of each family, all of one repository: what spoils the answer of one spoils that of each. */
const families = [place, restock, issueNamed("issue")];

function spoiled(
  kind: string,
  changes: Readonly<Record<string, Sneaky>>,
  instances: readonly Instance[],
): Case[] {
  return instances.flatMap((instance) =>
    Object.entries(changes).map(([name, [edit, reasons]]) =>
      bad(`right, and ${kind}`, instance, reasons, { name, edit: all(instance.right, edit) }),
    ),
  );
}

function formatted(): Case[] {
  const odd = SEARCHING.find(({ name }) => name === "odd-files");
  const instances = [
    two,
    restock,
    issueNamed("issue"),
    sell,
    press,
    spaced,
    ...(odd === undefined ? [] : [odd]),
  ];
  return instances.flatMap((instance, index) =>
    Object.entries(FORMATS)
      .filter(
        ([name, { gnu }]) =>
          index < 3 || (gnu !== true && !name.startsWith("CRLF") && !name.startsWith("its files")),
      )
      .map(([name, format]) => good("formats", instance, { name, format })),
  );
}

/** Several commits, one diff behind the other. */
function inCommits(): Case[] {
  const STORAGE = "orchard/storage.py";
  const note = insertBefore(STORAGE, "    def ripest", "    # look here first\n");
  const change = replace(STORAGE, '"north"', '"south"');
  return families.flatMap((instance) => [
    good("commits", instance, { name: "a note, and then the answer without it", format: { via: note } }),
    good("commits", instance, {
      name: "a note, and then the answer with it",
      edit: all(instance.right, note),
      format: { via: note },
    }),
    good("commits", instance, { name: "code changed and changed back", format: { via: change } }),
    good("commits", instance, {
      name: "code changed and changed back, as mails",
      format: {
        via: change,
        flags: ["diff", "--stat", "-p"],
        rewrite: (diff) => diff.replaceAll(/^diff --git/gm, "-- \n2.43\n\ndiff --git"),
      },
    }),
    bad("commits", instance, "code-changed", {
      name: "the answer, and then code",
      edit: all(instance.right, change),
      format: { via: instance.right },
    }),
    bad("commits", instance, [], {
      name: "the answer, and then all of it undone",
      edit: all(),
      format: { via: instance.right },
    }),
  ]);
}

function broken(): Case[] {
  return Object.entries(BROKEN).map(([name, [format, reason]]) => {
    // Several hunks, of which none may be left out.
    const instance = name.length % 2 === 0 ? place : restock;
    return bad("broken formats", instance, reason, { name, edit: instance.right, format });
  });
}

function hostile(parts: Readonly<Record<string, Hostile>>, instances: readonly Instance[]): Case[] {
  return Object.entries(parts).map(([name, [rewrite, reasons]], index) => {
    const instance = instances[index % instances.length] ?? place;
    return bad("hostile", instance, reasons, { name, edit: instance.right, format: { rewrite } });
  });
}

function docstrings(): Case[] {
  return Object.entries(DOCSTRINGS).flatMap(([name, edit]) => {
    const also = (instance: Instance): Edit => all(instance.right, edit);
    return families.map((instance) =>
      instance === place
        ? good("right, and docstrings elsewhere", instance, { name, edit: also(instance) })
        : bad("right, and docstrings elsewhere", instance, "docstring-changed", {
            name,
            edit: also(instance),
          }),
    );
  });
}

/** What a diff says of binary files depends on how it was made. */
function withBinaryData(): Case[] {
  const format = { flags: ["diff", "--binary"] };
  const changes = {
    ...pick(TREE_CHANGES, ["a picture", "a new binary file"]),
    ...pick(DISGUISED, ["a NUL in a comment"]),
  };
  const reasons: Readonly<Record<string, string>> = {
    "a picture": "non-source-changed",
    "a new binary file": "file-added",
    "a NUL in a comment": "invalid-after",
  };
  return Object.entries(changes).map(([name, [edit]]) =>
    bad("right, and binary data", place, reasons[name] ?? "", { name, edit: all(place.right, edit), format }),
  );
}

function pick(all: Readonly<Record<string, Sneaky>>, names: readonly string[]): Record<string, Sneaky> {
  return Object.fromEntries(Object.entries(all).filter(([name]) => names.includes(name)));
}

/** Renames as git shows them, not as a deletion and an addition. */
function withRenames(): Case[] {
  const format = { flags: ["diff", "-M", "-C", "-C"] };
  const names = ["a file renamed", "a file renamed and commented", "a file copied", "two files swapped"];
  return Object.entries(pick(TREE_CHANGES, names)).map(([name, [edit, reasons]]) =>
    bad("right, and renames", restock, reasons, { name, edit: all(restock.right, edit), format }),
  );
}

export const SPOILED_CASES: readonly Case[] = [
  ...formatted(),
  ...inCommits(),
  ...broken(),
  ...spoiled("code in disguise", DISGUISED, families),
  ...spoiled("directives", DIRECTIVES, families),
  ...spoiled("a mutant", MUTANTS, families),
  ...spoiled("a change of the tree", TREE_CHANGES, families),
  ...spoiled("a mutant", pick(MUTANTS, ["an operator", "a statement at the end"]), [
    tail,
    report,
    press,
    sell,
  ]),
  ...docstrings(),
  ...withBinaryData(),
  ...withRenames(),
  ...hostile(HOSTILE, families),
  ...hostile(HUGE, [restock]),
];
