/** What the server says of those who share a book. */
import type { BookHandle } from '$src/outlay';

export type Role = BookHandle['role'];
export const ROLES: readonly Role[] = ['viewer', 'editor', 'owner'];

export interface Member {
  person_id: string;
  name: string | null;
  email: string | null;
  role: Role;
  joined_at_ms: number;
  photo_at_ms: number | null;
}

export interface Invitation {
  id: string;
  role: Role;
  email: string | null;
  made_by: string | null;
  expires_at_ms: number;
}
