/** Two letters for a name or an address. Pure. */
export function initials(name: string | null | undefined): string {
  return (name ?? '')
    .split(/[\s@.]+/)
    .filter(Boolean)
    .slice(0, 2)
    .map((word) => [...word][0]?.toUpperCase() ?? '')
    .join('');
}
