import type { Plot } from './contract.js';
export function svgOf(plot: Plot): string;
