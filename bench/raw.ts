// What Vite does for the app and Node does not: `?raw` texts, JSON without a type, and the names of a CommonJS bundle,
// for `node --import`.
import { readFileSync } from 'node:fs';
import { createRequire, registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';

const rrule = createRequire(new URL('../app/package.json', import.meta.url)).resolve('rrule');
const NAMED = `import { createRequire } from 'node:module';
export const { RRule, Weekday } = createRequire(${JSON.stringify(import.meta.url)})(${JSON.stringify(rrule)});`;

registerHooks({
  resolve(specifier, context, next) {
    return specifier === 'rrule' ? { url: 'named:rrule', shortCircuit: true } : next(specifier, context);
  },
  load(url, context, next) {
    if (url === 'named:rrule') return { format: 'module', shortCircuit: true, source: NAMED };
    const [file = ''] = url.split('?');
    if (!/\.(sql|json)$/.test(file) || !file.startsWith('file:') || file.includes('/node_modules/')) return next(url, context);
    const text = readFileSync(fileURLToPath(file), 'utf8');
    return { format: 'module', shortCircuit: true, source: `export default ${file.endsWith('.json') ? text : JSON.stringify(text)};` };
  }
});
