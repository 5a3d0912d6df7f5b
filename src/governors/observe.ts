import type { EndpointHealth, EndpointLimits } from "../governor.ts";
import { greet, openLink } from "./link.ts";
import { governorPlaces, type GovernorPlaces } from "./places.ts";
import { healthOf, otherVersion, socketIn } from "./shared.ts";

/** The gate of the runs that are under way, from outside. */
export interface ObservedGate extends AsyncDisposable {
  health(): Promise<readonly EndpointHealth[]>;
  adjust(endpoint: string, limits: EndpointLimits): Promise<void>;
}

/** Undefined where no run has one. @throws EnvironmentError `governor-unreachable`. */
export async function observeGate(
  places: GovernorPlaces = governorPlaces(),
): Promise<ObservedGate | undefined> {
  const socketFile = socketIn(places.meeting);
  const link = await openLink(socketFile, { onLimits() {} });
  if (link === undefined) return undefined;
  if (!(await greet(link, { underWay: [], limits: [] }))) throw otherVersion(socketFile);
  return {
    health: () => healthOf(link),
    adjust: async (endpoint, limits) => void (await link.ask({ type: "adjust", endpoint, limits }, "done")),
    async [Symbol.asyncDispose]() {
      link.close();
    },
  };
}
