/**
 * As many groups of equal share would be as spread out: the exponential of the entropy of the shares (Hill number of order 1). Null for nothing.
 * `sizes` are those of the groups.
 */
export function effectiveNumber(sizes: readonly number[]): number | null {
  const total = sizes.reduce((sum, size) => sum + size, 0);
  if (total === 0) return null;
  const entropy = -sizes.reduce((sum, size) => sum + (size / total) * Math.log(size / total), 0);
  return Math.round(Math.exp(entropy) * 1000) / 1000;
}
