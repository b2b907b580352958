// The API's reference page: draws /schema/openapi.json and calls the operations it describes.
// The access token stays in this page's memory; it is gone with the page.

let token = null;
const $ = (id) => document.getElementById(id);

/** An element with attributes, listeners (on…) and children; text is never parsed as HTML. */
function el(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith('on')) made.addEventListener(key.slice(2), value);
    else if (value !== false && value != null) made.setAttribute(key, value === true ? '' : value);
  }
  made.append(...children.flat().filter((child) => child != null));
  return made;
}

/** Text with `code` in backquotes. */
const prose = (text) =>
  (text ?? '').split('`').map((part, at) => (at % 2 ? el('code', {}, part) : part));

const resolve = (doc, schema) =>
  schema?.$ref ? schema.$ref.slice(2).split('/').reduce((at, key) => at[key], doc) : schema;

/** A schema's type in words, one level deep. */
function typeOf(doc, schema) {
  if (!schema) return 'anything';
  if (schema.$ref) return schema.$ref.split('/').pop();
  const options = schema.anyOf ?? schema.oneOf;
  if (options) return options.map((option) => typeOf(doc, option)).join(' or ');
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(' | ');
  if (schema.type === 'array') return `list of ${typeOf(doc, schema.items)}`;
  return [schema.type ?? 'anything', schema.pattern, bounds(schema)].filter(Boolean).join(' ');
}

function bounds(schema) {
  const low = schema.minimum ?? schema.minLength;
  const high = schema.maximum ?? schema.maxLength ?? schema.maxItems;
  return low == null && high == null ? '' : `${low ?? '…'} – ${high ?? '…'}`;
}

/** A value that fits a schema: its example, else something plain. Optional fields are left out. */
function example(doc, schema, depth = 0) {
  const found = resolve(doc, schema) ?? {};
  if (found.examples?.length) return found.examples[0];
  if (found.default !== undefined) return found.default;
  if (found.enum) return found.enum[0];
  const options = found.anyOf ?? found.oneOf;
  if (options) return example(doc, options[0], depth);
  if (found.type === 'object' && depth < 4) {
    const required = (found.required ?? []).map((key) => [key, example(doc, found.properties[key], depth + 1)]);
    return Object.fromEntries(required);
  }
  return { array: [], integer: found.minimum ?? 0, number: 0, boolean: false, string: '' }[found.type] ?? null;
}

function fields(doc, schema) {
  const found = resolve(doc, schema);
  if (!found?.properties) return el('p', { class: 'about' }, typeOf(doc, schema));
  const rows = Object.entries(found.properties).map(([name, value]) =>
    el('tr', {}, el('td', {}, el('code', {}, name), found.required?.includes(name) ? ' *' : ''),
      el('td', {}, typeOf(doc, value)),
      el('td', { class: 'about' }, prose(resolve(doc, value)?.description)))
  );
  return [el('p', { class: 'about' }, prose(found.description)), el('table', {}, rows)];
}

function responses(doc, operation) {
  const rows = Object.entries(operation.responses).map(([status, response]) => {
    const found = resolve(doc, response);
    const content = Object.values(found.content ?? {})[0];
    return el('tr', {}, el('td', {}, status), el('td', {}, content ? typeOf(doc, content.schema) : '–'),
      el('td', { class: 'about' }, found.description));
  });
  return [el('h3', {}, 'Answers'), el('table', {}, rows)];
}

