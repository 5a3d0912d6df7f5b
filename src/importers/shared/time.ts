/** A moment as records write it, and whether the source left out in which zone it is. */
export interface SourceTime {
  readonly at: string;
  readonly withoutZone: boolean;
}

const WRITTEN = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?Z$/;
const WITHOUT_ZONE = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?$/;

/** Text as it is where it is in UTC; seconds since 1970 too. Undefined where it is no moment. */
export function readTime(value: string | number | undefined): SourceTime | undefined {
  if (value === undefined) return undefined;
  if (typeof value === "number") return inUtc(value * 1000, false);
  if (WRITTEN.test(value)) return inUtc(Date.parse(value), false) && { at: value, withoutZone: false };
  const withoutZone = WITHOUT_ZONE.test(value);
  return inUtc(Date.parse(withoutZone ? `${value.replace(" ", "T")}Z` : value), withoutZone);
}

function inUtc(milliseconds: number, withoutZone: boolean): SourceTime | undefined {
  const date = new Date(milliseconds);
  const year = Number.isNaN(date.getTime()) ? 0 : date.getUTCFullYear();
  return year >= 1970 && year <= 9999 ? { at: date.toISOString(), withoutZone } : undefined;
}
