/** Makes something when it is first asked for, and gives the same from then on: what ICU loads costs the start some milliseconds each. */
export function lazily<Value extends object>(make: () => Value): () => Value {
  let made: Value | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
