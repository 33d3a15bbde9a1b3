import { z } from 'zod';
import { type AuditTrail, recorded } from '../../access/audit.ts';
import type { FormTokens } from '../../access/form-token.ts';
import { permits } from '../../access/policy.ts';
import type { ReplayGuard } from '../../access/replay-guard.ts';
import { type Connection, ConnectionDetails } from '../../connections/connection.ts';
import { AppError } from '../../errors.ts';
import { heldWay } from '../../held/holdable.ts';
import { fieldProblems, inOurWords } from '../../providers/credential-form.ts';
import { noConnection, notYourConnection } from '../messages/connection-messages.ts';
import type { Subject } from '../messages/subject.ts';
import type { ChatContext } from '../model/context.ts';
import type { Form, FormField, FormValues } from '../model/form.ts';
import type { ClickHandler, FormHandler } from '../model/handlers.ts';
import { typed } from '../model/message.ts';
import { type FormReply, type Reply, refusalAt, replyWith } from '../model/reply.ts';
import { draftAbout, type FindConnection } from './about-connection.ts';
import { type ChangeConnection, changedMeanwhile, verifyChanged } from './change-connection.ts';
import { credentialValues, underProvider } from './connection-answers.ts';
import { answered, detailFields } from './connection-form.ts';
import { credentialFields } from './credential-fields.ts';
import {
  chosenWay,
  keylessFields,
  letWait,
  type Move,
  type MoveDependencies,
  readMove,
} from './move-to-keyless.ts';
import { type OfferedWays, type WaysDependencies, waysFor } from './offered-ways.ts';
import { purposeFields, purposeValues, readPurpose } from './purpose-fields.ts';
import type { VerificationRequests } from './verification-requests.ts';

export const EditDraft = draftAbout('edit-connection').extend({
  /** When the connection was last changed as the form shows it. */
  basedOn: z.string().optional(),
});
export type EditDraft = z.infer<typeof EditDraft>;

export type EditConnectionDependencies = MoveDependencies &
  WaysDependencies & {
    readonly findConnection: FindConnection;
    readonly requests: VerificationRequests;
    readonly formTokens: FormTokens;
    readonly replayGuard: ReplayGuard;
    readonly audit: AuditTrail;
    readonly changeConnection: ChangeConnection;
  };

/** What can be changed of a connection as it is, by the fields of the form. */
function valuesOf({ connection, provider }: Subject): FormValues {
  const { name, description, tags, target, settings } = connection;
  const known = { ...target, ...settings };
  const own = provider.fields
    .filter(({ editable }) => editable)
    .map(({ id }) => [`${provider.id}.${id}`, known[id]]);
  return {
    name,
    description,
    tags: tags.join(', '),
    ...Object.fromEntries(own),
    ...purposeValues(provider, connection),
  };
}

/** The fields of the connection that a form asks for; where a worker holds the credential, all of that stands in its file. */
function editableFields(
  { connection, provider }: Subject,
  values: FormValues,
  ways: OfferedWays,
): FormField[] {
  if (connection.held !== undefined) return [];
  const editable = provider.fields.filter((field) => field.editable).map(({ id }) => `${provider.id}.${id}`);
  return credentialFields(provider, values, ways).filter(({ id }) => editable.includes(id));
}

const movingNote = ({ provider: { label } }: Subject, way: string) =>
  `${way === heldWay ? 'It is verified with what the worker holds' : `${label} is asked without a secret`} first. Only if that signs in to the same account is the stored secret deleted; until then it stays in use.`;

function stayingNote({ connection: { name, keyless, held } }: Subject): string {
  if (held !== undefined)
    return `A worker holds the credential of ${typed(name)} as “${held}”. What it signs in with, and where, stands in the file there.`;
  const replaced = keyless ? '' : 'Its credential is replaced with “Replace credential…”; ';
  return `What ${typed(name)} signs in with, and where, stays. ${replaced}${keyless ? 'What' : 'what'} is in another place is a connection of its own.`;
}

function editForm(
  subject: Subject,
  token: string,
  { values, ways }: { values: FormValues; ways: OfferedWays },
): Form {
  const { connection, provider } = subject;
  const way = connection.keyless ? undefined : chosenWay(subject, values);
  const isMoving = way !== undefined;
  const asked = [...keylessFields(subject, values, ways), ...editableFields(subject, values, ways)];
  // As the fields show it: what may be a secret in the wrong place is not shown again.
  const shown = Object.fromEntries(asked.map(({ id, value }) => [id, value]));
  return {
    title: 'Edit the connection',
    submitLabel: 'Save and verify',
    token,
    fields: [...answered(detailFields, values), ...asked, ...purposeFields(provider, values)],
    notes: [[isMoving ? movingNote(subject, way) : stayingNote(subject)]],
    snippets: isMoving ? (provider.guide?.(credentialValues(provider, shown), ways.trust) ?? []) : [],
  };
}

/** What was filled in that is not as the form showed it; what it did not ask for stays as it is. */
function changedFields(seen: Subject, values: FormValues, ways: OfferedWays): Record<string, string> {
  const shown = valuesOf(seen);
  const changed = editableFields(seen, values, ways).flatMap(({ id }) => {
    const [is, was] = [values[id] ?? '', shown[id] ?? ''];
    const field = id.slice(seen.provider.id.length + 1);
    return typeof is === 'string' && is !== was ? [[field, is] as const] : [];
  });
  return Object.fromEntries(changed);
}

