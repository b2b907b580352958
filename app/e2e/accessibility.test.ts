// The screens of every day; the others are in accessibility.proof.ts.
import { look } from './accessibility.screens.ts';

look(['/', '/transactions', '/settings']);
