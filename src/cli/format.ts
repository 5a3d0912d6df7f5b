import type { Interval } from "../statistics/interval.ts";

/** `3 h 13 min`, `42 s`: two units at most. */
export function duration(seconds: number): string {
  const whole = Math.round(seconds);
  const [days, hours, minutes] = [86_400, 3_600, 60].map((unit) => Math.floor(whole / unit));
  if (days !== undefined && days > 0) return `${days} d ${(hours ?? 0) % 24} h`;
  if (hours !== undefined && hours > 0) return `${hours} h ${(minutes ?? 0) % 60} min`;
  if (minutes !== undefined && minutes > 0) return `${minutes} min ${whole % 60} s`;
  return `${whole} s`;
}

/** `1,234,567`. */
export function count(value: number): string {
  return value.toLocaleString("en-US", { maximumFractionDigits: 0 });
}

/** `12.3 M`: three digits that matter. */
export function shortCount(value: number): string {
  for (const [unit, size] of [
    ["G", 1e9],
    ["M", 1e6],
    ["k", 1e3],
  ] as const)
    if (value >= size) return `${(value / size).toPrecision(3)} ${unit}`;
  return String(value);
}

/** US dollars; small ones with enough digits to be more than zero. */
export function dollars(value: number): string {
  if (value === 0 || value >= 0.1) return `$${value.toLocaleString("en-US", TWO_DIGITS)}`;
  return `$${Number(value.toPrecision(2)).toString()}`;
}
const TWO_DIGITS = { minimumFractionDigits: 2, maximumFractionDigits: 2 };

export function percent(share: number): string {
  return `${(100 * share).toFixed(share > 0 && share < 0.1 ? 1 : 0)} %`;
}

/** `59–69 %`; `from 59 %` where nothing bounds it. */
export function interval({ low, high }: Interval, write: (value: number) => string): string {
  return high === null ? `from ${write(low)}` : `${write(low)} to ${write(high)}`;
}

/** Facts one after the other, on as few lines as hold them whole. */
export function joined(facts: readonly string[], width: number, separator = " · "): string[] {
  const lines: string[] = [];
  for (const fact of facts) {
    const line = lines.at(-1);
    if (line !== undefined && line.length + separator.length + fact.length <= width)
      lines[lines.length - 1] = line + separator + fact;
    else lines.push(fact);
  }
  return lines;
}
