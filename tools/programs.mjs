/** Programs of the machine that some end-to-end tests drive; `npm start` and everything else do without. */
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

const programs = [
  {
    name: 'chromium',
    commands: ['chromium', 'chromium-browser', 'google-chrome'],
    packageName: 'chromium',
    skips: 'the console in a real browser',
  },
  {
    name: 'nginx',
    commands: ['nginx'],
    packageName: 'nginx',
    skips: 'nginx auth_request in front of an upstream',
  },
  {
    name: 'caddy',
    commands: ['caddy'],
    packageName: 'caddy',
    skips: 'Caddy forward_auth in front of an upstream',
  },
  {
    name: 'haproxy',
    commands: ['haproxy'],
    packageName: 'haproxy',
    skips: 'HAProxy with our script in front of an upstream',
  },
  {
    name: 'redis-server',
    commands: ['redis-server'],
    packageName: 'redis-server',
    skips: 'queues on Redis',
  },
  {
    name: 'faketime',
    commands: ['faketime'],
    packageName: 'faketime',
    skips: 'steps of the clock',
  },
];

/** The absolute path of a program by one of the names above, or undefined. */
export function findProgram(name) {
  const { commands } = programs.find((program) => program.name === name);
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin'];
  return folders
    .flatMap((folder) => commands.map((command) => join(folder, command)))
    .find(isExecutable);
}

export const missingPrograms = () => programs.filter(({ name }) => findProgram(name) === undefined);

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
