import { setSourceMapsSupport } from 'node:module';

// Where the bundle starts (scripts/bundle.mjs). Only what is loaded from here on has traces that point into the sources; the
// flag --enable-source-maps would do that too, and read the maps at every start.
setSourceMapsSupport(true, { nodeModules: false, generatedCode: false });
await import('./main.ts');
