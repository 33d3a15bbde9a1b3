import type { InputBlock, KnownBlock, ModalView, PlainTextElement, PlainTextOption } from '@slack/types';
import { askable, fittedForm, shortened, withinInput } from '../../src/chat/delivery/fitted-form.ts';
import type { Form, FormField } from '../../src/chat/model/form.ts';
import type { Message } from '../../src/chat/model/message.ts';
import type { Choice, ChoiceGroup } from '../../src/providers/credential-form.ts';
import type { Grants } from './grants.ts';
import { limits } from './limits.ts';
import { withoutNative } from './native.ts';
import { markup, render } from './render.ts';

/** The callback id of the only modal there is. */
export const formCallbackId = 'connection-form';

/** Slack has no masked input: https://docs.slack.dev/reference/block-kit/block-elements/plain-text-input-element */
const secretHint = 'Passes through Slack’s servers, then is encrypted here. Slack shows it while you type.';
const uploadHint = 'The file stays in Slack under your name until you delete it.';
const noFilesHint =
  'This workspace does not let the bot read files (scope files:read), so none can be uploaded.';
/** Ends the block id of the input for a file's text; its action id is the field's. */
const pasteSuffix = '-text';
/** Ends the block id of the input for a file that is no secret. */
export const attachedSuffix = '-attached';

function plain(text: string): PlainTextElement {
  return { type: 'plain_text', text };
}

function option({ value, label, description }: Choice): PlainTextOption {
  const { optionLabel } = limits.select;
  const more = description && { description: plain(shortened(description, optionLabel)) };
  return { value, text: plain(shortened(label, optionLabel)), ...more };
}

/** Choices as Slack lists them: what is too long for one group in several. */
function groupsOf(groups: readonly ChoiceGroup[]): readonly ChoiceGroup[] {
  return groups.flatMap(({ label, choices }) => {
    const starts = choices.flatMap((_choice, index) => (index % limits.select.options === 0 ? [index] : []));
    if (starts.length < 2) return [{ label, choices }];
    return starts.map((start) => {
      const part = choices.slice(start, start + limits.select.options);
      return { label: `${start + 1} to ${start + part.length}`, choices: part };
    });
  });
}

function textElement({ id, kind, placeholder, maxLength, value }: FormField): InputBlock['element'] {
  return {
    type: 'plain_text_input',
    action_id: id,
    multiline: kind === 'multiline',
    ...(maxLength && { max_length: Math.min(maxLength, limits.input.maxLength) }),
    ...(placeholder && { placeholder: plain(placeholder) }),
    ...(value && { initial_value: value }),
  };
}

type Picker = (id: string, value: string | undefined) => InputBlock['element'];

/** What Slack has elements of its own for. */
const pickers: Partial<Record<FormField['kind'], Picker>> = {
  date: (action_id, value) => ({ type: 'datepicker', action_id, ...(value && { initial_date: value }) }),
  time: (action_id, value) => ({ type: 'timepicker', action_id, ...(value && { initial_time: value }) }),
  people: (action_id, value) => ({
    type: 'multi_users_select',
    action_id,
    ...(value && { initial_users: value.split(',') }),
  }),
  conversation: (action_id, value) => ({
    type: 'conversations_select',
    action_id,
    ...(value ? { initial_conversation: value } : { default_to_current_conversation: true }),
    filter: { exclude_bot_users: true },
  }),
};

function element(field: FormField): InputBlock['element'] {
  const { id, kind, placeholder, choices = [], value } = field;
  const all = choices.flatMap((group) => group.choices);
  const values = value?.split(',') ?? [];
  if (kind === 'checkboxes' || kind === 'multiselect') {
    const initial = all.filter((choice) => values.includes(choice.value)).map(option);
    return {
      type: kind === 'checkboxes' ? 'checkboxes' : 'multi_static_select',
      action_id: id,
      options: all.map(option),
      ...(initial.length > 0 && { initial_options: initial }),
    };
  }
  if (kind !== 'select') return pickers[kind]?.(id, value) ?? textElement(field);
  const chosen = all.find((choice) => choice.value === value);
  const groups = groupsOf(choices);
  const options =
    groups.length > 1
      ? {
          option_groups: groups.map((group) => ({
            label: plain(group.label),
            options: group.choices.map(option),
          })),
        }
      : { options: all.map(option) };
  return {
    type: 'static_select',
    action_id: id,
    ...options,
    ...(placeholder && { placeholder: plain(placeholder) }),
    ...(chosen && { initial_option: option(chosen) }),
  };
}

