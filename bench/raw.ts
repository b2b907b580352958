// What Vite does for the app and Node does not: `?raw` texts and JSON without a type, for `node --import`.
import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';

registerHooks({
  load(url, context, next) {
    const [file = ''] = url.split('?');
    if (!/\.(sql|json)$/.test(file) || !file.startsWith('file:') || file.includes('/node_modules/')) return next(url, context);
    const text = readFileSync(fileURLToPath(file), 'utf8');
    return { format: 'module', shortCircuit: true, source: `export default ${file.endsWith('.json') ? text : JSON.stringify(text)};` };
  }
});