/** Creates the form to change what a connection is called and where it builds: how it is opened, drawn anew, and taken. */
export function createEditConnection(dependencies: EditConnectionDependencies) {
  const { findConnection, requests, formTokens, replayGuard, audit, changeConnection } = dependencies;
  const waysOf = ({ connection: { workspaceId, id: connectionId } }: Subject) =>
    waysFor(dependencies, { workspaceId, connectionId });
  const formOf = (seen: Subject, token: string, values: FormValues) =>
    editForm(seen, token, { values, ways: waysOf(seen) });

  async function openFor(seen: Subject, { actor, conversationId }: ChatContext): Promise<Reply> {
    const { id: connectionId, name, changedAt: basedOn } = seen.connection;
    if (!permits(actor, 'connection.change', seen.connection)) {
      await audit.record({ actor, action: 'connection.change', outcome: 'refused', connectionId });
      return replyWith(notYourConnection(name, 'change'));
    }
    const draft: EditDraft = { form: 'edit-connection', conversationId, connectionId, basedOn };
    return { kind: 'form', form: formOf(seen, formTokens.sign(draft, actor), valuesOf(seen)) };
  }

  const open: ClickHandler = async ({ value }, context) => {
    const seen = await findConnection(context.actor.workspaceId, value);
    return seen ? openFor(seen, context) : replyWith(noConnection);
  };

  /** Takes what was filled in, or says what is wrong with it. */
  async function change(
    seen: Subject,
    values: FormValues,
    changedBy: string,
  ): Promise<FormReply | 'changed'> {
    const { provider, connection } = seen;
    const { name, description, tags } = values;
    const details = ConnectionDetails.safeParse({ name, description, tags }, inOurWords);
    const { purpose, problems: wrong } = readPurpose(provider, values, connection.profiles);
    const problems = {
      ...(details.success ? {} : fieldProblems(details.error)),
      ...wrong,
    };
    if (!details.success || Object.keys(wrong).length > 0) return { kind: 'problems', problems };
    const outcome = await changeConnection(connection, {
      fields: changedFields(seen, values, waysOf(seen)),
      details: details.data,
      purpose,
      changedBy,
    });
    if (typeof outcome === 'object')
      return { kind: 'problems', problems: underProvider(provider.id, outcome.problems) };
    if (outcome === 'name-taken')
      return refusalAt(
        'name',
        `There is already a connection called "${details.data.name}". Choose another name.`,
      );
    if (outcome === 'gone') return refusalAt('name', 'This connection is gone.');
    return outcome === 'outdated' ? refusalAt('name', changedMeanwhile) : outcome;
  }

  /** What the connection is to sign in with in place of its secret, or what is wrong with that; nothing where that stays. */
  async function readMoveOf(seen: Subject, values: FormValues): Promise<Move | FormReply | undefined> {
    const way = seen.connection.keyless ? undefined : chosenWay(seen, values);
    const move = way && (await readMove(dependencies, seen, { way, values, ways: waysOf(seen) }));
    if (move === 'gone') return refusalAt('name', 'This connection is gone.');
    if (move && 'problems' in move)
      return { kind: 'problems', problems: underProvider(seen.provider.id, move.problems) };
    return move || undefined;
  }

  /** Lets it wait, beside the connection as it is now that it was changed. */
  async function waiting(
    { workspaceId, id }: Connection,
    move: Move | undefined,
    by: string,
  ): Promise<{ readonly replacement?: string | undefined }> {
    const changed = move && (await findConnection(workspaceId, id));
    return changed ? { replacement: await letWait(dependencies, changed.connection, { ...move, by }) } : {};
  }

  const handler: FormHandler<EditDraft> = {
    async redraw({ actor, token, values }, { connectionId }) {
      const seen = await findConnection(actor.workspaceId, connectionId);
      if (!seen) throw new AppError('The connection of a form is gone', { code: 'chat.form-outdated' });
      // A dialog in steps sends only what stands on its card.
      return formOf(seen, token, { ...valuesOf(seen), ...values });
    },

    async submit({ actor, values, once }, { connectionId, conversationId, basedOn }) {
      if (!(await replayGuard.claim(once))) return { kind: 'replayed' };
      const { workspaceId, userId: askedBy } = actor;
      const seen = await findConnection(workspaceId, connectionId);
      if (!seen || !permits(actor, 'connection.change', seen.connection))
        return refusalAt('name', 'This connection is gone, or is not yours to change.');
      if (seen.connection.changedAt !== basedOn) return refusalAt('name', changedMeanwhile);
      // Read before anything is changed, so that nothing is half done where it is wrong.
      const move = await readMoveOf(seen, values);
      if (move && 'kind' in move) return move;
      const outcome = await recorded(
        audit,
        { actor, action: 'connection.change', connectionId },
        () => change(seen, values, askedBy),
        (result) => result === 'changed',
      );
      if (outcome !== 'changed') return outcome;
      const moved = await waiting(seen.connection, move, askedBy);
      const request = { workspaceId, connectionId, askedBy, conversationId, ...moved };
      await verifyChanged(requests, { ...request, trigger: 'command' });
      return { kind: 'accepted' };
    },
  };

  return { open, openFor, ...handler };
}
