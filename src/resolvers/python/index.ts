import { siblingModule } from "../../base/sibling.ts";
import type { ResolverProvider } from "../../resolver.ts";
import { hostedResolver } from "../shared/hosted.ts";
import { engineVersion } from "./bundle.ts";

const engine = `pyright ${engineVersion()}`;

/** Python, by pyright's types and the language's own scoping rules. No interpreter is run. */
export const python: ResolverProvider = {
  language: "python",
  engine,
  open: (options) =>
    Promise.resolve(
      hostedResolver({ ...options, engine, program: siblingModule(import.meta.url, "./host") }),
    ),
};
