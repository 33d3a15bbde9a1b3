import { createHash } from 'node:crypto';
import type { z } from 'zod';
import type { AuditTrail } from '../../access/audit.ts';
import type { FormTokens } from '../../access/form-token.ts';
import { type Actor, permits } from '../../access/policy.ts';
import type { ReplayGuard } from '../../access/replay-guard.ts';
import type { AcceptanceStore } from '../../connections/acceptance-store.ts';
import type { VerificationHistory } from '../../connections/history.ts';
import type { ConnectionStore } from '../../connections/store.ts';
import { AppError } from '../../errors.ts';
import type { Providers } from '../../providers/provider.ts';
import {
  type Acceptance,
  acceptedSubject,
  dayProblem,
  evidenceOf,
  isAcceptable,
  isOver,
  longestReason,
} from '../../verification/acceptance.ts';
import { type Finding, subjectOf } from '../../verification/finding.ts';
import { noConnection, notYourConnection } from '../messages/connection-messages.ts';
import { answersIn, type FormValues } from '../model/form.ts';
import type { ClickHandler, FormHandler } from '../model/handlers.ts';
import { sentence, typed } from '../model/message.ts';
import { type FormReply, refusalAt, replyWith } from '../model/reply.ts';
import { draftAbout } from './about-connection.ts';
import { type Acceptable, acceptanceForm, acceptanceFields as fields } from './acceptance-form.ts';
import { verifyChanged } from './change-connection.ts';
import type { VerificationRequests } from './verification-requests.ts';

export const AcceptDraft = draftAbout('accept-findings');
export type AcceptDraft = z.infer<typeof AcceptDraft>;

export type AcceptFindingsDependencies = {
  readonly providers: Providers;
  readonly store: Pick<ConnectionStore, 'find'>;
  readonly history: Pick<VerificationHistory, 'latest'>;
  readonly acceptances: AcceptanceStore;
  readonly requests: VerificationRequests;
  readonly formTokens: FormTokens;
  readonly replayGuard: ReplayGuard;
  readonly audit: AuditTrail;
  readonly now: () => Date;
};

/** What is chosen by: another one when the evidence changes, so that nobody accepts what they did not see. */
const keyOf = (subject: string, evidence = '') =>
  createHash('sha256').update(`${subject}\n${evidence}`).digest('hex').slice(0, 24);

/** What a person filled in, held against what can be accepted; or what is wrong with it. */
function readAnswers(
  values: FormValues,
  { open, accepted }: Acceptable,
  now: Date,
):
  | { problems: Record<string, string> }
  | { chosen: Finding[]; ended: Acceptance[]; until: string; reason: string } {
  const [keys, endKeys] = [answersIn(values[fields.findings]), answersIn(values[fields.end])];
  const chosen = open.filter(({ key }) => keys.includes(key)).map(({ finding }) => finding);
  const ended = accepted.filter(({ key }) => endKeys.includes(key)).map(({ acceptance }) => acceptance);
  const [until, reason] = [String(values[fields.until] ?? ''), String(values[fields.reason] ?? '').trim()];
  const first = open.length > 0 ? fields.findings : fields.end;
  const changed = 'This has changed since the form was opened. Close it, and look at the newest answer.';
  const day = isOver({ until }, now) ? 'This day has passed.' : undefined;
  const problems: [string, string | undefined | false][] = [
    [first, keys.length + endKeys.length === 0 && 'Choose at least one.'],
    [fields.findings, chosen.length < keys.length && changed],
    [fields.end, ended.length < endKeys.length && changed],
    [fields.reason, keys.length > 0 && reason === '' && 'Say why, for whoever reads this later.'],
    [fields.reason, reason.length > longestReason && `Say it in ${longestReason} characters at most.`],
    [fields.until, keys.length > 0 && (dayProblem(until, now) ?? day)],
  ];
  const told = problems.filter((problem): problem is [string, string] => Boolean(problem[1]));
  return told.length > 0 ? { problems: Object.fromEntries(told) } : { chosen, ended, until, reason };
}

