import type { Connection } from '../../connections/connection.ts';
import { isOpen } from '../../verification/finding.ts';
import { countStates, deciding } from '../../verification/verdict.ts';
import type { Verification } from '../../verification/verification.ts';
import type { Exported } from './records.ts';

/** The requirements that are open in a state, as ids. */
export const openIn = ({ findings }: Verification, state: 'missing' | 'inconclusive'): string[] =>
  deciding(findings)
    .filter((finding) => isOpen(finding, state))
    .map(({ requirement }) => requirement);

type Cells = Readonly<Record<string, string | number>>;

const pairs = (record: Readonly<Record<string, string>> | undefined) =>
  Object.entries(record ?? {})
    .map(([key, value]) => `${key}=${value}`)
    .join('; ');

/** One exported thing as one flat record, with the same columns for all of a kind. */
export function cellsOf(each: Exported): Cells {
  if (each.kind === 'audit') return auditCells(each);
  return each.kind === 'connections' ? connectionCells(each) : verificationCells(each);
}

function auditCells({ entry, name = '' }: Extract<Exported, { kind: 'audit' }>): Cells {
  return {
    time: entry.at.toISOString(),
    user: entry.userId,
    action: entry.action,
    outcome: entry.outcome,
    connection_id: entry.connectionId ?? '',
    connection: name,
    report_id: entry.scheduleId ?? '',
    detail: entry.detail ?? '',
  };
}

const waysOf = ({ held, keyless }: Connection) => (held === undefined ? (keyless ?? 'secret') : 'held');

function connectionCells({ connection, latest }: Extract<Exported, { kind: 'connections' }>): Cells {
  const { id, name, provider, description, tags } = connection;
  return {
    id,
    name,
    provider,
    place: pairs({ ...connection.target, ...latest?.target }),
    description,
    tags: tags.join(', '),
    signs_in: waysOf(connection),
    added_by: connection.addedBy,
    added_at: connection.addedAt,
    changed_by: connection.changedBy ?? '',
    changed_at: connection.changedAt ?? '',
    verdict: latest?.verdict ?? '',
    verified_at: latest?.at ?? '',
    // A run that told nothing found nothing missing either.
    missing: latest && latest.verdict !== 'failed' ? latest.missing : '',
    credential_expires_on: latest?.credential?.expiresOn ?? '',
  };
}

function verificationCells({
  connection,
  verification,
}: Extract<Exported, { kind: 'verifications' }>): Cells {
  const { id, name, provider } = connection;
  const { granted, likely, accepted, total } = countStates(verification.findings);
  return {
    connection_id: id,
    connection: name,
    provider,
    verified_at: verification.startedAt,
    verdict: verification.verdict,
    identity: verification.identity?.id ?? '',
    place: pairs(verification.target),
    requirements: total,
    granted,
    likely,
    accepted,
    missing: openIn(verification, 'missing').join(' '),
    inconclusive: openIn(verification, 'inconclusive').join(' '),
    error: verification.error?.message ?? '',
  };
}
