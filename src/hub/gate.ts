import { InputError } from "../base/errors.ts";
import { matchName } from "../contamination/names.ts";
import type { Shipment } from "./shipment.ts";

export interface GateOptions {
  /** What benchmarks are made of may go too. */
  readonly allowContaminated: boolean;
  /** What a source says of itself may stand for a verdict. */
  readonly acceptClaims: boolean;
  /** Samples without a verdict may go too. */
  readonly acceptUngraded: boolean;
}

/** What must not leave the machine unnoticed. @throws InputError `contaminated`, `claimed-rows`, `ungraded-rows` */
export function checkGate(shipment: Shipment, options: GateOptions): void {
  if (!options.allowContaminated) refuseContaminated(shipment);
  const { claimed, ungraded } = gradesOf(shipment);
  if (claimed && !options.acceptClaims)
    throw new InputError({
      code: "claimed-rows",
      message: "Of some rows, nobody but their source says whether they are solved",
      hint: "Grade or leave them out, or give --accept-claims.",
    });
  if (ungraded && !options.acceptUngraded)
    throw new InputError({
      code: "ungraded-rows",
      message: "Some samples have no verdict",
      hint: 'Leave them out with "hybrid-gym select --outcome", or give --accept-ungraded.',
    });
}

function refuseContaminated({ shipped, repositories }: Shipment): void {
  const found = Object.keys(repositories).flatMap((name) => {
    const match = matchName({ name });
    return match === undefined ? [] : [`${name} (${match.benchmark})`];
  });
  const { manifest } = shipped;
  const isOpen = "source" in manifest && "contaminated" in manifest.source && manifest.source.contaminated;
  if (found.length === 0 && !isOpen) return;
  throw new InputError({
    code: "contaminated",
    message:
      found.length > 0
        ? `Benchmarks are made of ${found.slice(0, 5).join(", ")}${found.length > 5 ? ` and ${found.length - 5} more` : ""}`
        : "The dataset was built with --allow-contaminated",
    hint: "Leave these repositories out, or give --allow-contaminated: whoever trains on it can no longer be measured with them.",
    fields: { repositories: found },
  });
}

function gradesOf({ shipped }: Shipment): { claimed: boolean; ungraded: boolean } {
  if (shipped.kind === "export") {
    const claims = "filters" in shipped.manifest && shipped.manifest.filters.accept_claims;
    return { claimed: claims ?? false, ungraded: false };
  }
  const { grades } = shipped.manifest.counts;
  const has = (name: string) => (grades[name] ?? 0) > 0;
  return { claimed: has("claimed"), ungraded: has("ungraded") || has("no-verdict") };
}
