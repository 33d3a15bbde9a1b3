/** Takes no note of records that cannot be read, for tests that have none. */
export const unnoted = ({ key }: { readonly key: string }): void => {
  throw new Error(`Not readable: ${key}`);
};
