/** The words of sharing and privacy, brought with the screens that say them. */
import { people } from './en/people';
import { add } from './index';

add(people);
