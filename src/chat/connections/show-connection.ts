import type { Connection } from '../../connections/connection.ts';
import type { RecentRun, VerificationHistory } from '../../connections/history.ts';
import { optionsOf, profileTitle, usualProfiles } from '../../providers/profiles.ts';
import type { Provider } from '../../providers/provider.ts';
import { expiryOf } from '../../reports/expiry.ts';
import type { CredentialDates, Verdict } from '../../verification/verification.ts';
import { dayWords } from '../messages/acceptance-messages.ts';
import { expiryWords } from '../messages/expiry-message.ts';
import { type Button, type Message, type Span, say, typed } from '../model/message.ts';
import { latestSpans } from './connection-list.ts';

export type ShowDependencies = {
  readonly history: Pick<VerificationHistory, 'latestVerdicts' | 'recent'>;
  /** Days after which a key is too old; 0 for never. */
  readonly maxKeyAgeDays: number;
  readonly now: () => Date;
};

const marks: Record<Verdict, string> = { ready: '✅', missing: '❌', unproven: '❔', failed: '⚠️' };

/** The runs that are kept, a mark each; the oldest first, as one reads. */
function runsSpans(runs: readonly RecentRun[]): Span[][] {
  const [newest] = runs;
  const oldest = runs.at(-1);
  if (!newest || !oldest || newest === oldest) return [];
  const line = runs.toReversed().map(({ verdict }) => marks[verdict]);
  return [[`The last ${runs.length}, since `, { time: oldest.at, withDate: true }, `: ${line.join('')}`]];
}

/** How old the credential is and when it ends, as far as that is known. */
function ageWords(dates: CredentialDates | undefined, { maxKeyAgeDays, now }: ShowDependencies): string {
  const expiry = expiryOf(dates, { now: now(), maxKeyAgeDays });
  const made = dates?.createdOn ? `made on ${dayWords(dates.createdOn)}` : '';
  const words = [made, expiry ? expiryWords(expiry) : ''].filter(Boolean).join(', ');
  return `Credential: ${words || 'its age is not known'}`;
}

function originSpans({ addedBy, addedAt, changedBy, changedAt }: Connection): Span[] {
  const added: Span[] = [
    'Added by ',
    { person: addedBy, quietly: true },
    ' ',
    { time: addedAt, withDate: true },
  ];
  if (!changedBy || !changedAt) return added;
  const changed: Span[] = [
    ', last changed by ',
    { person: changedBy, quietly: true },
    ' ',
    { time: changedAt, withDate: true },
  ];
  return [...added, ...changed];
}

/** Everything that is known of a connection but its secret. */
export async function connectionDetails(
  dependencies: ShowDependencies,
  connection: Connection,
  provider: Provider,
): Promise<Message> {
  const { history, now } = dependencies;
  const { label } = provider;
  const { id, workspaceId, name, description, tags, profiles, profileOptions, target, keyless, held } =
    connection;
  const [verdicts, runs] = await Promise.all([
    history.latestVerdicts(workspaceId, [id]),
    history.recent({ workspaceId, connectionId: id }),
  ]);
  const latest = verdicts.get(id);
  // What a provider told of the place, such as the account, is more than what was entered.
  const place = Object.values({ ...latest?.target, ...target });
  const purposes = profiles.map((each) => profileTitle(provider, each));
  const options = optionsOf(provider.profiles).filter((option) => profileOptions.includes(option.id));
  const items: Span[][] = [
    ['Latest: ', ...latestSpans(latest, now())],
    ...runsSpans(runs),
    ...(held === undefined ? [] : [[`A worker holds its credential as “${held}”.`]]),
    [
      keyless && held === undefined
        ? 'Signs in without a secret.'
        : ageWords(latest?.credential, dependencies),
    ],
    originSpans(connection),
    ...(tags.length > 0 ? [[`Tags: ${tags.map(typed).join(', ')}`]] : []),
    ...(profiles.join() === usualProfiles.join() ? [] : [[`For: ${purposes.join(', ')}`]]),
    ...(options.length > 0 ? [[`Options: ${options.map((option) => option.label).join(', ')}`]] : []),
    ...(description ? [[typed(description)]] : []),
  ];
  const replace: Button = { label: 'Replace credential…', action: 'replace-credential', value: id };
  const title = `${typed(name)}, ${[label, ...place].join(' · ')}`;
  return {
    summary: title,
    parts: [
      say({ bold: typed(name) }, `, ${[label, ...place].join(' · ')}`),
      { kind: 'list', items },
      {
        kind: 'buttons',
        buttons: [
          { label: 'Verify again', action: 'verify-connection', value: id },
          { label: 'Show all checks', action: 'show-all-checks', value: id },
          { label: 'Edit…', action: 'edit-connection', value: id },
          ...(keyless ? [] : [replace]),
        ],
      },
    ],
  };
}
