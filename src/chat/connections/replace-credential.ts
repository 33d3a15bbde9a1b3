import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { type AuditTrail, recorded } from '../../access/audit.ts';
import type { FormTokens } from '../../access/form-token.ts';
import { type Actor, permits } from '../../access/policy.ts';
import type { ReplayGuard } from '../../access/replay-guard.ts';
import type { Cipher } from '../../connections/cipher.ts';
import type { Replacements } from '../../connections/replacements.ts';
import type { ConnectionStore } from '../../connections/store.ts';
import { AppError } from '../../errors.ts';
import { tryJson } from '../../json.ts';
import { type ParsedCredential, rotatingFields } from '../../providers/credential-form.ts';
import { noConnection, noSecret, notYourConnection } from '../messages/connection-messages.ts';
import { goneMessage } from '../messages/replacement-messages.ts';
import type { Subject } from '../messages/subject.ts';
import type { ChatContext } from '../model/context.ts';
import type { Form, FormValues } from '../model/form.ts';
import type { Click, ClickHandler, FormHandler } from '../model/handlers.ts';
import { typed } from '../model/message.ts';
import { type FormReply, type Reply, refusalAt, replacementSaying, replyWith } from '../model/reply.ts';
import { draftAbout, type FindConnection } from './about-connection.ts';
import { verifyChanged } from './change-connection.ts';
import { credentialValues, underProvider } from './connection-answers.ts';
import { sealingNote } from './connection-form.ts';
import { credentialFields } from './credential-fields.ts';
import type { VerificationRequests } from './verification-requests.ts';

export const ReplaceDraft = draftAbout('replace-credential');
export type ReplaceDraft = z.infer<typeof ReplaceDraft>;

export type ReplaceCredentialDependencies = {
  readonly findConnection: FindConnection;
  readonly store: Pick<ConnectionStore, 'sealedCredential'>;
  readonly replacements: Replacements;
  readonly cipher: Cipher;
  readonly requests: VerificationRequests;
  readonly formTokens: FormTokens;
  readonly replayGuard: ReplayGuard;
  readonly audit: AuditTrail;
};

/** What the buttons of the question carry that asks whether a new credential is meant. */
const Question = z.object({ id: z.string(), replacement: z.string() });

/** The form with the fields that come anew with a new secret, and no other. */
function replaceForm({ connection, provider }: Subject, token: string, values: FormValues = {}): Form {
  const rotating = rotatingFields(provider.fields).map(({ id }) => `${provider.id}.${id}`);
  const optional = new Set(
    provider.fields.filter((field) => field.optional).map(({ id }) => `${provider.id}.${id}`),
  );
  const { name } = connection;
  return {
    title: 'Replace the credential',
    submitLabel: 'Verify and replace',
    token,
    fields: credentialFields(provider, values)
      .filter(({ id }) => rotating.includes(id))
      .map((field) => ({ ...field, optional: optional.has(field.id), comesLater: false })),
    notes: [
      [
        `For ${typed(name)}, ${provider.label} ${Object.values(connection.target).join(' · ')}. It is verified first, and used only if it signs in there; until then the one before stays in use. History, tags and reports stay.`,
      ],
      [sealingNote(provider)],
    ],
    snippets: [],
  };
}

/** What is stored with what was entered in place of what came with the secret before. */
function withReplaced(
  { connection, provider }: Subject,
  stored: Readonly<Record<string, string>>,
  values: FormValues,
): ParsedCredential {
  const rotating = rotatingFields(provider.fields).map(({ id }) => id);
  const kept = Object.entries(provider.enteredOf?.(stored) ?? stored).filter(
    ([id]) => !rotating.includes(id),
  );
  const entered = Object.entries(credentialValues(provider, values)).filter(([id]) => rotating.includes(id));
  const all = Object.fromEntries([...kept, ...entered]);
  return provider.parse(all, connection.profileOptions, { toBeChosen: true });
}

