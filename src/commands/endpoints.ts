import { InputError } from "../base/errors.ts";
import type { EndpointHealth, EndpointLimits } from "../governor.ts";
import { endpointOf } from "../governors/admit-for.ts";
import { observeGate } from "../governors/observe.ts";

/** The endpoints that runs of this machine call now; none where no run does. */
export async function endpointHealth(): Promise<readonly EndpointHealth[]> {
  await using gate = await observeGate();
  return (await gate?.health()) ?? [];
}

/**
 * Changes the limits of one endpoint for all runs that are under way; what is not named stays.
 * @throws InputError `endpoint-not-in-use` · EnvironmentError `governor-unreachable`.
 */
export async function adjustEndpoint(endpoint: string, changes: EndpointLimits): Promise<EndpointHealth> {
  await using gate = await observeGate();
  const wanted = endpointOf(endpoint);
  const find = async () => (await gate?.health())?.find((health) => health.endpoint === wanted);
  const before = await find();
  if (gate === undefined || before === undefined) throw notInUse(wanted);
  await gate.adjust(wanted, { ...before.limits, ...changes });
  return (await find()) ?? before;
}

function notInUse(endpoint: string): InputError {
  return new InputError({
    code: "endpoint-not-in-use",
    message: `No run of this machine calls ${endpoint} now`,
    hint: 'See "hybrid-gym endpoints"; limits of a run to come are flags of "rollout".',
    fields: { endpoint },
  });
}
