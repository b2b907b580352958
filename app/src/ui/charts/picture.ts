/**
 * A chart as a PNG: its SVG with every colour and font resolved as it is drawn now (theme, dark or
 * light), under its title and the sentence about it, above its legend.
 */

export interface Words {
  title: string;
  summary?: string | undefined;
  legend?: { label: string; colour: string; value?: string }[];
}

const SCALE = 2;
const MARGIN = 20;
const LEAST_WIDTH = 420;
const LINE = 20;

/** What CSS says and a picture alone would not know. */
const RESOLVED = [
  'fill', 'fill-opacity', 'stroke', 'stroke-width', 'stroke-dasharray', 'stroke-linecap', 'stroke-linejoin', 'stroke-opacity',
  'opacity', 'paint-order', 'font-family', 'font-size', 'font-weight', 'text-anchor', 'dominant-baseline'
];

/** The SVG as a document of its own. */
function standalone(svg: SVGSVGElement, width: number, height: number): string {
  const copy = svg.cloneNode(true) as SVGSVGElement;
  const from = [svg, ...svg.querySelectorAll<SVGElement>('*')];
  const to = [copy, ...copy.querySelectorAll<SVGElement>('*')];
  from.forEach((node, at) => {
    const target = to[at] as SVGElement;
    const style = getComputedStyle(node);
    target.removeAttribute('class');
    target.setAttribute('style', RESOLVED.map((name) => `${name}:${style.getPropertyValue(name)}`).join(';').replaceAll('"', "'"));
  });
  copy.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  copy.setAttribute('width', String(width));
  copy.setAttribute('height', String(height));
  copy.style.overflow = 'visible';
  return new XMLSerializer().serializeToString(copy);
}

async function image(source: string): Promise<HTMLImageElement> {
  const made = new Image();
  made.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(source)}`;
  await made.decode();
  return made;
}

/** `var(--accent)` or a mix of colours as the colour that it is here. */
function resolved(within: Element, colour: string): string {
  const probe = document.createElement('i');
  probe.style.color = colour;
  within.append(probe);
  const found = getComputedStyle(probe).color;
  probe.remove();
  return found;
}

function wrapped(context: CanvasRenderingContext2D, text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    const longer = last === undefined ? word : `${last} ${word}`;
    if (last !== undefined && context.measureText(longer).width <= width) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}

/** `card` is the element whose colours and font the picture has. */
export async function picture(svg: SVGSVGElement, card: Element, { title, summary = '', legend = [] }: Words): Promise<Blob> {
  const box = svg.getBoundingClientRect();
  const drawn = await image(standalone(svg, box.width, box.height));
  const style = getComputedStyle(card);
  const rtl = style.direction === 'rtl';
  const width = Math.max(LEAST_WIDTH, box.width + 2 * MARGIN);
  const inner = width - 2 * MARGIN;
  const canvas = document.createElement('canvas');
  const context = canvas.getContext('2d')!;
  const font = (weight: number, size: number) => (context.font = `${weight} ${size}px ${style.fontFamily}`);
  font(400, 13);
  const sentences = summary ? wrapped(context, summary, inner) : [];
  const top = MARGIN + 26 + sentences.length * LINE + 8;
  const height = top + box.height + (legend.length ? 12 + legend.length * LINE : 0) + MARGIN;
  canvas.width = width * SCALE;
  canvas.height = height * SCALE;
  context.scale(SCALE, SCALE);
  context.fillStyle = style.backgroundColor;
  context.fillRect(0, 0, width, height);
  context.direction = rtl ? 'rtl' : 'ltr';
  context.textAlign = 'start';
  const edge = rtl ? width - MARGIN : MARGIN;
  context.fillStyle = style.color;
  font(600, 16);
  context.fillText(title, edge, MARGIN + 14);
  context.fillStyle = resolved(card, 'var(--ink-2)');
  font(400, 13);
  sentences.forEach((line, at) => context.fillText(line, edge, MARGIN + 26 + 14 + at * LINE));
  context.drawImage(drawn, (width - box.width) / 2, top, box.width, box.height);
  legend.forEach(({ label, colour, value = '' }, at) => {
    const y = top + box.height + 12 + at * LINE;
    context.fillStyle = resolved(card, colour);
    context.beginPath();
    context.arc(edge + (rtl ? -5 : 5), y + 9, 5, 0, 2 * Math.PI);
    context.fill();
    context.fillStyle = style.color;
    context.textAlign = 'start';
    context.fillText(label, edge + (rtl ? -18 : 18), y + 14);
    context.textAlign = 'end';
    context.fillText(value, rtl ? MARGIN : width - MARGIN, y + 14);
  });
  return new Promise((resolve, reject) => canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('no picture'))), 'image/png'));
}
