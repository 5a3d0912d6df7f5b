import type { ResolverProvider } from "../resolver.ts";
import { python } from "./python/index.ts";

export const resolvers: readonly ResolverProvider[] = [python];

/** The resolver of a language, if there is one. */
export function findResolver(language: string): ResolverProvider | undefined {
  return resolvers.find((resolver) => resolver.language === language);
}
