import type { TimedClock } from "../../base/clock.ts";
import type { Gate } from "../gate.ts";

/** A service that bears so many calls at a time, each for so long, and refuses the others. */
export interface SimulatedService {
  capacity: number;
  readonly refusals: number;
  /** Milliseconds of all answered calls together. */
  readonly workedMs: number;
  /** One call through the gate, tried until it is answered. */
  call(gate: Gate, run?: string): Promise<void>;
}

export interface ServiceOptions {
  readonly capacity: number;
  readonly callMs: (number: number) => number;
  readonly retryAfterMs?: number;
}

export function simulatedService(clock: TimedClock, options: ServiceOptions): SimulatedService {
  const { callMs, retryAfterMs } = options;
  let underWay = 0;
  let calls = 0;
  const after = (milliseconds: number) => new Promise<void>((resolve) => clock.after(milliseconds, resolve));
  const service = {
    capacity: options.capacity,
    refusals: 0,
    workedMs: 0,
    async call(gate: Gate, run = "/run") {
      for (;;) {
        const id = `call ${++calls}`;
        const reserved = { dollars: 0, tokens: 100 };
        await gate.admit({ id, endpoint: "http://service/v1", run, reserved, caps: {} });
        await after(5);
        if (underWay >= service.capacity) {
          service.refusals++;
          await gate.settle(id, { kind: "overloaded", spent: { dollars: 0, tokens: 0 }, retryAfterMs });
          continue;
        }
        underWay++;
        const milliseconds = callMs(calls);
        await after(milliseconds);
        underWay--;
        service.workedMs += milliseconds;
        return gate.settle(id, { kind: "answered", spent: reserved });
      }
    },
  };
  return service;
}
