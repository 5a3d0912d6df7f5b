/** Loaded before the program: a wall clock that somebody sets forward by a day, and back, at every few looks at it. */
const DAY_MS = 86_400_000;
const LOOKS = 7;
const RealDate = Date;
let looks = 0;
const now = (): number => {
  const jumped = Math.floor(looks++ / LOOKS) % 3;
  return RealDate.now() + (jumped - 1) * DAY_MS;
};

globalThis.Date = new Proxy(RealDate, {
  construct: (target, given, self) => Reflect.construct(target, given.length === 0 ? [now()] : given, self),
  get: (target, name) => (name === "now" ? now : Reflect.get(target, name)),
});
