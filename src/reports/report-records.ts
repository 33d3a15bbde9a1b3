import { z } from 'zod';
import { AskedThen } from './catalog-changes.ts';
import { Standing } from './standing.ts';

/** How many connections came out how in one report. */
export const TrendPoint = z.object({
  runId: z.string(),
  at: z.iso.datetime(),
  ready: z.int(),
  missing: z.int(),
  /** Unproven, failed or broken off: what is not known to be ready, nor to lack anything. */
  unknown: z.int(),
});
export type TrendPoint = z.infer<typeof TrendPoint>;

/** What a report leaves for the next one of its schedule. */
export const ReportRecord = z.object({
  workspaceId: z.string(),
  scheduleId: z.string(),
  point: TrendPoint,
  /** The standings of its connections, by id. */
  standings: z.record(z.string(), Standing),
  /** What the profiles of its connections asked for; absent in a report of an older version. */
  asked: AskedThen.optional(),
});
export type ReportRecord = z.infer<typeof ReportRecord>;

const Packed = z.object({
  ...ReportRecord.shape,
  /** Lists of requirements that standings name by their places: most connections hold the same. */
  lists: z.array(z.array(z.string())),
  standings: z.record(
    z.string(),
    z.object({ ...Standing.shape, held: z.int().min(0), missing: z.int().min(0) }),
  ),
});
type PackedStandings = Pick<z.infer<typeof Packed>, 'lists' | 'standings'>;

/** Standings as they are stored: many thousands take little room. */
export function packStandings(standings: ReportRecord['standings']): PackedStandings {
  const places = new Map<string, number>();
  const lists: string[][] = [];
  function placeOf(list: string[]): number {
    const key = list.join('\n');
    const known = places.get(key);
    if (known !== undefined) return known;
    places.set(key, lists.length);
    return lists.push(list) - 1;
  }
  const packed = Object.entries(standings).map(([id, standing]) => {
    const [held, missing] = [placeOf(standing.held), placeOf(standing.missing)];
    return [id, { ...standing, held, missing }] as const;
  });
  return { lists, standings: Object.fromEntries(packed) };
}

function unpackStandings({ lists, standings }: PackedStandings): ReportRecord['standings'] {
  const unpacked = Object.entries(standings).map(([id, standing]) => {
    const [held, missing] = [lists[standing.held] ?? [], lists[standing.missing] ?? []];
    return [id, { ...standing, held, missing }] as const;
  });
  return Object.fromEntries(unpacked);
}

/** A list that is not there would say that nothing is held. */
const isWhole = ({ lists, standings }: PackedStandings) =>
  Object.values(standings).every(({ held, missing }) => Math.max(held, missing) < lists.length);

/** What a report leaves, read as it is stored. */
export const StoredReportRecord = Packed.refine(isWhole).transform(({ lists, standings, ...record }) => ({
  ...record,
  standings: unpackStandings({ lists, standings }),
}));
/** The same without whose it is. */
export const StoredReport = Packed.pick({ point: true, lists: true, standings: true, asked: true })
  .refine(isWhole)
  .transform(({ point, asked, ...packed }) => ({
    point,
    standings: unpackStandings(packed),
    ...(asked && { asked }),
  }));

export type ReportKey = { readonly workspaceId: string; readonly scheduleId: string };

/** Reports in a trend, the newest of a schedule. */
export const trendLength = 30;

/** What earlier reports of a schedule found. */
export type ReportRecords = {
  /** Adds a report once, however often it is added; nothing is kept for a schedule that is gone. */
  add(record: ReportRecord): Promise<void>;
  /** The newest report. */
  latest(key: ReportKey): Promise<Pick<ReportRecord, 'point' | 'standings'> | undefined>;
  /** The newest reports, oldest first. */
  trend(key: ReportKey): Promise<TrendPoint[]>;
};
