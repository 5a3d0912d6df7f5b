import type { RunState } from "../../run.ts";
import type { Surveyor } from "../../stores/survey.ts";

/** When targets ended, and how fast. All times in milliseconds since 1970. */
export interface Pace {
  /** When the first attempt began that ended or is under way; absent before. */
  readonly began?: number;
  /** Of the newest line of the ledger that the state remembers. */
  readonly lastEvent?: number;
  readonly ended: number;
  readonly endedInLastHour: number;
}

const HOUR_MS = 3_600_000;

export function paceOf({ notes }: RunState, now: Date): Surveyor<Pace> {
  let began = Infinity;
  let lastEvent = -Infinity;
  let ended = 0;
  let endedInLastHour = 0;
  const milliseconds = timeReader();
  return {
    look({ last, open }) {
      if (last !== undefined) {
        const end = milliseconds(last.at);
        ended++;
        if (end > now.getTime() - HOUR_MS) endedInLastHour++;
        began = Math.min(began, end - last.seconds * 1000);
        lastEvent = Math.max(lastEvent, end);
      }
      if (open !== undefined) {
        began = Math.min(began, Date.parse(open.at));
        lastEvent = Math.max(lastEvent, Date.parse(open.at));
      }
    },
    result() {
      for (const { at } of notes) lastEvent = Math.max(lastEvent, Date.parse(at));
      return {
        ...(Number.isFinite(began) ? { began } : {}),
        ...(Number.isFinite(lastEvent) ? { lastEvent } : {}),
        ended,
        endedInLastHour,
      };
    },
  };
}

/** Reads times as the ledger has them (`2026-01-05T13:27:47.378Z`). Each minute is read by the calendar once: a hundred thousand times are a tenth of a second otherwise. */
function timeReader(): (time: string) => number {
  const minutes = new Map<string, number>();
  return (time) => {
    if (time.length !== 24) return Date.parse(time);
    const minute = time.slice(0, 16);
    let start = minutes.get(minute);
    if (start === undefined) minutes.set(minute, (start = Date.parse(`${minute}:00.000Z`)));
    return start + Number(time.slice(17, 23)) * 1000;
  };
}

/** Targets an hour over the last hour, or over the run's life where that is shorter; null when none ended in it. */
export function rateOfLastHour({ began, endedInLastHour }: Pace, now: Date): number | null {
  if (began === undefined || endedInLastHour === 0) return null;
  return endedInLastHour / Math.max(hours(now.getTime() - began, 1), Number.EPSILON);
}

/** Targets an hour from the first attempt to `until`; pauses count. */
export function rateOverall({ began, ended }: Pace, until: number): number | null {
  if (began === undefined || ended === 0 || until <= began) return null;
  return ended / hours(until - began);
}

function hours(milliseconds: number, most = Infinity): number {
  return Math.min(milliseconds / HOUR_MS, most);
}
