import { z } from "zod";
import { createCounter } from "../base/counter.ts";
import { parseValue } from "../base/json.ts";
import type { Transform, TransformResult, TransformRow } from "../transform.ts";
import { findSecrets } from "./find-secrets.ts";
import { one, refused } from "./items.ts";
import { homeEdits, homesIn, namesFor, rootForm } from "./paths.ts";
import { createPlaceholders, editsFor } from "./placeholders.ts";
import { type Edit, type EditsOf, rewriteEvent, rewriteText } from "./rewrite.ts";

const optionsSchema = z.strictObject({
  secrets: z.boolean().default(true),
  /** Names of users in the paths of homes. */
  homes: z.boolean().default(true),
  emails: z.boolean().default(false),
  /** Folders that become `placeholder`, such as `/tmp/build-*`. */
  roots: z.union([z.string().transform((root) => [root]), z.array(z.string())]).default([]),
  placeholder: z.string().startsWith("/").default("/workspace"),
});
type Options = z.infer<typeof optionsSchema>;
const parse = (options: unknown) => parseValue(options, optionsSchema, "options of the transform redact");

/** Hides who and where, and what opens something: the same text becomes the same placeholder all over a row. */
export const redact: Transform = {
  name: "redact",
  version: 1,
  changes: "puts placeholders for secrets, users' names in paths, given folders and e-mail addresses",
  may: { rewrite: true, anyRecord: true },
  parseOptions: parse,
  open(given) {
    const options = parse(given);
    return (row) => redacted(row, options);
  },
};

async function redacted(row: TransformRow, options: Options): Promise<TransformResult> {
  const texts = textsOf(row);
  const root = rootForm(options.roots);
  if (root !== undefined && isTaken(texts, root, options.placeholder))
    return refused("placeholder-taken", `${options.placeholder} is in the row already, as another folder`);
  const counter = createCounter();
  const editsOf = await createEdits(texts, root, options, (kind) => counter.add(kind));
  try {
    const items = row.items.map((item) => {
      const { value, marks } = rewriteEvent(item.event, item.marks, redact.name, editsOf);
      return value === item.event ? item : { ...item, event: value, marks };
    });
    const patch = rewriteText(row.patch ?? "", "/patch", row.marks, redact.name, editsOf);
    const done = { items, patch: row.patch === null ? null : patch.value, marks: patch.marks };
    return one(done, counter.counts());
  } catch (error) {
    if (error instanceof RangeError) return refused("keys-collide", error.message);
    throw error;
  }
}

/** Every text of the row once, in order. */
function textsOf({ items, patch }: TransformRow): Set<string> {
  const texts = new Set<string>();
  const collect: EditsOf = (text) => {
    texts.add(text);
    return [];
  };
  for (const { event } of items) rewriteEvent(event, [], redact.name, collect);
  if (patch !== null) texts.add(patch);
  return texts;
}

async function createEdits(
  texts: ReadonlySet<string>,
  root: RegExp | undefined,
  options: Options,
  count: (kind: string) => void,
): Promise<EditsOf> {
  const placeholders = createPlaceholders((placeholder) =>
    texts.values().some((text) => text.includes(placeholder)),
  );
  for (const text of texts) {
    const secrets = options.secrets ? await findSecrets(text) : [];
    for (const secret of secrets.toSorted((a, b) => text.indexOf(a.text) - text.indexOf(b.text))) {
      if (OWN.test(secret.text) || secret.text.length < SHORTEST_SECRET) continue;
      const name = secret.kind.toUpperCase().replaceAll("-", "_");
      placeholders.add(secret.kind, secret.text, (number) => `REDACTED_${name}_${number}`);
    }
    for (const [email] of options.emails ? text.matchAll(EMAIL) : [])
      placeholders.add("email", email, (number) => `redacted-${number}@example.com`);
  }
  const names = namesFor(options.homes ? homesIn(texts) : new Set());
  return editsFor(
    placeholders.hidden(),
    (text) => {
      const roots = root === undefined ? [] : rootEdits(text, root, options.placeholder);
      const homes = homeEdits(text, names).filter(({ from, to }) =>
        roots.every((edit) => to <= edit.from || from >= edit.to),
      );
      for (const _ of roots) count("root");
      for (const _ of homes) count("home");
      return [...roots, ...homes];
    },
    count,
  );
}

/** Placeholders of an earlier time look like keys to some rules. */
const OWN = /^REDACTED_[A-Z0-9_]+_\d+$/;
/** Shorter ones are words, and would be replaced all over the row. */
const SHORTEST_SECRET = 8;
/** Not `git@host`, by which repositories are named, nor what stands for an address. */
const EMAIL = /\b(?!git@)[\w.+-]+@(?!example\.(?:com|org|net)\b)(?:[\w-]+\.)+[A-Za-z]{2,}\b/g;

function rootEdits(text: string, root: RegExp, placeholder: string): Edit[] {
  return [...text.matchAll(root)].map(({ index, 0: found }) => ({
    from: index,
    to: index + found.length,
    text: placeholder,
  }));
}

/** Two folders in one name would be another tree than the agent had. */
function isTaken(texts: ReadonlySet<string>, root: RegExp, placeholder: string): boolean {
  const taken = rootForm([placeholder]);
  if (taken === undefined || !texts.values().some((text) => text.search(root) !== -1)) return false;
  return texts.values().some((text) => text.replaceAll(root, "").search(taken) !== -1);
}