/** Creates what replaces the credential of a connection: how its form is opened, drawn anew, and taken. */
export function createReplaceCredential(dependencies: ReplaceCredentialDependencies) {
  const { findConnection, store, replacements, cipher, requests, formTokens } = dependencies;
  const { replayGuard, audit } = dependencies;

  /** Opens the form; the answer comes in place of a message where one is given. */
  async function openFor(
    subject: Subject,
    { actor, conversationId }: ChatContext,
    root?: Click['message'],
  ): Promise<Reply> {
    const { id: connectionId, name, keyless } = subject.connection;
    if (keyless) return replyWith(noSecret(subject));
    if (!permits(actor, 'connection.change', subject.connection)) {
      await audit.record({ actor, action: 'connection.change', outcome: 'refused', connectionId });
      return replyWith(notYourConnection(name, 'change'));
    }
    const draft: ReplaceDraft = { form: 'replace-credential', conversationId, connectionId, root };
    return { kind: 'form', form: replaceForm(subject, formTokens.sign(draft, actor)) };
  }

  const open: ClickHandler = async ({ value, message }, context) => {
    const subject = await findConnection(context.actor.workspaceId, value);
    return subject ? openFor(subject, context, message) : replyWith(noConnection);
  };

  /** Keeps what was accepted beside the credential in use, sealed; resolves to its id. */
  async function keep(
    { connection: { workspaceId, id: connectionId, changedAt: basedOn } }: Subject,
    parsed: ParsedCredential & { ok: true },
    by: string,
  ): Promise<string | undefined> {
    const key = { workspaceId, connectionId };
    const [id, sealed] = [randomUUID(), await cipher.seal(parsed.credential, key)];
    return (await replacements.put(key, { id, sealed, target: parsed.target, by, basedOn })) ? id : undefined;
  }

  /** The problems beside fields of the form; what is about another one stands beside the first. */
  function problemsOf({ provider }: Subject, parsed: ParsedCredential & { ok: false }): FormReply {
    const rotating = rotatingFields(provider.fields).map(({ id }) => id);
    const [first = ''] = rotating;
    const problems = Object.entries(parsed.problems).map(([field, text]) => [
      rotating.includes(field) ? field : first,
      text,
    ]);
    return { kind: 'problems', problems: underProvider(provider.id, Object.fromEntries(problems)) };
  }

  const handler: FormHandler<ReplaceDraft> = {
    async redraw({ actor, token, values }, { connectionId }) {
      const subject = await findConnection(actor.workspaceId, connectionId);
      if (!subject) throw new AppError('The connection of a form is gone', { code: 'chat.form-outdated' });
      return replaceForm(subject, token, values);
    },

    async submit({ actor, values, once }, { connectionId, conversationId, root }) {
      if (!(await replayGuard.claim(once))) return { kind: 'replayed' };
      const { workspaceId, userId: askedBy } = actor;
      const [first = ''] = Object.keys(values);
      const gone = refusalAt(first, 'This connection is gone, or is not yours to change.');
      const subject = await findConnection(workspaceId, connectionId);
      const sealed = await store.sealedCredential(workspaceId, connectionId);
      if (!subject || !sealed || !permits(actor, 'connection.change', subject.connection)) return gone;
      const stored = (await cipher.open(sealed, { workspaceId, connectionId })) as Record<string, string>;
      const parsed = withReplaced(subject, stored, values);
      if (!parsed.ok) return problemsOf(subject, parsed);
      const replacement = await recorded(
        audit,
        { actor, action: 'connection.change', connectionId, detail: 'a new credential was entered' },
        () => keep(subject, parsed, askedBy),
        (id) => id !== undefined,
      );
      if (!replacement) return gone;
      const request = { workspaceId, connectionId, askedBy, conversationId, root, replacement };
      await verifyChanged(requests, { ...request, trigger: 'again' });
      return { kind: 'accepted' };
    },
  };

  /** The question that was answered, for whoever may; nothing where it is no question any more. */
  async function asked(value: string, actor: Actor) {
    const question = tryJson(value, Question);
    const subject = question && (await findConnection(actor.workspaceId, question.id));
    if (!question || !subject) return undefined;
    const isPermitted = permits(actor, 'connection.change', subject.connection);
    return { subject, replacement: question.replacement, isPermitted };
  }

  const use: ClickHandler = async ({ value, message: root }, { actor, conversationId }) => {
    const found = await asked(value, actor);
    if (!found) return replyWith(noConnection);
    const { subject, replacement } = found;
    const { workspaceId, id: connectionId, name } = subject.connection;
    const outcome = found.isPermitted ? 'done' : 'refused';
    const detail = 'a new credential for another account';
    await audit.record({ actor, action: 'connection.change', outcome, connectionId, detail });
    if (!found.isPermitted) return replyWith(notYourConnection(name, 'change'));
    const waiting = await replacements.find({ workspaceId, connectionId }, replacement);
    if (!waiting) return replyWith(goneMessage(subject.connection));
    const confirmed = { ...waiting, isConfirmed: true };
    if (!(await replacements.put({ workspaceId, connectionId }, confirmed))) return replyWith(noConnection);
    const request = { workspaceId, connectionId, askedBy: actor.userId, conversationId, root, replacement };
    await verifyChanged(requests, { ...request, trigger: 'again' });
    return { kind: 'none' };
  };

  const drop: ClickHandler = async ({ value }, { actor }) => {
    const found = await asked(value, actor);
    if (!found) return replyWith(noConnection);
    const { workspaceId, id: connectionId, name } = found.subject.connection;
    const outcome = found.isPermitted ? 'done' : 'refused';
    const detail = 'the new credential was to be deleted';
    await audit.record({ actor, action: 'connection.change', outcome, connectionId, detail });
    if (!found.isPermitted) return replyWith(notYourConnection(name, 'change'));
    const key = { workspaceId, connectionId };
    // Whoever has used it is not told that the one before stays.
    if (!(await replacements.find(key, found.replacement)))
      return replyWith(goneMessage(found.subject.connection));
    await replacements.drop(key, found.replacement);
    return replacementSaying(`The new credential of ${typed(name)} is deleted. The one before stays in use.`);
  };

  return { open, openFor, use, drop, ...handler };
}
