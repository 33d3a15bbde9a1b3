import { z } from 'zod';
import type { Access } from '../../access/access.ts';
import type { AuditTrail } from '../../access/audit.ts';
import type { FormTokens } from '../../access/form-token.ts';
import type { Holder, SubjectKind } from '../../access/grants.ts';
import type { Actor } from '../../access/policy.ts';
import type { ReplayGuard } from '../../access/replay-guard.ts';
import { type Role, roles } from '../../access/roles.ts';
import { isAppError } from '../../errors.ts';
import type { Groups } from '../delivery/chat-adapter.ts';
import { lastAdmin, rolesInFile } from '../messages/access-messages.ts';
import { answersIn, type Form, type FormField, type FormValues } from '../model/form.ts';
import type { ClickHandler, FormHandler } from '../model/handlers.ts';
import { sentence } from '../model/message.ts';
import { type FormReply, refusalAt, replyWith } from '../model/reply.ts';
import { accessMessage, groupNames } from './show-access.ts';

/** What the form remembers: where it was asked for, and whether conversations can be picked there. */
export const AccessDraft = z.object({
  form: z.literal('change-access'),
  conversationId: z.string(),
  isPicked: z.boolean(),
});
export type AccessDraft = z.infer<typeof AccessDraft>;

export type ChangeAccessDependencies = {
  readonly access: Pick<Access, 'rolesOf' | 'change'>;
  readonly groups?: Groups | undefined;
  readonly formTokens: FormTokens;
  readonly replayGuard: ReplayGuard;
  readonly audit: AuditTrail;
  readonly now: () => Date;
};

const fields = {
  kind: 'access.kind',
  people: 'access.people',
  group: 'access.group',
  conversation: 'access.conversation',
  role: 'access.role',
} as const;
const noRole = 'none';
/** Roles that a form has room to show once it was taken. */
const mostShown = 40;

const kindLabels: Record<SubjectKind, string> = {
  person: 'People',
  group: 'The members of a user group',
  members: 'The members of this conversation, wherever they are',
  channel: 'A channel: whoever acts there and has no role of their own',
};

const roleChoices = [
  { value: 'viewer', label: 'Viewer: lists, looks, verifies' },
  { value: 'operator', label: 'Operator: adds, edits, rotates, removes, schedules too' },
  { value: 'admin', label: 'Admin: everything, and gives roles' },
  { value: noRole, label: 'None: takes the role away' },
];

const choosesAlone = 'Choose a channel. A direct message has nobody else in it.';
const askedAlone = 'This form was asked for where nobody else is. Ask for it in the channel that you mean.';

/** What is said where a change was not made, or not whole. */
function stoppedReply(
  { outcome, changed }: { readonly outcome: 'last-admin' | 'filed'; readonly changed: number },
  all: number,
): FormReply {
  if (outcome === 'filed') return refusalAt(fields.kind, rolesInFile);
  const before = changed > 0 ? `${changed} of ${all} were changed. ` : '';
  return refusalAt(fields.role, `${before}${lastAdmin}`);
}

type Known = readonly { readonly id: string; readonly name: string }[] | undefined;

/** The question for whom, given what is chosen. */
function holderFields(kind: SubjectKind, values: FormValues, known: Known): FormField[] {
  if (kind === 'person') return [{ id: fields.people, label: 'People', kind: 'people' }];
  if (kind === 'channel' || kind === 'members')
    return [{ id: fields.conversation, label: 'Channel', kind: 'conversation' }];
  const { [fields.group]: value } = values;
  const shown = typeof value === 'string' && value !== '' ? { value } : {};
  if (!known || known.length === 0)
    return [{ id: fields.group, label: 'Id of the user group', kind: 'text', maxLength: 40, ...shown }];
  const choices = known.map(({ id, name }) => ({ value: id, label: name }));
  return [
    {
      id: fields.group,
      label: 'User group',
      kind: 'select',
      choices: [{ label: 'Groups', choices }],
      ...shown,
    },
  ];
}

