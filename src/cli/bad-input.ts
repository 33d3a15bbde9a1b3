/** Input that cannot be used; its lines go to standard error and the status is 64. */
export class BadInput extends Error {}
