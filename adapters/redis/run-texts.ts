import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { z } from 'zod';
import { Verdict, Verification } from '../../src/verification/verification.ts';

/** A run, and what it is chosen by without reading all of it. */
export const Head = z.object({
  runId: z.string(),
  verification: z.object({ verdict: Verdict, startedAt: z.string() }),
});
export type Head = z.infer<typeof Head>;

/** As the first versions kept every run, 18 to 36 KB each. */
const Plain = Head.extend({ verification: Verification });

/** Kept whole, or as what differs from the run after it; in either case deflated. */
const Packed = z.object({
  runId: z.string(),
  verdict: Verdict,
  startedAt: z.string(),
  /** The run that this one is told by; absent where it is whole. */
  after: z.string().optional(),
  packed: z.base64(),
});

type Fields = Readonly<Record<string, unknown>>;
const Change = z.object({
  /** What is another than in the run after this one; `null` stands for what only that one has. */
  fields: z.record(z.string(), z.unknown()),
  /** The findings that are others, by their place; absent where they are kept as a field. */
  findings: z.record(z.string(), z.unknown()).optional(),
});
type Change = z.infer<typeof Change>;

const pack = (value: unknown) => deflateRawSync(JSON.stringify(value), { level: 9 }).toString('base64');
const unpack = (text: string): unknown => JSON.parse(inflateRawSync(Buffer.from(text, 'base64')).toString());
const isSame = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);

/** A run with its id. */
export type KeptRun = { readonly runId: string; readonly verification: Verification };

const headOf = ({ runId, verification: { verdict, startedAt } }: KeptRun) => ({
  v: 1,
  runId,
  verdict,
  startedAt,
});

/** The text of the newest run. */
export const wholeText = (run: KeptRun): string =>
  JSON.stringify({ ...headOf(run), packed: pack(run.verification) });

function changeFrom(after: Verification, run: Verification): Change {
  const names = new Set([...Object.keys(run), ...Object.keys(after)]) as Set<keyof Verification>;
  const isByPlace = run.findings.length === after.findings.length;
  const fields = [...names]
    .filter((name) => !(isByPlace && name === 'findings') && !isSame(run[name], after[name]))
    .map((name) => [name, run[name] ?? null]);
  if (!isByPlace) return { fields: Object.fromEntries(fields) };
  const findings = run.findings.flatMap((finding, place) =>
    isSame(finding, after.findings[place]) ? [] : [[place, finding]],
  );
  return { fields: Object.fromEntries(fields), findings: Object.fromEntries(findings) };
}

/** The text of a run that has another one after it. */
export const changeText = (run: KeptRun, after: KeptRun): string =>
  JSON.stringify({
    ...headOf(run),
    after: after.runId,
    packed: pack(changeFrom(after.verification, run.verification)),
  });

function applied({ fields, findings }: Change, after: Verification): unknown {
  const merged = Object.entries({ ...after, ...fields }).filter(([name, value]) => {
    // What is null here is absent there; nothing of a verification is null itself.
    return !(name in fields && value === null);
  });
  const run = Object.fromEntries(merged) as Fields;
  if (!findings) return run;
  return { ...run, findings: after.findings.map((finding, place) => findings[place] ?? finding) };
}

/** A stored run: its head, and the whole of it where what it builds on is known. */
export type ReadRun = { readonly head: Head; whole(after: KeptRun | undefined): KeptRun | undefined };

/** Reads one stored run; undefined where it is no such text. */
export function readRun(text: string): ReadRun | undefined {
  let stored: unknown;
  try {
    stored = JSON.parse(text);
  } catch {
    return undefined;
  }
  const packed = Packed.safeParse(stored);
  if (packed.success) return ofPacked(packed.data);
  const head = Head.safeParse(stored);
  if (!head.success) return undefined;
  return { head: head.data, whole: () => Plain.safeParse(stored).data };
}

function ofPacked({ runId, verdict, startedAt, after: wanted, packed }: z.infer<typeof Packed>): ReadRun {
  /** What differs from one run says nothing about another: where that one cannot be read, neither can this. */
  function contentOn(after: KeptRun | undefined): unknown {
    const content = unpack(packed);
    if (wanted === undefined) return content;
    return after?.runId === wanted ? applied(Change.parse(content), after.verification) : undefined;
  }
  return {
    head: { runId, verification: { verdict, startedAt } },
    whole(after) {
      try {
        const read = Verification.safeParse(contentOn(after));
        return read.success ? { runId, verification: read.data } : undefined;
      } catch {
        return undefined;
      }
    },
  };
}
