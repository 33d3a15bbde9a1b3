import type { Providers } from '../../providers/provider.ts';
import { drawMatrix, type Matrix, stateNames } from '../../reports/pictures/matrix-picture.ts';
import { drawTrend } from '../../reports/pictures/trend-picture.ts';
import {
  type GroupState,
  isDetailed,
  mostDetails,
  type Report,
  type ReportEntry,
} from '../../reports/report.ts';
import { figure, type Message, type Part, type Span, say, typed } from '../model/message.ts';
import { missingParts } from './missing-message.ts';
import { wordsOf } from './report-news.ts';

/** Findings that are listed of one connection. */
const mostMissing = 5;
/** Connections in a report from which on pictures say more than its table, and rows of a picture. */
const fewestConnections = 3;
const [fewestRows, mostRows] = [2, 30];

const marks: Record<GroupState, string> = { met: '✅', missing: '❌', untold: '❔', accepted: '☑️' };

/** What lacks what: connections of one provider against its groups of requirements. */
function matrixOf(entries: readonly ReportEntry[]): Matrix {
  const columns = [...new Set(entries.flatMap(({ groups }) => groups.map(({ group }) => group)))];
  const rows = entries.map(({ connection, groups }) => ({
    name: connection.name,
    cells: columns.map((column) => groups.find(({ group }) => group === column)?.state),
  }));
  return { columns, rows };
}

async function matrixMessage(label: string, entries: readonly ReportEntry[]): Promise<Message> {
  const matrix = matrixOf(entries.slice(0, mostRows));
  const some = entries.length > mostRows ? `, ${mostRows} of ${figure(entries.length)}` : '';
  const caption = `What ${label} connections meet${some}`;
  const rows = matrix.rows.map(({ name, cells }): Span[][] => [
    [{ bold: typed(name) }],
    ...cells.map((state): Span[] => [state ? `${marks[state]} ${stateNames[state]}` : '']),
  ]);
  const table: Part = {
    kind: 'table',
    caption,
    columns: ['Connection', ...matrix.columns],
    rows,
    picture: await drawMatrix(matrix),
  };
  return { summary: caption, parts: [table] };
}

async function trendMessage({ trend }: Report, timeZone: string): Promise<Message[]> {
  // One point is no trend.
  if (trend.length < 2) return [];
  const title = `The last ${trend.length} reports`;
  const picture = await drawTrend(trend, timeZone);
  return [
    {
      summary: title,
      parts: [{ kind: 'trend', title, points: trend, timeZone, picture }],
    },
  ];
}

/** What one connection lacks, without its fix, which is a click away. */
function detailMessage(entry: ReportEntry, providers: Providers): Message[] {
  const { connection, missing } = entry;
  const provider = providers.find(connection.provider);
  if (!provider) return [];
  const name = typed(connection.name);
  const { counts } = entry;
  const words =
    entry.outcome === 'missing'
      ? `lacks ${counts.missing} of ${counts.total} requirements`
      : `has ${counts.inconclusive} of ${counts.total} requirements that could not be told`;
  const { id } = connection;
  return [
    {
      summary: `${name} ${words}`,
      parts: [
        say({ bold: name }, ` ${words}`),
        ...missingParts(missing, { connection, provider }, mostMissing),
        {
          kind: 'buttons',
          buttons: [
            { label: 'Verify again', action: 'verify-connection', value: id },
            ...(missing.length > 0
              ? [{ label: 'Show the fix', action: 'show-fix', value: id } as const]
              : []),
            { label: 'Show all checks', action: 'show-all-checks', value: id },
          ],
        },
      ],
    },
  ];
}

export type ThreadOptions = { readonly providers: Providers; readonly timeZone: string };

/** The thread of a report: the pictures, then what each connection lacks that is not ready. */
export async function reportThread(
  report: Report,
  { providers, timeZone }: ThreadOptions,
): Promise<Message[]> {
  const known = report.entries.filter(({ groups }) => groups.length > 0);
  const byProvider = [...Map.groupBy(known, ({ connection }) => connection.provider)];
  const matrices = byProvider
    .filter(([, entries]) => known.length >= fewestConnections && entries.length >= fewestRows)
    .map(([provider, entries]) => matrixMessage(providers.find(provider)?.label ?? provider, entries));
  const pictures = await Promise.all([trendMessage(report, timeZone), ...matrices]);
  const open = report.entries.filter(isDetailed);
  return [
    ...pictures.flat(),
    ...failuresMessage(report.entries),
    ...open.slice(0, mostDetails).flatMap((entry) => detailMessage(entry, providers)),
    ...moreMessage(open.length - mostDetails),
  ];
}

/** What could not be verified, and why: all of it in one reply. */
function failuresMessage(entries: readonly ReportEntry[]): Message[] {
  const failed = entries.filter(({ outcome }) => outcome === 'failed' || outcome === 'fault');
  if (failed.length === 0) return [];
  const items = failed.map((entry): Span[] => [
    { bold: typed(entry.connection.name) },
    ` — ${wordsOf(entry)}: ${failureWords(entry)}`,
  ]);
  const title = `Could not be verified (${figure(failed.length)})`;
  return [{ summary: title, parts: [say({ bold: title }), { kind: 'list', items }] }];
}

const failureWords = ({ outcome, reason }: ReportEntry) =>
  outcome === 'fault' ? 'by a fault of this bot' : (reason ?? 'no reason was given');

function moreMessage(rest: number): Message[] {
  if (rest <= 0) return [];
  const text = `${figure(rest)} more are not ready. Verify one of them to see what it lacks: connection verify NAME.`;
  return [{ summary: text, parts: [say(text)] }];
}
