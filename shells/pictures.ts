// Icons and splash pictures of the phones' apps, drawn from the app's own SVG (app/static).
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import sharp from 'sharp';

const GROUND = '#f4f5f7';
/** Pixels of an Android density for one device-independent one. */
const DENSITIES = { mdpi: 1, hdpi: 1.5, xhdpi: 2, xxhdpi: 3, xxxhdpi: 4 };
const ICON_DP = 48;
const LAYER_DP = 108;
const SPLASH_SHARE = 0.22;
const IOS_ICON_PX = 1024;

/** The SVG at a size; drawn large first, so that its edges are sharp. */
const drawn = async (svg: string, size: number): Promise<Buffer> =>
  sharp(await readFile(svg), { density: Math.max(72, size) }).resize(Math.round(size), Math.round(size)).png().toBuffer();

export async function androidPictures(statics: string, res: string): Promise<void> {
  for (const [density, factor] of Object.entries(DENSITIES)) {
    const folder = join(res, `mipmap-${density}`);
    await mkdir(folder, { recursive: true });
    const icon = await drawn(join(statics, 'icon.svg'), ICON_DP * factor);
    await sharp(icon).toFile(join(folder, 'ic_launcher.png'));
    const round = ICON_DP * factor;
    const circle = Buffer.from(`<svg width="${round}" height="${round}"><circle cx="${round / 2}" cy="${round / 2}" r="${round / 2}"/></svg>`);
    const whole = await drawn(join(statics, 'icon-maskable.svg'), round);
    await sharp(whole).composite([{ input: circle, blend: 'dest-in' }]).png().toFile(join(folder, 'ic_launcher_round.png'));
    await sharp(await drawn(join(statics, 'icon-maskable.svg'), LAYER_DP * factor)).toFile(join(folder, 'ic_launcher_foreground.png'));
  }
  const splashes = (await readdir(res)).filter((name) => name.startsWith('drawable')).map((name) => join(res, name, 'splash.png'));
  for (const path of splashes) {
    const template = await sharp(path).metadata().catch(() => null);
    if (template) await splash(statics, path, template.width, template.height);
  }
}

export async function iosPictures(statics: string, assets: string): Promise<void> {
  // The App Store takes no transparency.
  const icon = await drawn(join(statics, 'icon-maskable.svg'), IOS_ICON_PX);
  await sharp(icon).flatten({ background: GROUND }).png().toFile(join(assets, 'AppIcon.appiconset', 'AppIcon-512@2x.png'));
  const folder = join(assets, 'Splash.imageset');
  for (const name of (await readdir(folder)).filter((name) => name.endsWith('.png'))) await splash(statics, join(folder, name), 2732, 2732);
}

async function splash(statics: string, path: string, width: number, height: number): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const icon = await drawn(join(statics, 'icon.svg'), Math.min(width, height) * SPLASH_SHARE);
  const picture = await sharp({ create: { width, height, channels: 3, background: GROUND } }).composite([{ input: icon, gravity: 'centre' }]).png().toBuffer();
  await sharp(picture).toFile(path);
}
