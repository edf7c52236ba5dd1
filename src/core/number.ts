/** A decimal number without its sign, as part of a regular expression that takes linear time. */
export const UNSIGNED_NUMBER = '(\\d+(\\.\\d*)?|\\.\\d+)([eE][-+]?\\d+)?'
