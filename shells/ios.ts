// What the generated iOS project gets besides Capacitor's template.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build, parse, type PlistValue } from 'plist';
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
  await iosPictures(statics, join(app, 'Assets.xcassets'));
}

const uniform = ({ name, uniform: known }: (typeof FORMATS)[number]): string => known ?? `${BUNDLE}.${name.toLowerCase()}`;

const OURS: Record<string, PlistValue> = {
  // A receipt's photo; the picker of pictures needs no permission, a page's file field asks for the camera.
  NSCameraUsageDescription: 'To photograph a receipt for a transaction.',
  NSPhotoLibraryUsageDescription: 'To choose the picture of a receipt for a transaction.',
  NSFaceIDUsageDescription: 'To open the app lock with your face.',
  NSAppTransportSecurity: { NSExceptionDomains: { localhost: { NSExceptionAllowsInsecureHTTPLoads: true } } },
  UIApplicationShortcutItems: [{ UIApplicationShortcutItemType: `${BUNDLE}.add`, UIApplicationShortcutItemTitle: 'Add expense', UIApplicationShortcutItemIconType: 'UIApplicationShortcutIconTypeAdd' }],
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
