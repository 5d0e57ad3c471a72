import { CONFIG_EXIT_CODE, type Config, ConfigError, loadConfig } from './config.js';

/** For a process's entry: the configuration, or all its problems on stderr and exit code 78. */
export function loadConfigOrExit(): Config {
  try {
    return loadConfig(process.env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    for (const problem of error.problems) process.stderr.write(`sallyport: ${problem}\n`);
    process.exit(CONFIG_EXIT_CODE);
  }
}
