import type { Actor } from '../../access/policy.ts';
import type { Connection } from '../../connections/connection.ts';
import type { LatestVerdict, VerificationHistory } from '../../connections/history.ts';
import type { ConnectionStore } from '../../connections/store.ts';
import type { Providers } from '../../providers/provider.ts';
import { isOver } from '../../verification/acceptance.ts';
import type { Verdict } from '../../verification/verification.ts';
import { dayWords } from '../messages/acceptance-messages.ts';
import { refusedOutcome } from '../messages/report-news.ts';
import {
  type Button,
  count,
  figure,
  type Message,
  type Part,
  type Span,
  say,
  sentence,
  typed,
} from '../model/message.ts';

const pageSize = 20;

const verdictWords: Record<Verdict, string> = {
  ready: '✅ ready',
  missing: '❌ missing',
  unproven: '❔ unproven',
  failed: '⚠️ failed',
};

/** Which page of the list is meant; travels in the button that asks for it. */
export type ListPage = { readonly match: string; readonly offset: number };

/** The latest verdict and when that was. */
export function latestSpans(latest: LatestVerdict | undefined, now: Date): Span[] {
  if (!latest) return ['❔ not verified yet'];
  const { verdict, accepted, at } = latest;
  const time = { time: at, withDate: true };
  // What is missing besides is missing whatever becomes of that.
  if (accepted && verdict !== 'missing') {
    const until = `${accepted.count} accepted until ${dayWords(accepted.until)}`;
    // What was told then is not so any more, and only a verification tells how it is.
    if (isOver(accepted, now)) return [`❔ ${until}, verify again, `, time];
    if (verdict === 'ready') return [`☑️ ready, ${until}, `, time];
  }
  if (latest.isRefused) return [`${refusedOutcome}, `, time];
  const missing = verdict === 'missing' ? ` (${latest.missing})` : '';
  return [`${verdictWords[verdict]}${missing}, `, time];
}

/** A connection in a list: its name, where it leads, and how it came out. */
function row(
  connection: Connection,
  label: string,
  { latest, now }: { latest: LatestVerdict | undefined; now: Date },
): Span[][] {
  const { name, target, tags } = connection;
  // Where a worker holds the credential, the sign-in tells the place.
  const place = Object.keys(target).length > 0 ? target : latest?.target;
  const where = [label, ...Object.values(place ?? {})].join(' · ');
  const tagged = tags.length > 0 ? ` · ${tags.map(typed).join(', ')}` : '';
  return [[{ bold: typed(name) }], [`${where}${tagged}`], latestSpans(latest, now)];
}

/** What can be done about a connection, from wherever it is listed. */
const menuOf = ({ id: value, keyless }: Pick<Connection, 'id' | 'keyless'>): Button[] => [
  { label: 'Verify', action: 'verify-connection', value },
  { label: 'Show', action: 'show-connection', value },
  ...(keyless ? [] : [{ label: 'Replace credential…', action: 'replace-credential', value } as const]),
  { label: 'Edit…', action: 'edit-connection', value },
  { label: 'Remove…', action: 'ask-to-remove', value },
];

/** Connections in a table, each with its latest verdict and its menu; none where there are none to show. */
export function tableParts(
  connections: readonly Connection[],
  given: { latest: ReadonlyMap<string, LatestVerdict>; providers: Providers; now: Date },
): Part[] {
  if (connections.length === 0) return [];
  const { latest, providers, now } = given;
  const labelOf = ({ provider }: Connection) => providers.find(provider)?.label ?? provider;
  return [
    {
      kind: 'table',
      columns: ['Connection', 'Where', 'Latest verdict'],
      rows: connections.map((connection) =>
        row(connection, labelOf(connection), { latest: latest.get(connection.id), now }),
      ),
      menus: connections.map(menuOf),
    },
  ];
}

/** Says of a page that some of its connections are stored and cannot be read. */
export function leftOutParts(leftOut: number): Part[] {
  if (leftOut <= 0) return [];
  const text = `${count(leftOut, 'connection')} here cannot be read and ${leftOut === 1 ? 'is' : 'are'} left out. The operator of this bot finds more in the log.`;
  return [{ kind: 'detail', spans: [text] }];
}

/** Where a first connection begins. */
export const addButton: Part = {
  kind: 'buttons',
  buttons: [{ label: 'Add a connection', action: 'open-form', value: 'connection add', style: 'primary' }],
};

export type ListDependencies = {
  readonly providers: Providers;
  readonly store: ConnectionStore;
  readonly history: VerificationHistory;
  readonly now: () => Date;
};

/** One page of the workspace's connections with their latest verdicts. */
export async function connectionList(
  { providers, store, history, now }: ListDependencies,
  { workspaceId }: Actor,
  { match, offset }: ListPage,
): Promise<Message> {
  const { total, connections } = await store.list({ workspaceId, match, offset, limit: pageSize });
  if (total === 0) {
    return match
      ? sentence(`No connection has a name that contains "${typed(match)}".`)
      : sentence('There are no connections yet.', addButton);
  }
  const ids = connections.map(({ id }) => id);
  const latest = await history.latestVerdicts(workspaceId, ids);
  const end = Math.min(total, offset + pageSize);
  const shown = `${figure(offset + 1)} to ${figure(end)} of `;
  const title = `${total > pageSize ? shown : ''}${count(total, 'connection')}`;
  const table = tableParts(connections, { latest, providers, now: now() });
  const next = offset + pageSize;
  const more: Part = {
    kind: 'buttons',
    buttons: [{ label: 'Show more', action: 'list-more', value: JSON.stringify({ match, offset: next }) }],
  };
  const rest = [...leftOutParts(end - offset - connections.length), ...(next < total ? [more] : [])];
  return { summary: title, parts: [say({ bold: title }), ...table, ...rest] };
}
