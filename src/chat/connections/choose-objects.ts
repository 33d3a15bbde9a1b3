import { createHash } from 'node:crypto';
import type { z } from 'zod';
import { type AuditTrail, recorded } from '../../access/audit.ts';
import type { FormTokens } from '../../access/form-token.ts';
import { permits } from '../../access/policy.ts';
import type { ReplayGuard } from '../../access/replay-guard.ts';
import type { Connection } from '../../connections/connection.ts';
import type { VerificationHistory } from '../../connections/history.ts';
import type { ConnectionStore } from '../../connections/store.ts';
import { AppError } from '../../errors.ts';
import type { Provider, Providers } from '../../providers/provider.ts';
import { noConnection, notYourConnection } from '../messages/connection-messages.ts';
import type { Form, FormField, FormValues } from '../model/form.ts';
import type { ClickHandler, FormHandler } from '../model/handlers.ts';
import { sentence, typed } from '../model/message.ts';
import { refusalAt, replyWith } from '../model/reply.ts';
import { draftAbout } from './about-connection.ts';
import { type ChangeConnection, changedMeanwhile, verifyChanged } from './change-connection.ts';
import { underProvider } from './connection-answers.ts';
import type { VerificationRequests } from './verification-requests.ts';

export const ChooseDraft = draftAbout('choose-objects');
export type ChooseDraft = z.infer<typeof ChooseDraft>;

export type ChooseObjectsDependencies = {
  readonly providers: Providers;
  readonly store: Pick<ConnectionStore, 'find'>;
  readonly history: Pick<VerificationHistory, 'choices'>;
  readonly requests: VerificationRequests;
  readonly formTokens: FormTokens;
  readonly replayGuard: ReplayGuard;
  readonly audit: AuditTrail;
  readonly changeConnection: ChangeConnection;
};

type Choices = Readonly<Record<string, readonly string[]>>;

/** A path may be longer than what travels with a choice, so a short name of it does. */
const nameOf = (path: string) => createHash('sha256').update(path).digest('hex').slice(0, 24);

/** The form to choose the objects of a connection from what its account sees. */
export function choiceForm(
  provider: Provider,
  choices: Choices,
  { token, name, values = {} }: { token: string; name: string; values?: FormValues },
): Form {
  const fields = provider.fields.flatMap((field): FormField[] => {
    const paths = choices[field.id] ?? [];
    if (paths.length === 0) return [];
    const id = `${provider.id}.${field.id}`;
    const { [id]: value } = values;
    return [
      {
        id,
        ...(typeof value === 'string' && { value }),
        label: field.label,
        kind: 'select',
        optional: true,
        placeholder: 'As it is',
        choices: [
          {
            label: 'What the account sees',
            choices: paths.map((path) => ({ value: nameOf(path), label: path })),
          },
        ],
        unlistedHint: 'For another, close this and edit the connection: any path can be typed there.',
      },
    ];
  });
  return {
    title: 'Choose objects',
    submitLabel: 'Save and verify',
    token,
    fields,
    notes: [[`What the account of ${typed(name)} sees. What is left as it is stays.`]],
    snippets: [],
  };
}

/** The paths behind what was chosen, by the field of the credential. */
function chosenPaths(provider: Provider, choices: Choices, values: FormValues): Record<string, string> {
  const chosen = Object.entries(choices).flatMap(([field, paths]) => {
    const path = paths.find((each) => nameOf(each) === values[`${provider.id}.${field}`]);
    return path === undefined ? [] : [[field, path] as const];
  });
  return Object.fromEntries(chosen);
}

/** Creates the form to choose what builds use: how it is opened, drawn anew, and taken. */
export function createChooseObjects(dependencies: ChooseObjectsDependencies) {
  const { providers, store, history, requests, formTokens } = dependencies;
  const { replayGuard, audit, changeConnection } = dependencies;

  /** The connection, its provider, and what its account sees; undefined where the connection is gone. */
  async function seen(
    workspaceId: string,
    connectionId: string,
  ): Promise<{ connection: Connection; provider: Provider; choices: Choices } | undefined> {
    const [connection, choices] = await Promise.all([
      store.find(workspaceId, connectionId),
      history.choices({ workspaceId, connectionId }),
    ]);
    const provider = connection && providers.find(connection.provider);
    return connection && provider && { connection, provider, choices };
  }

  const open: ClickHandler = async ({ value: connectionId, message: root }, { actor, conversationId }) => {
    const found = await seen(actor.workspaceId, connectionId);
    if (!found) return replyWith(noConnection);
    const { connection, provider, choices } = found;
    const { name } = connection;
    if (!permits(actor, 'connection.change', connection)) return replyWith(notYourConnection(name, 'change'));
    const draft: ChooseDraft = { form: 'choose-objects', conversationId, connectionId, root };
    const form = choiceForm(provider, choices, { token: formTokens.sign(draft, actor), name });
    if (form.fields.length > 0) return { kind: 'form', form };
    const nothing = `The account of ${typed(name)} saw nothing that could be chosen. Verify again once it does.`;
    return replyWith(sentence(nothing));
  };

  const handler: FormHandler<ChooseDraft> = {
    async redraw({ actor, token, values }, { connectionId }) {
      const found = await seen(actor.workspaceId, connectionId);
      if (!found) throw new AppError('The connection of a form is gone', { code: 'chat.form-outdated' });
      const { connection, provider, choices } = found;
      return choiceForm(provider, choices, { token, name: connection.name, values });
    },

    async submit({ actor, values, once }, { connectionId, conversationId, root }) {
      if (!(await replayGuard.claim(once))) return { kind: 'replayed' };
      const { workspaceId, userId: askedBy } = actor;
      const [first = ''] = Object.keys(values);
      const found = await seen(workspaceId, connectionId);
      if (!found || !permits(actor, 'connection.change', found.connection))
        return refusalAt(first, 'This connection is gone, or is not yours to change.');
      const { connection, provider, choices } = found;
      const fields = chosenPaths(provider, choices, values);
      const changed = await recorded(
        audit,
        { actor, action: 'connection.change', connectionId },
        () => changeConnection(connection, { fields, changedBy: askedBy }),
        (outcome) => outcome === 'changed',
      );
      if (changed === 'gone') return refusalAt(first, 'This connection is gone.');
      if (typeof changed === 'object')
        return { kind: 'problems', problems: underProvider(provider.id, changed.problems) };
      if (changed !== 'changed') return refusalAt(first, changedMeanwhile);
      const request = { workspaceId, connectionId, askedBy, conversationId, root };
      await verifyChanged(requests, { ...request, trigger: 'again' });
      return { kind: 'accepted' };
    },
  };

  return { open, ...handler };
}