/** Creates the form to give and take roles: how it is opened, drawn anew, and taken. */
export function createChangeAccess(dependencies: ChangeAccessDependencies) {
  const { access, groups, formTokens, replayGuard, audit, now } = dependencies;
  const kinds: readonly SubjectKind[] = ['person', ...(groups ? [groups.kind] : []), 'channel'];
  const kindIn = (values: FormValues): SubjectKind =>
    kinds.find((kind) => kind === values[fields.kind]) ?? 'person';

  /** The user groups there are, or why they cannot be listed. */
  async function listed(workspaceId: string): Promise<{ known?: Known; note?: string | undefined }> {
    try {
      return { known: await groups?.list?.(workspaceId) };
    } catch (error) {
      return { note: isAppError(error) ? error.hint : undefined };
    }
  }

  async function draw(token: string, values: FormValues, { workspaceId }: Actor): Promise<Form> {
    const kind = kindIn(values);
    const { known, note } = kind === 'group' ? await listed(workspaceId) : {};
    const { [fields.role]: role } = values;
    return {
      title: 'Give or take a role',
      submitLabel: 'Save',
      token,
      fields: [
        {
          id: fields.kind,
          label: 'Whom',
          kind: 'select',
          redraws: true,
          value: kind,
          choices: [{ label: 'Whom', choices: kinds.map((value) => ({ value, label: kindLabels[value] })) }],
        },
        ...holderFields(kind, values, known),
        {
          id: fields.role,
          label: 'Role',
          kind: 'select',
          choices: [{ label: 'Roles', choices: roleChoices }],
          value: typeof role === 'string' && role !== '' ? role : 'operator',
        },
      ],
      notes: [
        ['A role counts within some seconds. Whoever has several has the highest one.'],
        ...(note ? [[note]] : []),
      ],
      snippets: [],
    };
  }

  const open: ClickHandler = async (_click, { actor, conversationId, picksConversations = false }) => {
    const { isFiled } = await access.rolesOf(actor.workspaceId);
    if (isFiled) return replyWith(sentence(rolesInFile));
    const draft: AccessDraft = { form: 'change-access', conversationId, isPicked: picksConversations };
    return { kind: 'form', form: await draw(formTokens.sign(draft, actor), {}, actor) };
  };

  /** The conversation that is meant; nothing where nobody else is in it. */
  function conversationIn(
    values: FormValues,
    { conversationId: here, isPicked }: AccessDraft,
  ): string | undefined {
    const id = isPicked ? String(values[fields.conversation] ?? '') : here;
    return id !== '' && groups?.isShared(id) !== false ? id : undefined;
  }

  /** Whom a role is given to, or what is wrong with the answer. */
  function holdersIn(kind: SubjectKind, values: FormValues, draft: AccessDraft): Holder[] | FormReply {
    if (kind === 'person') {
      const people = answersIn(values[fields.people]);
      if (people.length === 0) return refusalAt(fields.people, 'Name at least one person.');
      return people.map((id) => ({ kind, id }));
    }
    if (kind === 'group') {
      const group = String(values[fields.group] ?? '').trim();
      return group === '' ? refusalAt(fields.group, 'Choose a user group.') : [{ kind, id: group }];
    }
    const id = conversationIn(values, draft);
    if (id !== undefined) return [{ kind, id }];
    return refusalAt(fields.conversation, draft.isPicked ? choosesAlone : askedAlone);
  }

  /** Changes one after the other, each recorded before; resolves to what stopped it, if anything did. */
  async function changeAll(actor: Actor, holders: readonly Holder[], role: Role | undefined) {
    const { grants } = await access.rolesOf(actor.workspaceId);
    for (const [changed, holder] of holders.entries()) {
      const before = grants.find(({ kind, id }) => kind === holder.kind && id === holder.id)?.role;
      const detail = `${holder.kind} ${holder.id}: ${before ?? 'no role'} → ${role ?? 'no role'}`;
      await audit.record({ actor, action: 'access.change', outcome: 'done', detail });
      const at = now().toISOString();
      const change = role ? { give: { ...holder, role, by: actor.userId, at } } : { takeFrom: holder };
      const outcome = await access.change(actor, change);
      if (outcome === 'changed') continue;
      await audit.record({
        actor,
        action: 'access.change',
        outcome: 'failed',
        detail: `${detail}: ${outcome}`,
      });
      return { outcome, changed };
    }
    return undefined;
  }

  const handler: FormHandler<AccessDraft> = {
    redraw: ({ token, values, actor }) => draw(token, values, actor),

    async submit({ actor, values, once }, draft) {
      if (!(await replayGuard.claim(once))) return { kind: 'replayed' };
      const kind = kindIn(values);
      const wanted = values[fields.role];
      const role = roles.find((each) => each === wanted);
      if (!role && wanted !== noRole) return refusalAt(fields.role, 'Choose a role.');
      const holders = holdersIn(kind, values, draft);
      if ('kind' in holders) return holders;
      const stopped = await changeAll(actor, holders, role);
      if (stopped) return stoppedReply(stopped, holders.length);
      const [all, names] = await Promise.all([
        access.rolesOf(actor.workspaceId),
        groupNames(groups, actor.workspaceId),
      ]);
      const isShort = all.grants.length <= mostShown;
      const message = isShort
        ? accessMessage(all, names)
        : sentence('It is saved. “access” shows all roles.');
      return { kind: 'told', title: 'Saved', message };
    },
  };

  return { open, ...handler };
}
