import type { Provider } from '../../providers/provider.ts';
import type { BotStatus, Fault, QueueCounts } from '../bot-status.ts';
import { count, type Message, type Span, say, typed } from '../model/message.ts';

function queueWords({ running, waiting, planned }: QueueCounts): string {
  return `${running} running, ${waiting} waiting, ${planned} planned`;
}

function faultSpans({ at, what, code, runId }: Fault, name: string | undefined): Span[] {
  const about = name ? ` of ${typed(name)}` : '';
  return [
    { time: at, withDate: true },
    ` a ${what}${about} failed: ${code}, in the log under `,
    { code: runId },
  ];
}

export type StatusSubject = {
  readonly providers: readonly Provider[];
  /** The names of connections that faults are about, by id. */
  readonly names: ReadonlyMap<string, string>;
  /** How many stored records of the workspace cannot be read. */
  readonly unreadable: number;
};

/** How the bot is: whether anybody works, what waits, and what failed lately. */
export function statusMessage(status: BotStatus, { providers, names, unreadable }: StatusSubject): Message {
  const { verifications, reports, answering, verifying, faults } = status;
  const without = providers.filter(({ id }) => (verifying.get(id) ?? 0) === 0);
  const isWell = answering > 0 && without.length === 0;
  const trouble =
    answering === 0
      ? 'no worker is there, so nothing is verified until one is'
      : `nobody verifies ${without.map(({ label }) => label).join(', ')} right now`;
  const title = isWell ? '✅ The bot is working' : `⚠️ The bot is here, but ${trouble}`;
  const help = isWell ? [] : [say('Its operator starts workers as docs/operations.md says.')];
  const workers = providers.map(({ id, label }) => `${label} ${verifying.get(id) ?? 0}`).join(', ');
  const items: Span[][] = [
    [`Verifications: ${queueWords(verifications)}`],
    [`Reports: ${queueWords(reports)}`],
    [`Workers that answer: ${answering}; that verify: ${workers}`],
    [
      faults.length > 0
        ? `The last ${count(faults.length, 'fault')} of this workspace:`
        : 'No fault of this workspace in the last 7 days',
    ],
    ...(unreadable > 0
      ? [[`Unreadable, and so left out: ${count(unreadable, 'stored record')}; the log names where`]]
      : []),
    ...faults.map((fault) => faultSpans(fault, names.get(fault.connectionId ?? ''))),
  ];
  return { summary: title, parts: [say({ bold: title }), ...help, { kind: 'list', items }] };
}
