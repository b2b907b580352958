// A bad line: loses requests and answers, sends requests twice, and delivers old answers again. From a seed.

export interface Faults {
  drop: number;
  duplicate: number;
  stale: number;
}

export interface Line {
  fetch: typeof fetch;
  faults: Faults;
  /** Nothing gets through. */
  down: boolean;
  counts: Record<'sent' | 'request lost' | 'answer lost' | 'sent twice' | 'old answer', number>;
}

/** xorshift32: small, and the same in every run of a seed. */
export function seeded(seed: number): () => number {
  let state = seed * 2654435761 + 1 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

export function badLine(random: () => number, faults: Faults): Line {
  const old = new Map<string, Response[]>();
  const line: Line = {
    faults, down: false,
    counts: { sent: 0, 'request lost': 0, 'answer lost': 0, 'sent twice': 0, 'old answer': 0 },
    fetch: async (input, init) => {
      if (line.down) throw new TypeError('the line is down');
      const path = new URL(String(input)).pathname;
      if (!path.includes('/sync/') || path.endsWith('/events')) return fetch(input, init);
      line.counts.sent += 1;
      if (random() < line.faults.drop / 2) {
        line.counts['request lost'] += 1;
        throw new TypeError('the request was lost');
      }
      if (random() < line.faults.duplicate) {
        line.counts['sent twice'] += 1;
        await fetch(input, init).then((first) => first.arrayBuffer());
      }
      const response = await fetch(input, init);
      const kept = old.get(path) ?? [];
      old.set(path, [...kept, response.clone()].slice(-4));
      if (random() < line.faults.drop / 2) {
        line.counts['answer lost'] += 1;
        throw new TypeError('the answer was lost');
      }
      if (kept.length > 0 && random() < line.faults.stale) {
        line.counts['old answer'] += 1;
        return kept[Math.floor(random() * kept.length)]!.clone();
      }
      return response;
    }
  };
  return line;
}
