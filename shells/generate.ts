// `make android` and `make ios`: the native project around the built app, made anew each time in shells/android or
// shells/ios. Nothing of it is committed.
//
//   node shells/generate.ts android|ios
import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { finishAndroid } from './android.ts';
import { finishIos } from './ios.ts';
import { bringApp } from './www.ts';

const HERE = dirname(fileURLToPath(import.meta.url));
const APP = join(HERE, '..', 'app');
const [platform] = process.argv.slice(2);
if (platform !== 'android' && platform !== 'ios') throw new Error('node shells/generate.ts android|ios');

await bringApp(join(APP, 'build'), join(HERE, 'www'), join(HERE, 'shell.ts'));
const project = join(HERE, platform);
rmSync(project, { recursive: true, force: true });
const tool = join(HERE, 'node_modules', '@capacitor', 'cli', 'bin', 'capacitor');
execFileSync(process.execPath, [tool, 'add', platform], { cwd: HERE, stdio: ['ignore', 'inherit', 'inherit'], env: { ...process.env, CAPACITOR_TELEMETRY: 'off', CI: '1' } });
const finish = platform === 'android' ? finishAndroid : finishIos;
await finish(project, join(HERE, 'native'), join(APP, 'static'));
console.log(`shells/${platform} is ready (docs/phones.md says what opens it).`);
