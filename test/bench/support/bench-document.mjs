/** The page and the plots that a run's results make. Pure: `report.mjs` reads and writes. */
import { stolenNote } from './stolen-time.mjs';
import { isMet, markdownTable, shown } from './table.mjs';
import { svgOf } from './svg.mjs';

/**
 * @param {object} results as `run.mjs --json` writes them
 * @returns {Record<string, string>} content by path from the checkout's root
 */
export function documentOf(results) {
  const measured = Object.entries(results.modules);
  const plots = measured.flatMap(([, { plots: own = [] }]) => own);
  return {
    'docs/bench.md': `${pageOf(results, measured)}\n`,
    ...Object.fromEntries(plots.map((plot) => [fileOf(plot), svgOf(plot)])),
  };
}

const fileOf = ({ id }) => `docs/bench-${id}.svg`;

function pageOf(results, measured) {
  return [
    '# Measurements',
    '',
    ...introduction(results),
    '',
    '## What was promised',
    '',
    markdownTable(promisesOf(results)),
    ...measured.flatMap(([name, result]) => section(name, result)),
  ].join('\n');
}

function introduction({ at, command, machine, options }) {
  const { load, ...parts } = machine;
  const disturbed =
    load > 0.5 ? `, which was busy with other things (load ${load} before the run)` : '';
  return [
    `One run of \`${command}\` on ${at.slice(0, 10)}: ${options.rounds} rounds, subjects in turn (A B A B), ${options.seconds} s a load;`,
    `medians over the rounds. Load generator, database and servers shared one machine${disturbed}: compare ratios, not absolute numbers.`,
    '',
    Object.entries(parts)
      .map(([part, value]) => `${part} ${value}`)
      .join(' · '),
    '',
    'Generated from [bench.json](bench.json) by `node test/bench/report.mjs`; `node test/bench/report.mjs results.json` takes over another run. How it is measured: [test/bench](../test/bench/README.md).',
  ];
}

/** A row for each number that was promised, over all modules. */
export function promisesOf({ modules }) {
  return Object.entries(modules).flatMap(([name, result]) => promises(name, result));
}

function promises(name, { failed, goals = [] }) {
  if (failed)
    return [{ promise: `${name} could not be measured`, measured: '–', goal: '–', '': '✗' }];
  return goals.map((goal) => ({
    promise: goal.what,
    measured: `${shown(goal.value)} ${goal.unit}`,
    goal:
      goal.atLeast === undefined
        ? `≤ ${shown(goal.atMost)} ${goal.unit}`
        : `≥ ${shown(goal.atLeast)} ${goal.unit}`,
    '': isMet(goal) ? '✓' : '✗',
  }));
}

function section(name, { failed, title, about, rows, plots = [], stolenShare }) {
  if (failed) return ['', `## ${name}`, '', `Could not be measured: ${failed.split('\n')[0]}`];
  return [
    '',
    `## ${title}`,
    '',
    about,
    '',
    ...plots.flatMap((plot) => [`![${plot.title}](${fileOf(plot).slice('docs/'.length)})`, '']),
    markdownTable(rows),
    '',
    `\`npm run bench -- --only ${name}\``,
    ...stolenNote(stolenShare).flatMap((note) => ['', note]),
  ];
}
