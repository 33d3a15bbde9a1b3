import type { AuditTrail } from '../access/audit.ts';
import type { ReplayGuard } from '../access/replay-guard.ts';
import type { SecretLinks } from '../access/secret-links.ts';
import { linkMessage } from './messages/link-messages.ts';
import type { Form, FormField, FormValues, Submission } from './model/form.ts';
import type { FormReply } from './model/reply.ts';

/** Where secrets may be entered: in the form, on a page of this bot alone, or wherever a person likes. */
export type IntakeMode = 'chat' | 'both' | 'link';

export type SecretIntakeDependencies = {
  readonly mode: IntakeMode;
  readonly links: Pick<SecretLinks, 'create'>;
  /** The address of the page of a link. */
  readonly pageOf: (id: string) => string;
  readonly replayGuard: ReplayGuard;
  readonly audit: AuditTrail;
};

/** What decides where the secret of a form is entered. */
const intakeField = 'intake';
const onPage = 'page';

/** Whether what is filled in here is a secret. */
export const isSecretField = ({ kind }: Pick<FormField, 'kind'>) => kind === 'secret' || kind === 'file';

const question = (value: string): FormField => ({
  id: intakeField,
  label: 'Where the secret is entered',
  kind: 'select',
  redraws: true,
  value,
  choices: [
    {
      label: 'Places',
      choices: [
        { value: onPage, label: 'On a web page of this bot: chat never sees it' },
        { value: 'form', label: 'Here, in this form' },
      ],
    },
  ],
});

const pageNote = [
  'The secret is not entered here: you get a link to a page of this bot, for you alone, where it is. Chat never sees it.',
];

/** What is filled in of these fields, as it is kept with a link. */
function keptOf(fields: readonly FormField[], values: FormValues): Record<string, string | string[]> {
  const kept = fields.flatMap(({ id }) => {
    const value = values[id];
    return value === undefined ? [] : [[id, typeof value === 'string' ? value : [...value]] as const];
  });
  return Object.fromEntries(kept);
}

export type SecretIntake = ReturnType<typeof createSecretIntake>;

/** Creates what keeps the secrets of forms out of chat, where that is wanted. */
export function createSecretIntake({ mode, links, pageOf, replayGuard, audit }: SecretIntakeDependencies) {
  const isOnPage = (values: FormValues) =>
    mode === 'link' || (mode === 'both' && values[intakeField] === onPage);

  /** A form as a chat shows it: without its secrets where they are entered elsewhere. */
  function inChat(form: Form, values: FormValues = {}): Form {
    const first = form.fields.findIndex(isSecretField);
    if (mode === 'chat' || first < 0) return form;
    const away = isOnPage(values);
    const asked = mode === 'both' ? [question(away ? onPage : 'form')] : [];
    const fields = [...form.fields.slice(0, first), ...asked, ...form.fields.slice(first)];
    if (!away) return { ...form, fields };
    return {
      ...form,
      submitLabel: 'Get the link',
      fields: fields.filter((field) => !isSecretField(field)),
      notes: [...form.notes, pageNote],
    };
  }

  /**
   * What a form that was sent is answered with where its secret is entered elsewhere: the link, what is wrong with the rest,
   * or nothing where the form is to be taken as it is.
   */
  async function answer(
    { actor, token, values, once }: Submission,
    whole: () => Form | Promise<Form>,
    check?: () => Promise<Readonly<Record<string, string>>>,
  ): Promise<FormReply | undefined> {
    if (!isOnPage(values)) return undefined;
    const form = await whole();
    const secrets = form.fields.filter(isSecretField);
    if (secrets.length === 0) return undefined;
    const shown = form.fields.filter((field) => !isSecretField(field));
    const typed = secrets.find(({ id }) => values[id]);
    if (typed)
      return {
        kind: 'problems',
        problems: {
          [typed.id]:
            'Secrets are not taken in chat here. This one was not used, but chat has seen it: make a new one, and enter that on the page.',
        },
      };
    const found = Object.entries((await check?.()) ?? {}).filter(([id]) =>
      shown.some((field) => field.id === id),
    );
    if (found.length > 0) return { kind: 'problems', problems: Object.fromEntries(found) };
    if (!(await replayGuard.claim(once))) return { kind: 'replayed' };
    await audit.record({ actor, action: 'secret.link', outcome: 'done', detail: form.title });
    const { id, code, until } = await links.create({ actor, token, values: keptOf(shown, values) });
    return { kind: 'told', title: form.title, ...linkMessage({ url: pageOf(id), code, until }) };
  }

  return { inChat, answer };
}
