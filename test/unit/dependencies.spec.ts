import { describe, expect, it } from '@jest/globals';
import { existsSync, readdirSync, readFileSync } from 'node:fs';

interface Manifest {
  readonly dependencies?: Record<string, string>;
  readonly devDependencies?: Record<string, string>;
}
interface Locked {
  readonly hasInstallScript?: boolean;
}

const readJson = (path: string): unknown => JSON.parse(readFileSync(path, 'utf8'));
const folders = ['apps', 'libs'].flatMap((parent) =>
  readdirSync(parent).map((name) => `${parent}/${name}`),
);
const manifests = ['.', ...folders]
  .map((folder) => `${folder}/package.json`)
  .filter((path) => existsSync(path));
const direct = manifests.flatMap((path) => {
  const { dependencies, devDependencies } = readJson(path) as Manifest;
  return Object.entries({ ...dependencies, ...devDependencies })
    .filter(([name]) => !name.startsWith('@sallyport/'))
    .map(([name, version]) => ({ path, name, version }));
});

describe('direct dependencies', () => {
  it('are pinned to one version each', () => {
    const loose = direct.filter(({ version }) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version));
    expect(loose).toEqual([]);
  });

  it('have the same version everywhere', () => {
    const versions = new Map<string, Set<string>>();
    for (const { name, version } of direct)
      versions.set(name, (versions.get(name) ?? new Set()).add(version));
    expect([...versions].filter(([, all]) => all.size > 1)).toEqual([]);
  });

  it('each have a reason in docs/adr/0012-dependencies.md', () => {
    const cells = readFileSync('docs/adr/0012-dependencies.md', 'utf8')
      .split('\n')
      .filter((line) => line.startsWith('| '))
      .flatMap((line) => (line.split('|')[1] ?? '').split(',').map((name) => name.trim()));
    const explains = (name: string) =>
      name.startsWith('@types/') ||
      cells.some(
        (cell) => cell === name || (cell.endsWith('*') && name.startsWith(cell.slice(0, -1))),
      );
    expect(direct.map(({ name }) => name).filter((name) => !explains(name))).toEqual([]);
  });

  it('are locked as each workspace names them', () => {
    const { packages } = readJson('package-lock.json') as { packages: Record<string, Manifest> };
    const named = ({ dependencies, devDependencies }: Manifest) => ({
      dependencies: { ...dependencies },
      devDependencies: { ...devDependencies },
    });
    for (const path of manifests) {
      const folder = path.replace('/package.json', '').replace(/^\.$/, '');
      expect({ folder, ...named(packages[folder] ?? {}) }).toEqual({
        folder,
        ...named(readJson(path) as Manifest),
      });
    }
  });

  it('bring no install script but those known to do nothing here', () => {
    const { packages } = readJson('package-lock.json') as { packages: Record<string, Locked> };
    const wanting = direct.filter(({ name }) => packages[`node_modules/${name}`]?.hasInstallScript);
    // They check the platform or fetch fallbacks; npm 11 runs none of them, and everything works without.
    expect([...new Set(wanting.map(({ name }) => name))].sort()).toEqual([
      '@swc/core',
      'nx',
      'prisma',
    ]);
  });
});
