/** What the operator set in place of Google's addresses: one server that answers for all of them. */
export type GoogleSettings = { readonly endpoint?: string | undefined };
