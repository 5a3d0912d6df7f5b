import { stemmer } from "stemmer";
import { detached } from "./terms.ts";

/**
 * Words of English prose and parts of identifiers. Everything is lower case; an identifier is split at
 * underscores, case changes and digits: `HTTPServer_v2` gives `http`, `server`, `v`.
 */

/** The words of a text in order, lower case; identifiers stay whole (`max_depth`). */
export function words(text: string): string[] {
  return (text.match(/[\p{L}\p{N}_]+(?:['’-][\p{L}\p{N}_]+)*/gu) ?? []).map((word) => word.toLowerCase());
}

/** The parts of one identifier, lower case, without digits. */
export function identifierParts(name: string): string[] {
  const parts = name.match(/\p{Lu}+(?!\p{Ll})|\p{Lu}?[\p{Ll}\p{Lo}]+/gu) ?? [];
  return parts.map((part) => part.toLowerCase());
}

/** The Porter stem of one lower-case word. */
export function stem(word: string): string {
  return stemmer(word.replace(/['’]s$/, ""));
}

/**
 * The stems a reader would recognise a name by: of its parts of `shortest` letters and more, and of the
 * whole name when it is one word without marks (`setattr`).
 */
export function nameStems(name: string, shortest = 3): Set<string> {
  const parts = identifierParts(name).filter((part) => part.length >= shortest);
  const whole = name.replace(/[_\d]/g, "").toLowerCase();
  return new Set([...parts, ...(whole.length >= shortest ? [whole] : [])].map(stem));
}

/**
 * Whether a word gives one of the stems away: the same stem, or, for stems of four letters and more, one
 * the beginning of the other (`insert` and `insertions`, `normal` and `normalize`), where the Porter rules stop short.
 */
export function sharesStem(word: string, stems: ReadonlySet<string>): boolean {
  for (const part of [word, ...identifierParts(word), ...word.split(/['’-]/)]) {
    const own = stem(part.toLowerCase());
    if (own.length === 0) continue;
    if (stems.has(own)) return true;
    for (const other of stems) if (related(own, other)) return true;
  }
  return false;
}

function related(a: string, b: string): boolean {
  const [short, long] = a.length <= b.length ? [a, b] : [b, a];
  return short.length >= 4 && long.startsWith(short) && long.length - short.length <= 4;
}

/** Words of prose that say nothing about a subject. */
export const STOP_WORDS: ReadonlySet<string> = new Set(
  (
    "a about above across actually after again against all allow allows almost along already also although always am among an and another any " +
    "anything appropriate are aren't around as at available away back be because become been before behind being below best better " +
    "between beyond both but by came can can't cannot case cases certain come common corresponding could current currently default defaults desired " +
    "did different directly do does doesn't doing don't done down due during each either else enough etc even every everything " +
    "exactly example examples except few find first following for form found from full fully further gets getting given gives giving go " +
    "going good got had happen happens has hasn't have haven't having he hence her here him his how however i i.e e.g eg ie if in " +
    "indeed inside instead into is isn't it it's its itself just keep kept kind know known last later least less let like likely long " +
    "lot made main mainly make makes making many may maybe me mean means might mind more most much must my name named names namely necessary " +
    "need needed needs neither never new next no non none nor not note nothing now occur occurs of off often old on once one ones " +
    "only onto optional optionally or original other others otherwise our out over overall own particular per perhaps please possible possibly previous " +
    "previously provide provided provides providing purpose quite rather really regarding relevant respectively resulting right said same say says second see " +
    "seems seen set several shall she should show shown shows similar similarly simple simply since single so some someone something " +
    "sometimes somewhere soon special specific specifically specified specify still such suitable sure take taken takes taking than that the their " +
    "them themselves then there therefore these they thing things think this those three through throughout thus time times to together too " +
    "toward towards try two under unless until up upon us use used useful user users uses using usual usually various very via want " +
    "wants was way ways we well were what whatever when whenever where whereas wherever whether which while who whole whom whose why " +
    "will with within without won't work works would yes yet you your zero"
  ).split(" "),
);

/** Function words of English: their share tells English prose from lists, code and other languages. */
export const ENGLISH_FUNCTION_WORDS: ReadonlySet<string> = new Set(
  (
    "a an and are as at be been but by can do does each for from has have if in into is it its may must no not of on one only or " +
    "other should so some such than that the their then there these they this to use used was we when where which will with you " +
    "all any before after given return returns whether"
  ).split(" "),
);

const CODE_WORDS = new Set(
  (
    "and as assert async await break case class const continue def del elif else except export extends false final finally fn for from func " +
    "function global if import in interface is lambda let match new none nonlocal not null or pass pub raise return self static struct super " +
    "switch this throw true try type undefined use var void while with yield int str bool float cls args kwargs"
  ).split(" "),
);

/**
 * The search terms of prose or source text: identifiers taken apart, words that carry no subject left out,
 * stems taken. Repeats are kept, for counting.
 */
export function searchTerms(text: string): string[] {
  const result: string[] = [];
  for (const match of text.matchAll(/[\p{L}_][\p{L}\p{N}_]*/gu)) {
    for (const part of identifierParts(match[0])) {
      if (part.length < 3 || part.length > 40 || STOP_WORDS.has(part) || CODE_WORDS.has(part)) continue;
      result.push(memoizedStem(part));
    }
  }
  return result;
}

const stems = new Map<string, string>();

/** Repositories repeat their words: without this, stemming is most of the time an index takes. */
function memoizedStem(word: string): string {
  let result = stems.get(word);
  if (result === undefined) {
    if (stems.size > 200_000) stems.clear();
    result = detached(stem(word));
    stems.set(detached(word), result);
  }
  return result;
}
