import type { EndpointHealth } from "../governor.ts";
import type { SolverResult } from "../runs/summary/solver-results.ts";
import type { RunSummary } from "../runs/summary/view.ts";
import type { CostPerSuccess } from "../statistics/cost.ts";
import type { PassAt } from "../statistics/pass-at.ts";
import { printable } from "../trajectories/printable.ts";
import { count, dollars, duration, interval, joined, percent, shortCount } from "./format.ts";
import type { Style } from "./screen.ts";
import { describeCounts } from "./counts.ts";
import { formatTable, share } from "./table.ts";

/** The state of a run as a person reads it: what matters most first, and nothing that is not known. */
export function renderRun(summary: RunSummary, now: Date, style: Style, width = 80): string {
  const sections = [
    [...heading(summary, style), "", ...progress(summary, style, width)],
    outcomes(summary, width),
    spent(summary, width),
    section("by solver", solvers(summary, width), style),
    section("endpoints", (summary.endpoints ?? []).map(endpoint), style),
    section("under way", underWay(summary, now), style),
    section("slowest", slowest(summary), style),
    section("notes", notes(summary), style),
    lastWords(summary, now),
  ];
  return sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n");
}

function section(title: string, lines: readonly string[], style: Style): string[] {
  return lines.length === 0 ? [] : [style.bold(title), ...lines.map((line) => `  ${line}`)];
}

function heading({ run, state, who, isolation, workers }: RunSummary, style: Style): string[] {
  const agents = who.map(({ agent, model }) => agent + (model === undefined ? "" : ` with ${model}`));
  const mark = { working: style.good, done: style.good, stalled: style.bad, stopped: style.warn }[state];
  const alive = workers
    .filter((worker) => worker.alive)
    .map(({ host, process }) => `process ${process} on ${host}`);
  const by = alive.length === 0 ? "" : ` · ${alive.slice(0, 3).join(", ")}${more(alive.length - 3)}`;
  const warning = isolation === "process" ? " (no isolation)" : "";
  return [
    `${style.bold(printable(run))} · ${mark(state)}${by}`,
    printable(`agent ${agents.join(", ")}, isolation ${isolation}${warning}`),
  ];
}

function more(left: number): string {
  return left > 0 ? ` and ${left} more` : "";
}

/** `█` for what is done, `░` for the rest. */
function progress(summary: RunSummary, style: Style, width: number): string[] {
  const { done, targets, rate, seconds_left: left } = summary;
  const cells = Math.max(10, Math.min(40, width - 50));
  const filled = targets === 0 ? 0 : Math.floor((cells * done) / targets);
  const bar = style.good("█".repeat(filled)) + style.dim("░".repeat(cells - filled));
  const facts = [
    ...(rate.last_hour === null ? [] : [`${perHour(rate.last_hour)} an hour in the last hour`]),
    ...(rate.overall === null ? [] : [`${perHour(rate.overall)} overall`]),
    ...(left === null || left === 0 ? [] : [`about ${duration(left)} left`]),
  ];
  const line = `${bar} ${count(done)} of ${count(targets)} targets${targets === 0 ? "" : ` (${percent(done / targets)})`}`;
  return [line, ...joined(facts, width)];
}

function perHour(rate: number): string {
  return rate >= 10 ? count(rate) : rate.toPrecision(2);
}

function outcomes(summary: RunSummary, width: number): string[] {
  const { solved_rate: rate } = summary;
  const [table = "", sentence = ""] = printable(describeCounts(summary)).split("\n\n");
  const bounds = rate.of === 0 ? [] : [`the solved rate is ${interval(rate, percent)} (95 % interval)`];
  return [table, "", ...joined([...sentence.split("; "), ...bounds], width, "; ")];
}

function spent({ attempts, tokens, dollars: { known, unpriced } }: RunSummary, width: number): string[] {
  if (tokens.input + tokens.output === 0) return [];
  const cached = tokens.cached === 0 ? "" : ` (${shortCount(tokens.cached)} cached)`;
  const price =
    unpriced === 0
      ? dollars(known)
      : `${known === 0 ? "cost unknown" : `${dollars(known)} and more`}: no price for ${unpriced} attempts`;
  const inAndOut = `tokens ${shortCount(tokens.input)} in${cached}, ${shortCount(tokens.output)} out`;
  return joined([`${count(attempts)} attempts`, inAndOut, price], width);
}

