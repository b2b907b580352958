/** What a part of a table says that it is where styles lay it out in another way: without that it is no table to every reader. */
export const as = (role: 'table' | 'rowgroup' | 'row' | 'columnheader' | 'rowheader' | 'cell'): { role: string } => ({ role });
