// Makes the package-lock.json of app and shells the same wherever it was written: no addresses, and an entry for every
// platform's binary package. A registry that holds only some platforms lets npm leave the others out,
// and then `npm ci` refuses the file everywhere.
import { readFileSync, writeFileSync } from 'node:fs';

const systems = ['android', 'darwin', 'freebsd', 'linux', 'win32'];

for (const folder of ['app', 'shells']) tidy(new URL(`../${folder}/package-lock.json`, import.meta.url));

function tidy(file) {
  const lock = JSON.parse(readFileSync(file, 'utf8'));
  for (const entry of Object.values(lock.packages)) {
    delete entry.funding;
    delete entry.resolved;
    delete entry.deprecated;
    for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
      const words = name.split('/').at(-1).split('-');
      const os = words.filter((word) => systems.includes(word));
      const cpu = words.filter((word) => /^(arm|arm64|x64|wasm32)$/.test(word));
      if (cpu.length === 0) continue;
      lock.packages[`node_modules/${name}`] ??= {
        version,
        cpu,
        ...(entry.dev && { dev: true }),
        optional: true,
        ...(os.length > 0 && { os })
      };
    }
  }
  const sorted = Object.entries(lock.packages).sort(([a], [b]) => a.localeCompare(b, 'en'));
  lock.packages = Object.fromEntries(sorted);
  writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
}
