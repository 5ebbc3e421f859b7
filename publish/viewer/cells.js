/* What a cell of a view may be, and the name of the dimension that holds the measures. */

export const MEASURES = '_';
export const PRINTED = 0;
export const WITHHELD = 1;
export const IMPOSSIBLE = 2;
export const PENDING = 3;
