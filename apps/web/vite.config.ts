import react from '@vitejs/plugin-react';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const source = (lib: string) =>
  fileURLToPath(new URL(`../../libs/${lib}/src/index.ts`, import.meta.url));
const broker = 'http://127.0.0.1:8080';
const proxied = { target: broker, changeOrigin: false };

/** Builds static files that the API serves at `/`. Nothing is inlined, so that the strict content security policy holds. */
export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  plugins: [react()],
  resolve: {
    alias: {
      '@sallyport/audit': source('audit'),
      '@sallyport/contracts': source('contracts'),
    },
  },
  build: {
    target: 'es2022',
    assetsInlineLimit: 0,
    sourcemap: false,
    rolldownOptions: {
      // The libraries are pure: what a screen does not use of them stays out of the bundle.
      treeshake: { moduleSideEffects: (id) => !/\/libs\/[a-z]+\/src\//.test(id) },
    },
  },
  server: {
    proxy: {
      '/graphql': { ...proxied, ws: true },
      '/auth': proxied,
      '/v1': proxied,
      '/log': proxied,
    },
  },
});
