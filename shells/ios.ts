// What the generated iOS project gets besides Capacitor's template.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build, parse, type PlistValue } from 'plist';
import { LANGUAGES, tagOf, type Language } from '../app/src/messages/languages.ts';
import { SHELL } from '../app/src/messages/shell.ts';
import { FORMATS } from './formats.ts';
import { iosPictures } from './pictures.ts';

const BUNDLE = 'app.outlay';
const CONNECTED = 'SceneDelegateProxy.shared.scene(scene, willConnectTo: session, options: connectionOptions)';

export async function finishIos(project: string, native: string, statics: string): Promise<void> {
  const app = join(project, 'App', 'App');
  const path = join(app, 'Info.plist');
  const info = parse(await readFile(path, 'utf8')) as Record<string, PlistValue>;
  await writeFile(path, build({ ...info, ...OURS }));
  const methods = await Promise.all(['Shortcut.swift', 'Cover.swift'].map((name) => readFile(join(native, name), 'utf8')));
  await addMethods(join(app, 'SceneDelegate.swift'), methods.join('\n'));
  for (const language of LANGUAGES) await speak(language, app);
  await addWords(join(project, 'App', 'App.xcodeproj', 'project.pbxproj'));
  await iosPictures(statics, join(app, 'Assets.xcassets'));
}

const uniform = ({ name, uniform: known }: (typeof FORMATS)[number]): string => known ?? `${BUNDLE}.${name.toLowerCase()}`;

const reasons = (language: Language) => ({
  NSCameraUsageDescription: SHELL[language]['shell.camera'],
  NSPhotoLibraryUsageDescription: SHELL[language]['shell.pictures'],
  NSFaceIDUsageDescription: SHELL[language]['shell.face']
});

const OURS: Record<string, PlistValue> = {
  // A receipt's photo; the picker of pictures needs no permission, a page's file field asks for the camera.
  ...reasons('en'),
  NSAppTransportSecurity: { NSExceptionDomains: { localhost: { NSExceptionAllowsInsecureHTTPLoads: true } } },
  UIApplicationShortcutItems: [{ UIApplicationShortcutItemType: `${BUNDLE}.add`, UIApplicationShortcutItemTitle: SHELL.en['shell.add'], UIApplicationShortcutItemIconType: 'UIApplicationShortcutIconTypeAdd' }],
  // Also what a web view calls the language of the system.
  CFBundleLocalizations: LANGUAGES.map(tagOf),
  // The system puts a copy into the app's Inbox, also when another app shares the file.
  LSSupportsOpeningDocumentsInPlace: false,
  CFBundleDocumentTypes: FORMATS.map((format) => ({ CFBundleTypeName: format.name, CFBundleTypeRole: 'Viewer', LSHandlerRank: 'Alternate', LSItemContentTypes: [uniform(format)] })),
  UTImportedTypeDeclarations: FORMATS.filter((format) => !format.uniform).map((format) => ({
    UTTypeIdentifier: uniform(format),
    UTTypeDescription: format.name,
    UTTypeConformsTo: ['public.data'],
    UTTypeTagSpecification: { 'public.filename-extension': format.endings, ...(format.media.length > 0 ? { 'public.mime-type': format.media } : {}) }
  })),
  CFBundleURLTypes: [{ CFBundleURLName: BUNDLE, CFBundleURLSchemes: ['outlay'] }]
};

async function addMethods(path: string, methods: string): Promise<void> {
  const text = await readFile(path, 'utf8');
  const end = text.lastIndexOf('}');
  if (text.split(CONNECTED).length !== 2 || end < 0) throw new Error(`${path} is not the template that is known`);
  const whole = `${text.slice(0, end)}\n${methods}}\n`;
  await writeFile(path, whole.replace(CONNECTED, `${CONNECTED}\n        if let item = connectionOptions.shortcutItem { openShortcut(item) }`));
}

const STRINGS = 'InfoPlist.strings';
const folderOf = (language: Language): string => `${tagOf(language)}.lproj`;

/** What stands in Info.plist in English, in a language: a shortcut's title is looked up by its English words. */
async function speak(language: Language, app: string): Promise<void> {
  const words = { ...reasons(language), [SHELL.en['shell.add']]: SHELL[language]['shell.add'] };
  await mkdir(join(app, folderOf(language)), { recursive: true });
  await writeFile(join(app, folderOf(language), STRINGS), Object.entries(words).map(([key, text]) => `${JSON.stringify(key)} = ${JSON.stringify(text)};\n`).join(''));
}

/** Xcode's list of files: one group of variants, a file of each language, all of it among the resources. Ids are 24 hex digits. */
async function addWords(path: string): Promise<void> {
  const id = (number: number): string => `0D7A1A${String(number).padStart(18, '0')}`;
  const [group, built] = [`${id(0)} /* ${STRINGS} */`, `${id(1)} /* ${STRINGS} in Resources */`];
  const files = LANGUAGES.map((language, at) => ({ ref: `${id(2 + at)} /* ${tagOf(language)} */`, name: tagOf(language), path: `${folderOf(language)}/${STRINGS}` }));
  const quoted = (text: string): string => (/^[\w./]+$/.test(text) ? text : `"${text}"`);
  let text = await readFile(path, 'utf8');
  const put = (before: string, added: string): void => {
    if (text.split(before).length !== 2) throw new Error(`${path} is expected to have one ${before}`);
    text = text.replace(before, `${added}${before}`);
  };
  put('/* End PBXBuildFile section */', `\t\t${built} = {isa = PBXBuildFile; fileRef = ${group}; };\n`);
  put('/* End PBXFileReference section */', files.map((file) => `\t\t${file.ref} = {isa = PBXFileReference; lastKnownFileType = text.plist.strings; name = ${quoted(file.name)}; path = ${quoted(file.path)}; sourceTree = "<group>"; };\n`).join(''));
  put('/* End PBXVariantGroup section */', `\t\t${group} = {\n\t\t\tisa = PBXVariantGroup;\n\t\t\tchildren = (\n${files.map((file) => `\t\t\t\t${file.ref},\n`).join('')}\t\t\t);\n\t\t\tname = ${STRINGS};\n\t\t\tsourceTree = "<group>";\n\t\t};\n`);
  put('\t\t\t\t504EC3131FED79650016851F /* Info.plist */,', `\t\t\t\t${group},\n`);
  put('\t\t\t\t504EC30D1FED79650016851F /* Main.storyboard in Resources */,', `\t\t\t\t${built},\n`);
  put('\t\t\t\tBase,\n\t\t\t);\n\t\t\tmainGroup', LANGUAGES.filter((language) => language !== 'en').map((language) => `\t\t\t\t${quoted(tagOf(language))},\n`).join(''));
  await writeFile(path, text);
}
