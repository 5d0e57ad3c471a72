/** What every plot has: ground, title, axes, and colours that read on a light and on a dark page. */

export const width = 760;
export const height = 340;
/** Where the data is drawn. */
export const area = { left: 76, right: width - 24, top: 74, bottom: height - 56 };

const style = `
text { font: 13px system-ui, -apple-system, 'Segoe UI', sans-serif; fill: #1f2430 }
.title { font-size: 16px; font-weight: 600 } .quiet { fill: #5b6472 } .value { font-weight: 600 }
.ground { fill: #ffffff } .grid { stroke: #e4e7ec } .axis { stroke: #8a93a1 } .mark { stroke: #b42318; stroke-dasharray: 4 3 }
.s0 { --c: #1d5fd0 } .s1 { --c: #b3590a } .s2 { --c: #0b7a6f } .s3 { --c: #8a3fc0 }
.fill { fill: var(--c) } .line { stroke: var(--c); fill: none; stroke-width: 2 }
@media (prefers-color-scheme: dark) {
text { fill: #e6e9ef } .quiet { fill: #a3acba } .ground { fill: #14171d } .grid { stroke: #2a303a } .axis { stroke: #6b7482 } .mark { stroke: #ff8a7a }
.s0 { --c: #7fb0ff } .s1 { --c: #ffb066 } .s2 { --c: #4fd0c0 } .s3 { --c: #d0a0ff } }`;

/** @param {{ title: string, xLabel: string, yLabel: string }} plot */
export function frame({ title, xLabel, yLabel }, content) {
  const middle = (area.left + area.right) / 2;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">`,
    `<title>${escaped(title)}</title><style>${style}</style>`,
    `<rect class="ground" width="${width}" height="${height}" rx="8"/>`,
    text(24, 32, title, { kind: 'title' }),
    text(24, 54, yLabel, { kind: 'quiet' }),
    text(middle, height - 14, xLabel, { kind: 'quiet', anchor: 'middle' }),
    ...content,
    '</svg>\n',
  ].join('\n');
}

export function text(x, y, content, { kind = '', anchor = 'start' } = {}) {
  if (content === '') return '';
  return `<text x="${at(x)}" y="${at(y)}" class="${kind}" text-anchor="${anchor}">${escaped(content)}</text>`;
}

export function line(x1, y1, x2, y2, kind) {
  return `<line x1="${at(x1)}" y1="${at(y1)}" x2="${at(x2)}" y2="${at(y2)}" class="${kind}"/>`;
}

export function rect(x, y, w, h, kind) {
  return `<rect x="${at(x)}" y="${at(y)}" width="${at(Math.max(0, w))}" height="${at(Math.max(0, h))}" class="${kind}"/>`;
}

/** Maps [from, to] to [start, end], by the logarithm if asked. */
export function scale(from, to, start, end, isLog = false) {
  const place = isLog ? Math.log10 : (value) => value;
  const span = place(to) - place(from) || 1;
  return (value) => start + ((place(value) - place(from)) / span) * (end - start);
}

/** Round values from 0 up to at least `max`: 1, 2 or 5 times a power of ten apart, at most `most` steps. */
export function ticksTo(max, most = 4) {
  const rough = (max > 0 ? max : 1) / most;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((size) => size >= rough);
  const count = Math.ceil(max / step - 1e-9);
  return Array.from({ length: Math.max(1, count) + 1 }, (_, n) =>
    Number((n * step).toPrecision(12)),
  );
}

/** Powers of ten that lie in [from, to]. */
export function decades(from, to) {
  const first = Math.ceil(Math.log10(from) - 1e-9);
  const last = Math.floor(Math.log10(to) + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, n) => 10 ** (first + n));
}

/** 1500000 → `1.5 M`. */
export function short(value) {
  const [divisor, unit] = value >= 1e6 ? [1e6, ' M'] : value >= 1e3 ? [1e3, ' k'] : [1, ''];
  return `${Number((value / divisor).toPrecision(3))}${unit}`;
}

/** Horizontal grid lines with their values. */
export function yGrid(ticks, y) {
  return ticks.flatMap((tick) => [
    line(area.left, y(tick), area.right, y(tick), tick === 0 ? 'axis' : 'grid'),
    text(area.left - 10, y(tick) + 4, short(tick), { kind: 'quiet', anchor: 'end' }),
  ]);
}

const at = (value) => Math.round(value * 10) / 10;
const escaped = (content) =>
  content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
