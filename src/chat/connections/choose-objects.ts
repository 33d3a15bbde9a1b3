import { createHash } from 'node:crypto';
import type { AuditTrail } from '../../access/audit.ts';
import type { AccessPolicy } from '../../access/policy.ts';
import type { Connection } from '../../connections/connection.ts';
import type { VerificationHistory } from '../../connections/history.ts';
import type { ConnectionStore } from '../../connections/store.ts';
import { AppError } from '../../errors.ts';
import type { ChoiceGroup } from '../../providers/credential-form.ts';
import type { Provider, Providers } from '../../providers/provider.ts';
import type { MessageRef } from '../delivery/chat-adapter.ts';
import type { Form, FormField, FormValues } from '../model/form.ts';
import { typed } from '../model/message.ts';
import type { FormReply } from '../model/reply.ts';
import { type ChangeDependencies, createChangeConnection, verifyChanged } from './change-connection.ts';
import { type FormRequest, underProvider } from './connection-answers.ts';
import type { VerificationRequests } from './verification-requests.ts';

export type ChooseDependencies = ChangeDependencies & {
  readonly providers: Providers;
  readonly store: ConnectionStore;
  readonly history: Pick<VerificationHistory, 'choices'>;
  readonly requests: VerificationRequests;
  readonly policy: AccessPolicy;
  readonly audit: AuditTrail;
};

/** What the form remembers: which connection it is about, and where the answer goes. */
export type ChoiceDraft = {
  readonly conversationId: string;
  readonly connectionId: string;
  readonly root?: MessageRef | undefined;
};

/** Choices in one group; platforms take no more. */
const groupSize = 100;
/** Characters of a choice that are shown; platforms take no more. */
const labelLength = 75;

/** A path may be longer than what travels with a choice, so a short name of it does. */
const nameOf = (path: string) => createHash('sha256').update(path).digest('hex').slice(0, 24);

function labelOf(path: string): string {
  if (path.length <= labelLength) return path;
  const half = Math.floor((labelLength - 1) / 2);
  return `${path.slice(0, half)}…${path.slice(-half)}`;
}

function groupsOf(paths: readonly string[]): ChoiceGroup[] {
  const starts = Array.from({ length: Math.ceil(paths.length / groupSize) }, (_, index) => index * groupSize);
  return starts.map((start) => {
    const part = paths.slice(start, start + groupSize);
    const label = starts.length === 1 ? 'What the account sees' : `${start + 1} to ${start + part.length}`;
    return { label, choices: part.map((path) => ({ value: nameOf(path), label: labelOf(path) })) };
  });
}

type Choices = Readonly<Record<string, readonly string[]>>;

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
        choices: groupsOf(paths),
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

/** Creates what handles the form: draws it anew with what was chosen, and takes it when it is sent. */
export function createChooseObjects(dependencies: ChooseDependencies) {
  const { providers, store, history, requests, policy, audit } = dependencies;
  const changeConnection = createChangeConnection(dependencies);

  async function redraw({ actor, token, values }: FormRequest, { connectionId }: ChoiceDraft): Promise<Form> {
    const { workspaceId } = actor;
    const [connection, choices] = await Promise.all([
      store.find(workspaceId, connectionId),
      history.choices({ workspaceId, connectionId }),
    ]);
    const provider = connection && providers.find(connection.provider);
    if (!provider) throw new AppError('The connection of a form is gone', { code: 'connections.not-found' });
    return choiceForm(provider, choices, { token, name: connection.name, values });
  }

  async function submit(
    { actor, values }: FormRequest,
    { connectionId, conversationId, root }: ChoiceDraft,
  ): Promise<FormReply> {
    const { workspaceId, userId: askedBy } = actor;
    const connection: Connection | undefined = await store.find(workspaceId, connectionId);
    const provider = connection && providers.find(connection.provider);
    const isPermitted = connection && policy.permits(actor, 'connection.change', connection);
    const [first = ''] = Object.keys(values);
    if (!connection || !provider || !isPermitted)
      return {
        kind: 'problems',
        problems: { [first]: 'This connection is gone, or is not yours to change.' },
      };
    const paths = chosenPaths(provider, await history.choices({ workspaceId, connectionId }), values);
    const changed = await changeConnection(connection, { fields: paths, changedBy: askedBy });
    if (changed === 'gone') return { kind: 'problems', problems: { [first]: 'This connection is gone.' } };
    if (changed !== 'changed')
      return { kind: 'problems', problems: underProvider(provider.id, changed.problems) };
    await audit.record({ actor, action: 'connection.change', outcome: 'done', connectionId });
    await verifyChanged(requests, {
      workspaceId,
      connectionId,
      askedBy,
      conversationId,
      trigger: 'again',
      root,
    });
    return { kind: 'accepted' };
  }

  return { redraw, submit };
}
