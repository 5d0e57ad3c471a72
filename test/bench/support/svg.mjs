/** Draws the plots of contract.d.ts as SVG. */
import * as svg from './svg-frame.mjs';

const { area } = svg;
const seriesCount = 4;

/** @param {import('./contract.d.ts').Plot} plot */
export function svgOf(plot) {
  return svg.frame(plot, { bars, lines, histogram }[plot.kind](plot));
}

/** Lying bars, each with its label above and its value behind. */
function bars({ bars: all }) {
  const pitch = (area.bottom - area.top) / all.length;
  const x = svg.scale(0, Math.max(...all.map(({ value }) => value)), 24, area.right - 60);
  return all.flatMap(({ label, value }, n) => {
    const top = area.top + n * pitch;
    const thickness = Math.min(18, pitch - 24);
    return [
      svg.text(24, top + 12, label),
      svg.rect(24, top + 19, x(value) - 24, thickness, 'fill s0'),
      svg.text(x(value) + 8, top + 19 + thickness / 2 + 5, svg.short(value), { kind: 'value' }),
    ];
  });
}

function lines({ lines: all, logX = false }) {
  if (all.length > seriesCount) throw new Error(`a plot holds ${seriesCount} lines at most`);
  const points = all.flatMap((one) => one.points);
  const [from, to] = [Math.min(...points.map(([x]) => x)), Math.max(...points.map(([x]) => x))];
  const yTicks = svg.ticksTo(Math.max(...points.map(([, y]) => y)));
  const x = svg.scale(from, to, area.left + 12, area.right - 24, logX);
  const y = svg.scale(0, yTicks.at(-1), area.bottom, area.top);
  const xTicks = logX
    ? svg.decades(from, to)
    : svg.ticksTo(to).filter((tick) => tick >= from && tick <= to);
  return [
    ...svg.yGrid(yTicks, y),
    ...xTicks.map((tick) =>
      svg.text(x(tick), area.bottom + 20, svg.short(tick), { kind: 'quiet', anchor: 'middle' }),
    ),
    ...all.flatMap((one, n) => [
      `<polyline class="line s${n}" points="${one.points.map(([px, py]) => `${x(px).toFixed(1)},${y(py).toFixed(1)}`).join(' ')}"/>`,
      ...one.points.map(
        ([px, py]) =>
          `<circle class="fill s${n}" cx="${x(px).toFixed(1)}" cy="${y(py).toFixed(1)}" r="3.5"/>`,
      ),
    ]),
    ...legend(all),
  ];
}

/** To the right of the y axis' label, from the right edge. */
function legend(all) {
  let right = area.right;
  return all.toReversed().flatMap(({ label }, n) => {
    const left = right - label.length * 6.8 - 20;
    right = left - 14;
    return [
      svg.rect(left, 46, 12, 8, `fill s${all.length - 1 - n}`),
      svg.text(left + 18, 54, label),
    ];
  });
}

function histogram({ bins, marks = [] }) {
  const last = bins.at(-1).to;
  const yTicks = svg.ticksTo(Math.max(...bins.map(({ count }) => count)));
  const x = svg.scale(0, last, area.left, area.right);
  const y = svg.scale(0, yTicks.at(-1), area.bottom, area.top);
  return [
    ...svg.yGrid(yTicks, y),
    ...bins.map(({ from, to, count }) =>
      svg.rect(x(from) + 0.5, y(count), x(to) - x(from) - 1, area.bottom - y(count), 'fill s0'),
    ),
    ...svg
      .ticksTo(last, 8)
      .filter((tick) => tick <= last)
      .map((tick) =>
        svg.text(x(tick), area.bottom + 20, svg.short(tick), { kind: 'quiet', anchor: 'middle' }),
      ),
    ...marks
      .filter((mark) => mark.x <= last)
      .flatMap(({ label, x: value }) => {
        const isRight = x(value) > (area.left + area.right) / 2;
        return [
          svg.line(x(value), area.top, x(value), area.bottom, 'mark'),
          svg.text(x(value) + (isRight ? -6 : 6), area.top + 12, label, {
            anchor: isRight ? 'end' : 'start',
          }),
        ];
      }),
  ];
}
