import { useEffect, useState } from 'react';

/** What was read last, read anew whenever the key changes; an answer that comes too late is dropped. */
export function useFresh<Value>(
  read: () => Promise<Value>,
  key: string,
  onProblem: (problem: string) => void,
): Value | undefined {
  const [value, setValue] = useState<Value>();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key says when to read anew
  useEffect(() => {
    let isCurrent = true;
    read()
      .then((answer) => isCurrent && setValue(answer))
      .catch((error: Error) => isCurrent && onProblem(error.message));
    return () => {
      isCurrent = false;
    };
  }, [key]);
  return value;
}
