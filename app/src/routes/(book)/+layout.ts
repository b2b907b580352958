// The words of a book in the language in use, before a screen of it is drawn.
import { bring } from '$src/messages/words';

export const load = async (): Promise<void> => bring('book');
