/** What went wrong, in the person's language. Owns which words are taken; the words are messages. */
import { language, maybe, t } from './index';

/** A refusal, a problem of the server (RFC 9457), or anything else that was thrown. */
interface Said {
  code?: unknown;
  message?: unknown;
  detail?: unknown;
  params?: Record<string, string | number>;
}

/**
 * The sentence of a problem. The one that comes with it is English and may name more than its code does; another
 * language has one sentence for each code (messages/<language>/refusals.ts). What has no code was not said for people.
 */
export function sentence(error: unknown): string {
  const { code, message, detail, params } = (error ?? {}) as Said;
  const said = [message, detail].find((text): text is string => typeof text === 'string' && text !== '');
  if (language === 'en') return (typeof code === 'string' && said) || t('error.general');
  return maybe(`refusal.${String(code)}`, t('error.general'), params);
}

/** The answer of the server to a request that it refused, to be thrown. */
export function problemOf({ body }: { body: unknown }): Error & Said {
  const { code, detail, title, params } = (body ?? {}) as Said & { title?: unknown };
  const said = [detail, title].find((text) => typeof text === 'string');
  return Object.assign(new Error(said), { code, ...(params ? { params } : {}) });
}