/** The form that calls an operation and shows what came back. */
function trial(doc, path, method, operation) {
  const inputs = (operation.parameters ?? []).map((parameter) => {
    const input = el('input', { name: parameter.name, 'aria-label': parameter.name, placeholder: parameter.schema.default ?? '' });
    return { parameter, input };
  });
  const content = Object.entries(operation.requestBody?.content ?? {})[0];
  const multipart = content?.[0] === 'multipart/form-data';
  const body = content && !multipart
    ? el('textarea', { 'aria-label': 'Body', spellcheck: 'false' }, JSON.stringify(example(doc, content[1].schema), null, 2))
    : null;
  const file = multipart ? el('input', { type: 'file', 'aria-label': 'File' }) : null;
  const answer = el('pre', { hidden: true, role: 'status' });
  const call = async () => {
    const query = new URLSearchParams();
    const headers = token ? { Authorization: `Bearer ${token}` } : {};
    let address = path;
    for (const { parameter, input } of inputs) {
      if (parameter.in === 'path') address = address.replace(`{${parameter.name}}`, encodeURIComponent(input.value));
      else if (!input.value) continue;
      else if (parameter.in === 'header') headers[parameter.name] = input.value;
      else query.set(parameter.name, input.value);
    }
    let sent;
    if (file) {
      sent = new FormData();
      if (file.files[0]) sent.append('file', file.files[0]);
    } else if (body?.value.trim()) {
      sent = body.value;
      headers['Content-Type'] = 'application/json';
    }
    answer.hidden = false;
    answer.textContent = '…';
    try {
      const response = await fetch(query.size ? `${address}?${query}` : address, { method: method.toUpperCase(), headers, body: sent });
      answer.textContent = `${response.status} ${response.statusText}\n${await shown(response)}`;
    } catch (error) {
      answer.textContent = String(error);
    }
  };
  const rows = inputs.map(({ parameter, input }) =>
    el('tr', {}, el('td', {}, el('code', {}, parameter.name), parameter.required ? ' *' : ''), el('td', {}, input),
      el('td', { class: 'about' }, prose(parameter.description), ' ', typeOf(doc, parameter.schema))));
  return [
    rows.length ? [el('h3', {}, 'Parameters'), el('table', {}, rows)] : null,
    content ? [el('h3', {}, 'Body'), fields(doc, content[1].schema), body ?? file] : null,
    el('p', {}, el('button', { type: 'button', onclick: call }, 'Try it')), answer
  ];
}

async function shown(response) {
  const lines = ['etag', 'location', 'retry-after'].flatMap((name) =>
    response.headers.get(name) ? [`${name}: ${response.headers.get(name)}`] : []);
  if (response.headers.get('content-type')?.startsWith('text/event-stream')) {
    const { value } = await response.body.getReader().read();
    return [...lines, new TextDecoder().decode(value), '… (the stream goes on)'].join('\n');
  }
  const text = await response.text();
  try {
    return [...lines, JSON.stringify(JSON.parse(text), null, 2)].join('\n');
  } catch {
    return [...lines, text].join('\n');
  }
}

/** One operation; its inside is made when it is opened first. */
function operationOf(doc, path, method, operation) {
  const inside = el('div');
  const made = el('details', { id: operation.operationId, 'data-find': `${method} ${path} ${operation.summary} ${operation.operationId}`.toLowerCase() },
    el('summary', {}, el('span', { class: 'method' }, method.toUpperCase()), el('span', { class: 'path' }, path), el('span', { class: 'about' }, operation.summary)),
    inside);
  made.addEventListener('toggle', () => {
    if (made.open && !inside.hasChildNodes())
      inside.append(el('p', {}, prose(operation.description)), ...[trial(doc, path, method, operation), responses(doc, operation)].flat(3).filter(Boolean));
  });
  return made;
}

function draw(doc) {
  const groups = new Map(doc.tags.map((tag) => [tag.name, { tag, operations: [] }]));
  for (const [path, item] of Object.entries(doc.paths))
    for (const [method, operation] of Object.entries(item))
      groups.get(operation.tags?.[0])?.operations.push([path, method, operation]);
  const about = doc.info.description.split('\n\n').map((text) => el('p', {}, prose(text.replaceAll('**', ''))));
  $('operations').replaceChildren(...about);
  for (const { tag, operations } of groups.values()) {
    $('index').append(el('h2', {}, tag.name), ...operations.map(([, , operation]) =>
      el('a', { href: `#${operation.operationId}`, onclick: () => ($(operation.operationId).open = true) }, operation.summary)));
    $('operations').append(el('section', { 'aria-label': tag.name }, el('h2', {}, tag.name), el('p', { class: 'about' }, tag.description),
      operations.map(([path, method, operation]) => operationOf(doc, path, method, operation))));
  }
  const wanted = location.hash && $(location.hash.slice(1));
  if (wanted) (wanted.open = true), wanted.scrollIntoView();
}

$('find').addEventListener('input', ({ target }) => {
  const words = target.value.toLowerCase().split(/\s+/).filter(Boolean);
  for (const each of document.querySelectorAll('details'))
    each.hidden = !words.every((word) => each.dataset.find.includes(word));
});

$('session').addEventListener('submit', async (event) => {
  event.preventDefault();
  const given = Object.fromEntries(new FormData(event.target));
  const response = await fetch('/api/v1/auth/sign-in', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    // As a native client: this page must not take over the app's cookie.
    body: JSON.stringify({ ...given, device_name: 'API reference', client: 'native' })
  });
  const answer = await response.json();
  token = response.ok ? answer.access_token : null;
  $('who').textContent = response.ok ? `Signed in for ${Math.round(answer.expires_in / 60)} minutes.` : answer.title;
});

draw(await (await fetch('/schema/openapi.json')).json());