/** Where there is more to say than the line above them says. */
function solvers({ solvers: results }: RunSummary, width: number): string[] {
  const known = results.filter((result) => result.solved.of > 0);
  const isPlain = known.every((result) => result.pass_at.length === 0 && result.cost_per_success === null);
  if (known.length === 0 || (results.length === 1 && isPlain)) return [];
  return known.flatMap((result) => describeSolver(result, width - INDENT));
}

function describeSolver(result: SolverResult, width: number): string[] {
  const { solver, solved, instances_solved: once, pass_at, cost_per_success: cost } = result;
  const facts = [
    `solved ${share(solved.part, solved.of)} graded (${interval(solved, percent)})`,
    ...(pass_at.length === 0 ? [] : [`instances solved at least once: ${share(once.part, once.of)}`]),
    ...(cost === null ? [] : [priceOf(cost)]),
    ...describePass(pass_at),
  ];
  return [printable(solver), ...joined(facts, width - INDENT).map((line) => `  ${line}`)];
}

function priceOf({ value, interval: bounds }: CostPerSuccess): string {
  if (value === null) return `${dollars(bounds.low)} without a success`;
  return `${dollars(value)} a success (${interval(bounds, dollars)})`;
}

function describePass(passes: readonly PassAt[]): string[] {
  const [first] = passes;
  if (first === undefined) return [];
  const values = passes.map(
    ({ k, value, interval: bounds }) => `pass@${k} ${percent(value)} (${interval(bounds, percent)})`,
  );
  return [...values, `by the ${METHODS[first.method]}`];
}

const METHODS = {
  unbiased: "unbiased estimator",
  "life-table": "life table of attempts that end at a success",
} as const;

function endpoint(health: EndpointHealth): string {
  const { limit, underWay: now, waiting, answered, overloaded, failed, pausedUntil } = health;
  const pause =
    pausedUntil === undefined ? "" : ` · paused until ${pausedUntil}: ${health.pausedBecause ?? "unknown"}`;
  return printable(
    `${health.endpoint}: ${now} of ${limit} calls, ${waiting} waiting · ${answered} answered, ${overloaded} overloaded, ${failed} failed${pause}`,
  );
}

const SHOWN = 5;
const INDENT = 2;

function underWay({ under_way: attempts }: RunSummary, now: Date): string[] {
  const rows = attempts.slice(0, SHOWN).map(({ attempt, seconds, last_sign: sign }) => {
    const silence = sign === null ? "no sign of life yet" : `last sign ${ago(sign, now)}`;
    return [duration(seconds), silence, printable(attempt)];
  });
  const left = attempts.length - SHOWN;
  return [...tableLines(rows), ...(left > 0 ? [`and ${left} more`] : [])];
}

function slowest({ slowest: attempts }: RunSummary): string[] {
  return tableLines(
    attempts.map(({ attempt, seconds, steps, outcome }) => [
      duration(seconds),
      `${steps} steps`,
      outcome,
      printable(attempt),
    ]),
  );
}

function tableLines(rows: readonly (readonly string[])[]): string[] {
  return rows.length === 0 ? [] : formatTable(rows).split("\n");
}

function notes({ notes: all }: RunSummary): string[] {
  return all.map(({ at, kind, facts }) => printable(`${at} ${kind} ${JSON.stringify(facts)}`));
}

function lastWords({ last_event: last, state }: RunSummary, now: Date): string[] {
  if (last === null || state === "done") return [];
  const hint = state === "stopped" ? "; the same rollout command continues" : "";
  return [`last event ${ago(last, now)}${hint}`];
}

function ago(at: string, now: Date): string {
  return `${duration(Math.max(0, (now.getTime() - Date.parse(at)) / 1000))} ago`;
}
