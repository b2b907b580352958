/** Every limit, from the one file that both languages read. */
import spec from '../../../spec/limits.json' with { type: 'json' };

type Name = keyof typeof spec.limits;

/** `limit('push_mutations')`: the number, in the unit that its description in spec/limits.json says. */
export function limit(name: Name): number {
  return spec.limits[name].value;
}