/** Creates the form to accept findings as they are: how it is opened, drawn anew, and taken. */
export function createAcceptFindings(dependencies: AcceptFindingsDependencies) {
  const { providers, store, history, acceptances, requests, formTokens, replayGuard, audit, now } =
    dependencies;

  /** The connection with what can be accepted of its newest run, and what is; undefined where the connection is gone. */
  async function seen({ workspaceId }: Actor, connectionId: string): Promise<Acceptable | undefined> {
    const key = { workspaceId, connectionId };
    const [connection, latest, all] = await Promise.all([
      store.find(workspaceId, connectionId),
      history.latest(key),
      acceptances.all(key),
    ]);
    const provider = connection && providers.find(connection.provider);
    if (!connection || !provider) return undefined;
    const valid = all.filter((acceptance) => !isOver(acceptance, now()));
    const findings = latest && latest.verdict !== 'failed' ? latest.findings : [];
    const isAccepted = (finding: Finding) =>
      valid.some(
        (each) => acceptedSubject(each) === subjectOf(finding) && each.evidence === evidenceOf(finding),
      );
    return {
      connection,
      provider,
      open: findings
        .filter((finding) => isAcceptable(finding, provider.incidentCodes) && !isAccepted(finding))
        .map((finding) => ({ key: keyOf(subjectOf(finding), evidenceOf(finding)), finding })),
      accepted: valid.map((acceptance) => ({
        key: keyOf(acceptedSubject(acceptance), acceptance.evidence),
        acceptance,
      })),
    };
  }

  const open: ClickHandler = async ({ value: connectionId, message: root }, { actor, conversationId }) => {
    const found = await seen(actor, connectionId);
    if (!found) return replyWith(noConnection);
    const { name } = found.connection;
    if (!permits(actor, 'connection.accept', found.connection)) {
      await audit.record({ actor, action: 'connection.accept', outcome: 'refused', connectionId });
      return replyWith(notYourConnection(name, 'accept what is missing of'));
    }
    const nothing = `There is nothing to accept of ${typed(name)}. Verify again to see how it is now.`;
    if (found.open.length + found.accepted.length === 0) return replyWith(sentence(nothing));
    const draft: AcceptDraft = { form: 'accept-findings', conversationId, connectionId, root };
    return {
      kind: 'form',
      form: acceptanceForm(found, { token: formTokens.sign(draft, actor), now: now() }),
    };
  };

  /** Writes one entry for each finding, so that each can be found by its requirement. */
  async function recordAll(actor: Actor, connectionId: string, details: readonly string[]): Promise<void> {
    const entry = { actor, action: 'connection.accept', outcome: 'done', connectionId } as const;
    await Promise.all(details.map((detail) => audit.record({ ...entry, detail })));
  }

  const handler: FormHandler<AcceptDraft> = {
    async redraw({ actor, token, values }, { connectionId }) {
      const found = await seen(actor, connectionId);
      if (!found) throw new AppError('The connection of a form is gone', { code: 'chat.form-outdated' });
      return acceptanceForm(found, { token, now: now(), values });
    },

    async submit({ actor, values, once }, { connectionId, conversationId, root }): Promise<FormReply> {
      if (!(await replayGuard.claim(once))) return { kind: 'replayed' };
      const found = await seen(actor, connectionId);
      const [first = fields.findings] = Object.keys(values);
      const gone = refusalAt(first, 'This connection is gone, or is not yours to change.');
      if (!found || !permits(actor, 'connection.accept', found.connection)) return gone;
      const read = readAnswers(values, found, now());
      if ('problems' in read) return { kind: 'problems', problems: read.problems };
      const { workspaceId, userId: by } = actor;
      const { chosen, ended: end, until, reason } = read;
      const add = chosen.map((finding): Acceptance => {
        const { requirement, group } = finding;
        return { requirement, group, by, until, reason, evidence: evidenceOf(finding) };
      });
      await recordAll(actor, connectionId, [
        ...add.map((each) => `accepted ${acceptedSubject(each)} until ${each.until}: ${each.reason}`),
        ...end.map((each) => `no longer accepted: ${acceptedSubject(each)}`),
      ]);
      if (!(await acceptances.change({ workspaceId, connectionId }, { add, end }))) {
        await audit.record({ actor, action: 'connection.accept', outcome: 'failed', connectionId });
        return gone;
      }
      const request = { workspaceId, connectionId, askedBy: by, conversationId, root };
      await verifyChanged(requests, { ...request, trigger: 'again' });
      return { kind: 'accepted' };
    },
  };

  return { open, ...handler };
}
