import { mergeConfig } from 'vite';
import console from '../vite.config.js';
import { fixtureServer } from './fixture-server.js';

/** `npm run preview:fixtures`: the built console over a world in memory. */
export default mergeConfig(console, {
  plugins: [fixtureServer()],
  preview: { host: '127.0.0.1', port: 43117, strictPort: true, proxy: {} },
});
