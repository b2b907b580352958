/** What a new password must be, said before the server is asked; it also knows the common ones. */
import { t } from '$src/messages';

export const LEAST = 8;

export const tooShort = (typed: string): boolean => typed.length < LEAST;
export const shortText = (): string => t('sign.password_short', { count: LEAST });
