import { useEffect, useState } from 'react';

type Known<Value> = { readonly place: string; readonly value: Value };

/**
 * What was read last of a place, read anew whenever its freshness changes. Of another place nothing is known until it
 * was read; an answer that comes too late is dropped.
 */
export function useFresh<Value>(
  read: () => Promise<Value>,
  { place, freshness = 0 }: { readonly place: string; readonly freshness?: number },
  onProblem: (problem: string) => void,
): Value | undefined {
  const [known, setKnown] = useState<Known<Value>>();
  // biome-ignore lint/correctness/useExhaustiveDependencies: place and freshness say when to read anew
  useEffect(() => {
    let isCurrent = true;
    read()
      .then((value) => isCurrent && setKnown({ place, value }))
      .catch((error: Error) => isCurrent && onProblem(error.message));
    return () => {
      isCurrent = false;
    };
  }, [place, freshness]);
  return known?.place === place ? known.value : undefined;
}
