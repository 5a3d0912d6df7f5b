import { LONGEST_TIMER_MS, type Clock } from "./clock.ts";

/** Time that one has, which stands still while one is made to wait. */
export interface Deadline {
  /** Milliseconds; negative when it is over. All of it until `begin`. */
  remainingMs(): number;
  begin(): void;
  /** Does work that does not count. */
  standStill<T>(work: () => Promise<T>): Promise<T>;
}

/** @param mostGivenBackMs what waiting may give back in all: whoever waits longer is out of time all the same. */
export function createDeadline(milliseconds: number, mostGivenBackMs: number, clock: Clock): Deadline {
  let began: number | undefined;
  let waiting = 0;
  let waitingSince = 0;
  let waited = 0;
  const givenBack = () => {
    const now = waiting > 0 ? clock.elapsed() - waitingSince : 0;
    return Math.min(mostGivenBackMs, waited + now);
  };
  return {
    remainingMs: () =>
      began === undefined ? milliseconds : began + milliseconds + givenBack() - clock.elapsed(),
    begin() {
      began = clock.elapsed();
    },
    async standStill(work) {
      if (waiting++ === 0) waitingSince = clock.elapsed();
      try {
        return await work();
      } finally {
        if (--waiting === 0 && began !== undefined) waited += clock.elapsed() - Math.max(began, waitingSince);
      }
    },
  };
}

const SHORTEST_WAIT_MS = 20;

/** Calls once when no time remains, however often that was put off; what is returned calls it off. */
export function whenOver(remainingMs: () => number, work: () => void): () => void {
  let timer: NodeJS.Timeout | undefined;
  const arm = (milliseconds: number) => {
    timer = setTimeout(
      () => {
        const left = remainingMs();
        if (left > 0) arm(Math.max(SHORTEST_WAIT_MS, left));
        else work();
      },
      Math.min(Math.max(0, Math.ceil(milliseconds)), LONGEST_TIMER_MS),
    );
  };
  arm(remainingMs());
  return () => clearTimeout(timer);
}
