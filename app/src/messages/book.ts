/** Brings the words of an open book; imported by its frame, so that the first screens load without them. */
import { add } from './index';
import { book } from './en/book';

add(book);
