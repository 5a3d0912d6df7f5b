import { Command, InvalidArgumentError } from "commander";
import { InputError } from "../base/errors.ts";
import type { EndpointHealth, EndpointLimits } from "../governor.ts";
import { formatTable } from "./table.ts";
import { runAction } from "./ui.ts";

const LIMITS: Readonly<Record<string, keyof EndpointLimits>> = {
  "max-calls": "concurrency",
  "requests-per-minute": "requestsPerMinute",
  "tokens-per-minute": "tokensPerMinute",
};

export function endpointsCommand(): Command {
  return new Command("endpoints")
    .description("how the services do that runs call now, and how much they are asked at a time")
    .argument(
      "[limits...]",
      "with --set: max-calls=12, requests-per-minute=60, tokens-per-minute=90000",
      limit,
      {},
    )
    .option("--set <endpoint>", "change limits of this one for all runs that are under way")
    .option("--json", "print one JSON object per endpoint")
    .addHelpText(
      "after",
      "\nExample:\n  $ hybrid-gym endpoints\n  $ hybrid-gym endpoints --set http://localhost:8000/v1 max-calls=12",
    )
    .action((limits: EndpointLimits, flags: { set?: string; json?: true }) =>
      runAction(flags.json ?? false, async (ui) => {
        if ((flags.set === undefined) !== (Object.keys(limits).length === 0)) throw halfOfAChange();
        const { adjustEndpoint, endpointHealth } = await import("../commands/endpoints.ts");
        const endpoints =
          flags.set === undefined ? await endpointHealth() : [await adjustEndpoint(flags.set, limits)];
        if (ui.json) for (const endpoint of endpoints) ui.row(toRow(endpoint));
        else ui.print(endpoints.length === 0 ? "no run calls a service now" : describe(endpoints));
      }),
    );
}

function limit(text: string, earlier: EndpointLimits): EndpointLimits {
  const [name = "", value = ""] = text.split("=");
  const field = LIMITS[name];
  const number = Number(value);
  if (field === undefined || value === "" || !Number.isFinite(number) || number <= 0)
    throw new InvalidArgumentError(`It takes ${Object.keys(LIMITS).join("=N, ")}=N, above 0.`);
  return { ...earlier, [field]: number };
}

function halfOfAChange(): InputError {
  return new InputError({
    code: "usage",
    message: "A change names an endpoint and at least one limit",
    hint: "Write --set ENDPOINT max-calls=12.",
  });
}

function toRow(health: EndpointHealth) {
  const { endpoint, limit, waiting, answered, overloaded, failed, tokens, dollars, today } = health;
  const { concurrency, requestsPerMinute, tokensPerMinute } = health.limits;
  return {
    endpoint,
    limit,
    waiting,
    answered,
    overloaded,
    failed,
    tokens,
    dollars,
    today,
    under_way: health.underWay,
    paused_until: health.pausedUntil,
    paused_because: health.pausedBecause,
    limits: {
      max_calls: concurrency,
      requests_per_minute: requestsPerMinute,
      tokens_per_minute: tokensPerMinute,
    },
  };
}

function describe(endpoints: readonly EndpointHealth[]): string {
  const rows = endpoints.map((health) => {
    const { endpoint, limit, underWay, waiting, answered, overloaded, failed, today, pausedUntil } = health;
    const state = pausedUntil === undefined ? "open" : `paused until ${pausedUntil}`;
    const calls = [`${underWay} of ${limit}`, waiting, answered, overloaded, failed];
    return [endpoint, state, ...calls, today.tokens, `$${today.dollars.toFixed(2)}`];
  });
  const head = [
    "endpoint",
    "state",
    "calls",
    "waiting",
    "answered",
    "no room",
    "failed",
    "tokens today",
    "paid today",
  ];
  return formatTable([head, ...rows]);
}
