/** Where configuration enters: the environment, read once at start, checked as a whole. Nothing else reads process.env. */
export { CONFIG_EXIT_CODE, type Config, ConfigError, loadConfig } from './config.js';
export { loadConfigOrExit } from './load-config-or-exit.js';
