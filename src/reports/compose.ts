import pLimit from 'p-limit';
import type { Connection } from '../connections/connection.ts';
import type { Providers } from '../providers/provider.ts';
import type { Verification } from '../verification/verification.ts';
import { type AskedThen, askedNow, catalogChanges } from './catalog-changes.ts';
import {
  type EntryOptions,
  entryOf,
  isDetailed,
  mostDetails,
  pointOf,
  type Report,
  sorted,
} from './report.ts';
import type { ReportRecord } from './report-records.ts';
import { trendLength } from './report-records.ts';
import type { Standing } from './standing.ts';

/** Verifications read at once; each can be some ten kilobytes. */
const readAtOnce = 20;

export type ComposeRequest = Pick<Report, 'runId' | 'due' | 'isLate'> & {
  readonly connections: readonly Connection[];
  /** How many others of the workspace cannot be read. */
  readonly leftOut: number;
  readonly providers: Providers;
  /** What is known of a connection: what was found now, and what was found before that. */
  readonly known: (
    connection: Connection,
  ) => Promise<{ verification: Verification | undefined; earlier: Verification | undefined }>;
  /** The report before, if there was one, and the trend up to it. */
  readonly before: Pick<ReportRecord, 'point' | 'standings' | 'asked'> | undefined;
  readonly trend: Report['trend'];
  readonly options: EntryOptions;
};

export type Composed = {
  readonly report: Report;
  readonly standings: Record<string, Standing>;
  /** What is asked for now, for the next report. */
  readonly asked: AskedThen;
};

/** What many connections have in common is kept once: there may be many thousands. */
function createSharing() {
  const known = new Map<string, unknown>();
  return function shared<Value extends object>(value: Value): Value {
    const key = JSON.stringify(value);
    if (!known.has(key)) known.set(key, value);
    return known.get(key) as Value;
  };
}

/** Puts a report together from what was found about its connections. */
export async function composeReport(request: ComposeRequest): Promise<Composed> {
  const { connections, providers, known, before, trend, options, runId, due, isLate } = request;
  const limit = pLimit(readAtOnce);
  const shared = createSharing();

  async function read(connection: Connection) {
    const provider = providers.find(connection.provider);
    if (!provider) return undefined;
    const seen = { connection, provider, ...(await known(connection)) };
    return entryOf(seen, before?.standings[connection.id], options);
  }

  /** What is kept of one among all. */
  async function readInBrief(connection: Connection) {
    const found = await read(connection);
    if (!found) return [];
    const { entry, standing } = found;
    const [held, missing] = [shared(standing.held), shared(standing.missing)];
    return [
      {
        entry: { ...entry, groups: shared(entry.groups), missing: [] },
        standing: { ...standing, held, missing },
      },
    ];
  }

  const all = (await limit.map(connections, readInBrief)).flat();
  const entries = sorted(all.map(({ entry }) => entry));
  const detailed = new Set(entries.filter(isDetailed).slice(0, mostDetails));
  const at = options.now.toISOString();
  const judged = all.map(({ entry: { connection }, standing: { missing } }) => ({
    provider: connection.provider,
    profiles: options.purpose === undefined ? connection.profiles : [options.purpose],
    missing,
  }));
  const asked = askedNow(judged, providers);
  return {
    report: {
      runId,
      at,
      due,
      isLate,
      since: before?.point.at,
      entries: await limit.map(entries, async (entry) =>
        detailed.has(entry) ? ((await read(entry.connection))?.entry ?? entry) : entry,
      ),
      // What is of a provider that this version does not know cannot be told either.
      leftOut: request.leftOut + connections.length - all.length,
      catalogChanges: catalogChanges(before?.asked, asked, judged),
      trend: [...trend, pointOf(runId, at, entries)].slice(-trendLength),
    },
    // What a profile that is gone asked for is compared with when it comes back.
    asked: { ...before?.asked, ...asked },
    standings: Object.fromEntries(all.map(({ entry, standing }) => [entry.connection.id, standing])),
  };
}
