// What the generated Android project gets besides Capacitor's template.
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { DOMParser, type Element, XMLSerializer } from '@xmldom/xmldom';
import { FORMATS, VAGUE_MEDIA } from './formats.ts';
import { LANGUAGES, tagOf } from '../app/src/messages/languages.ts';
import { SHELL } from '../app/src/messages/shell.ts';
import { androidPictures } from './pictures.ts';

const NAMESPACE = 'http://schemas.android.com/apk/res/android';
const ACTION = 'android.intent.action';

export async function finishAndroid(project: string, native: string, statics: string): Promise<void> {
  const main = join(project, 'app', 'src', 'main');
  const res = join(main, 'res');
  await mkdir(join(res, 'xml'), { recursive: true });
  for (const name of ['network_security_config.xml', 'shortcuts.xml', 'data_extraction_rules.xml']) await cp(join(native, name), join(res, 'xml', name));
  await cp(join(native, 'MainActivity.java'), join(main, 'java', 'app', 'outlay', 'MainActivity.java'));
  await edit(join(main, 'AndroidManifest.xml'), manifest);
  for (const language of LANGUAGES) {
    const path = join(res, language === 'en' ? 'values' : `values-${language}`, 'strings.xml');
    if (language !== 'en') {
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, '<?xml version="1.0" encoding="utf-8"?>\n<resources></resources>');
    }
    await edit(path, (root) => {
      const label = root.ownerDocument!.createElement('string');
      label.setAttribute('name', 'shortcut_add_expense');
      label.textContent = SHELL[language]['shell.add'];
      root.appendChild(label);
    });
  }
  // The system's settings offer these for the app alone.
  await writeFile(join(res, 'xml', 'locales_config.xml'), `<?xml version="1.0" encoding="utf-8"?>\n<locale-config xmlns:android="${NAMESPACE}">${LANGUAGES.map((language) => `<locale android:name="${tagOf(language)}"/>`).join('')}</locale-config>`);
  await androidPictures(statics, res);
}

async function edit(path: string, change: (root: Element) => void): Promise<void> {
  const document = new DOMParser().parseFromString(await readFile(path, 'utf8'), 'text/xml');
  change(document.documentElement!);
  await writeFile(path, new XMLSerializer().serializeToString(document));
}

function only(root: Element, name: string): Element {
  const found = root.getElementsByTagName(name);
  if (found.length !== 1) throw new Error(`the template is expected to have one <${name}>, not ${found.length}`);
  return found[0]!;
}

function manifest(root: Element): void {
  const application = only(root, 'application');
  set(application, { allowBackup: 'false', fullBackupContent: 'false', dataExtractionRules: '@xml/data_extraction_rules', networkSecurityConfig: '@xml/network_security_config', localeConfig: '@xml/locales_config', usesCleartextTraffic: 'false' });
  const activity = only(root, 'activity');
  const media = [...new Set([...FORMATS.flatMap((format) => format.media), ...VAGUE_MEDIA])];
  // Shared by any app that says what it is, or does not know; opened only where the kind is ours.
  add(activity, 'intent-filter', { label: '@string/app_name' }, [
    ['action', { name: `${ACTION}.SEND` }],
    ['category', { name: 'android.intent.category.DEFAULT' }],
    ...media.map((mimeType): Part => ['data', { mimeType }])
  ]);
  add(activity, 'intent-filter', { label: '@string/app_name' }, [
    ['action', { name: `${ACTION}.VIEW` }],
    ['category', { name: 'android.intent.category.DEFAULT' }],
    ...media.filter((type) => !VAGUE_MEDIA.includes(type)).map((mimeType): Part => ['data', { scheme: 'content', mimeType }])
  ]);
  // The end of a sign-in by a provider, from the system's browser.
  add(activity, 'intent-filter', {}, [
    ['action', { name: `${ACTION}.VIEW` }],
    ['category', { name: 'android.intent.category.DEFAULT' }],
    ['category', { name: 'android.intent.category.BROWSABLE' }],
    ['data', { scheme: 'outlay', host: 'signed-in' }]
  ]);
  add(activity, 'meta-data', { name: 'android.app.shortcuts', resource: '@xml/shortcuts' }, []);
  // The app lock by face or finger.
  add(root, 'uses-permission', { name: 'android.permission.USE_BIOMETRIC' }, []);
  // A receipt's photo comes from the camera's own app or the system's picker: no permission is asked for.
  add(root, 'uses-feature', { name: 'android.hardware.camera', required: 'false' }, []);
}

type Part = [name: string, attributes: Record<string, string>];

function set(element: Element, attributes: Record<string, string>): void {
  for (const [name, value] of Object.entries(attributes)) element.setAttributeNS(NAMESPACE, `android:${name}`, value);
}

function add(parent: Element, name: string, attributes: Record<string, string>, parts: Part[]): void {
  const element = parent.ownerDocument!.createElement(name);
  set(element, attributes);
  for (const [part, its] of parts) add(element, part, its, []);
  parent.appendChild(element);
}
