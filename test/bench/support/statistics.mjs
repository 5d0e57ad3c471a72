/** Numbers about numbers. All pure; inputs stay as they are. */

/** The value below which `share` (0 to 1) of the values lie: nearest rank. NaN of none. */
export function percentile(values, share) {
  const sorted = Float64Array.from(values).sort();
  if (sorted.length === 0) return NaN;
  const rank = Math.ceil(share * sorted.length);
  return sorted[Math.min(sorted.length, Math.max(1, rank)) - 1];
}

/** The middle value, or the mean of the two in the middle. NaN of none. */
export function median(values) {
  const sorted = Float64Array.from(values).sort();
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

/** The median over rounds of a/b: what disturbed one round disturbed both. Throws unless both have the same number of rounds. */
export function medianRatio(a, b) {
  if (a.length !== b.length) throw new Error(`${a.length} rounds against ${b.length}`);
  return median(a.map((value, round) => value / b[round]));
}

/** `bins` bins of equal width from 0 to the largest value, or to `max`; what lies beyond counts in the last. */
export function histogramOf(values, { bins = 40, max = Math.max(...values) } = {}) {
  const width = max / bins;
  const counts = new Array(bins).fill(0);
  for (const value of values) counts[Math.min(bins - 1, Math.floor(value / width))] += 1;
  return counts.map((count, bin) => ({ from: bin * width, to: (bin + 1) * width, count }));
}

/** To `digits` significant digits, so that tables and JSON hold no more than was measured. */
export function rounded(value, digits = 3) {
  if (!Number.isFinite(value)) return null;
  const whole = Math.round(value);
  return Math.abs(value) >= 10 ** digits ? whole : Number(value.toPrecision(digits));
}
