import { compareRow } from "./compare.ts";
import { goldenSets, type GoldenSet, type Pair } from "./sets.ts";

/**
 * Our conversions against those that others published of the same rows: npm run test:golden -- FOLDER…
 * A folder is a checkout of SWE-bench/SWE-smith or of agent-data-protocol, or holds the files of one. Prints what differs by class, with the
 * number of messages; 1 where a message differs for no reason that is known, or where there was nothing to compare.
 */
async function main(folders: readonly string[]): Promise<number> {
  let compared = 0;
  let missing = 0;
  let unexplained = 0;
  for (const set of goldenSets) {
    const pairs = await findPairs(set, folders);
    if (pairs === undefined) process.stdout.write(`${set.name}: not in these folders\n\n`);
    else {
      const without = pairs.filter(({ ours }) => "refused" in ours).length;
      compared += pairs.length - without;
      missing += without;
      unexplained += report(set, pairs);
    }
  }
  process.stdout.write(
    `${compared} rows compared, ${missing} without one of ours, ${unexplained} unexplained differences\n`,
  );
  return compared > 0 && unexplained === 0 ? 0 : 1;
}

async function findPairs(set: GoldenSet, folders: readonly string[]): Promise<readonly Pair[] | undefined> {
  for (const folder of folders) {
    const pairs = await set.pairs(folder);
    if (pairs !== undefined) return pairs;
  }
  return undefined;
}

function report(set: GoldenSet, pairs: readonly Pair[]): number {
  const classes = new Map<string, { messages: number; rows: number }>();
  const add = (name: string, messages: number) => {
    const sum = classes.get(name) ?? { messages: 0, rows: 0 };
    classes.set(name, { messages: sum.messages + messages, rows: sum.rows + 1 });
  };
  let [messages, equal] = [0, 0];
  const unexplained: string[] = [];
  for (const { id, theirs, ours } of pairs) {
    if ("refused" in ours) {
      add(`no row of ours: ${ours.refused}`, theirs.length);
      if (!KNOWN_REFUSALS.has(ours.refused)) unexplained.push(`${id}: ${ours.refused}`);
      continue;
    }
    const found = compareRow(ours, theirs, set.classes);
    messages += found.messages;
    equal += found.equal;
    for (const [name, count] of found.classes) add(name, count);
    for (const one of found.unexplained)
      unexplained.push(
        `${id}, message ${one.place}\n      ours   ${shown(one.ours, one.theirs)}\n      theirs ${shown(one.theirs, one.ours)}`,
      );
  }
  process.stdout.write(`${set.name}: ${pairs.length} rows, ${messages} messages compared, ${equal} equal\n`);
  for (const [name, sum] of [...classes].sort(([a], [b]) => (a < b ? -1 : 1)))
    process.stdout.write(`  ${name}: ${sum.messages} messages of ${sum.rows} rows\n`);
  process.stdout.write(
    `  unexplained: ${unexplained.length}\n${unexplained.map((line) => `    ${line}\n`).join("")}\n`,
  );
  return unexplained.length;
}

/** A call that was never answered, at which the attempt was cut off; a file that the folder does not have. */
const KNOWN_REFUSALS: ReadonlySet<string> = new Set(["missing-result", "no-trajectory"]);

/** Where one begins to differ from the other. */
function shown(text: string, other: string): string {
  let at = 0;
  while (at < text.length && text[at] === other[at]) at++;
  return `${at}: ${JSON.stringify(text.slice(Math.max(0, at - 60), at + 160))}`;
}

process.exitCode = await main(process.argv.slice(2));