/** A file, or its text: two inputs, one of which is filled in. Where files cannot be read, the text alone. */
function fileBlocks(field: FormField, readsFiles: boolean): InputBlock[] {
  const { id, label, hint, maxLength } = field;
  const paste = { id, label, kind: 'multiline', maxLength: maxLength ?? limits.input.maxLength } as const;
  if (!readsFiles)
    return [
      {
        type: 'input',
        block_id: id,
        label: plain(`${label}, pasted as text`),
        element: textElement(paste),
        optional: true,
        hint: plain([hint, noFilesHint, secretHint].filter(Boolean).join(' ')),
      },
    ];
  return [
    {
      type: 'input',
      block_id: id,
      label: plain(label),
      element: { type: 'file_input', action_id: id, filetypes: ['json'], max_files: 1 },
      optional: true,
      hint: plain(`${hint ?? ''} ${uploadHint}`.trim()),
    },
    {
      type: 'input',
      block_id: `${id}${pasteSuffix}`,
      label: plain(`${label}, pasted as text instead`),
      element: textElement(paste),
      optional: true,
      hint: plain(secretHint),
    },
  ];
}

/** A file that is only attached; nothing where files cannot be read. */
function attachmentBlocks({ id, label, hint }: FormField, readsFiles: boolean): InputBlock[] {
  if (!readsFiles) return [];
  return [
    {
      type: 'input',
      block_id: `${id}${attachedSuffix}`,
      label: plain(label),
      element: { type: 'file_input', action_id: id, max_files: 1 },
      optional: true,
      hint: plain([hint, uploadHint].filter(Boolean).join(' ')),
    },
  ];
}

function blocksOf(field: FormField, readsFiles: boolean): InputBlock[] {
  if (field.kind === 'file') return fileBlocks(field, readsFiles);
  return field.kind === 'attachment' ? attachmentBlocks(field, readsFiles) : [inputBlock(field)];
}

function inputBlock(field: FormField): InputBlock {
  const { id, label, kind, hint, optional = false, redraws = false } = field;
  // Slack tells of a text once Enter is pressed in it.
  const enter = redraws && kind === 'text' ? 'Enter shows it in what is to be set up.' : undefined;
  const hints = [hint, enter, kind === 'secret' ? secretHint : undefined].filter(Boolean).join(' ');
  return {
    type: 'input',
    block_id: id,
    label: plain(label),
    element: element(field),
    optional,
    ...(hints && { hint: plain(hints) }),
    ...(redraws && { dispatch_action: true }),
  };
}

function snippetBlock({ title, text }: Form['snippets'][number]): KnownBlock {
  const heading = { type: 'text', text: title, style: { bold: true } } as const;
  return {
    type: 'rich_text',
    elements: [
      { type: 'rich_text_section', elements: [heading] },
      { type: 'rich_text_preformatted', elements: [{ type: 'text', text }] },
    ],
  };
}

const isListed = (choices: readonly string[]) => choices.length <= limits.select.options;

/**
 * Draws a form as a modal, for a workspace with these scopes. Block and action ids are the fields' ids, so Slack keeps what was
 * typed over a redraw.
 */
export function formView(form: Form, grants: Pick<Grants, 'has'>): ModalView {
  const readsFiles = grants.has('files:read');
  const viewOf = (shown: Form) => drawn(shown, readsFiles);
  const fields = form.fields.map((field) => withinInput(askable(field, isListed), limits.input.maxLength));
  const fits = (shown: Form) => Buffer.byteLength(JSON.stringify(viewOf(shown))) <= limits.view.bytes;
  return viewOf(fittedForm({ ...form, fields }, fits));
}

function drawn({ title, submitLabel, token, fields, notes, snippets }: Form, readsFiles: boolean): ModalView {
  const notesBlocks = notes.map(
    (spans): KnownBlock => ({
      type: 'context',
      elements: [{ type: 'mrkdwn', text: markup(spans) }],
    }),
  );
  return {
    type: 'modal',
    callback_id: formCallbackId,
    title: plain(title),
    submit: plain(submitLabel),
    close: plain('Cancel'),
    private_metadata: token,
    blocks: [
      ...fields.flatMap((field) => blocksOf(field, readsFiles)),
      ...snippets.map(snippetBlock),
      ...notesBlocks,
    ],
  };
}

/** A modal in place of a form, with something to read and nothing to fill in. */
export function messageView(title: string, message: Message): ModalView {
  return {
    type: 'modal',
    callback_id: formCallbackId,
    title: plain(title),
    close: plain('Close'),
    blocks: render(withoutNative(message).message).blocks as KnownBlock[],
  };
}
