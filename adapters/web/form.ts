import type { Form, FormField, FormValues } from '../../src/chat/model/form.ts';
import { plainTime, type Span } from '../../src/chat/model/message.ts';
import { isSecretField } from '../../src/chat/secret-intake.ts';
import { type Html, html } from '../../src/html.ts';

/** What the button beside a question sends that decides others, and the question in it. */
const redrawOf = (id: string) => `redraw ${id}`;
export const redrawnBy = (step: unknown): string | undefined =>
  typeof step === 'string' && step.startsWith('redraw ') ? step.slice('redraw '.length) : undefined;

export type Problems = Readonly<Record<string, string>>;

/** The kinds whose answer is several values. */
const isSeveral = ({ kind }: FormField) => kind === 'checkboxes' || kind === 'multiselect';

const choicesOf = ({ choices = [] }: FormField) => choices.flatMap((group) => group.choices);

function span(part: Span): Html {
  if (typeof part === 'string') return html`${part}`;
  if ('bold' in part) return html`<strong>${part.bold}</strong>`;
  if ('code' in part) return html`<code>${part.code}</code>`;
  if ('link' in part) return html`<a href="${part.link}" target="_blank" rel="noreferrer">${part.text}</a>`;
  if ('time' in part) return html`<time datetime="${part.time}">${plainTime(part)}</time>`;
  return html`${'person' in part ? part.person : part.conversation}`;
}

/** How an input is named to a screen reader, with its hint and what was wrong. */
function described({ id, hint }: FormField, problem: string | undefined): Html {
  const by = [hint && `${id}-hint`, problem && `${id}-problem`].filter(Boolean).join(' ');
  return html`id="${id}" name="${id}"${by && html` aria-describedby="${by}"`}${problem && html` aria-invalid="true"`}`;
}

const nothingOfIt = html`autocomplete="off" autocapitalize="off" autocorrect="off" spellcheck="false"`;

function select(field: FormField, { problem, isFocused }: Shown): Html {
  const { value, redraws, choices = [] } = field;
  const options = (group: NonNullable<FormField['choices']>[number]) =>
    group.choices.map(
      ({ value: each, label }) =>
        html`<option value="${each}"${each === value && html` selected`}>${label}</option>`,
    );
  const [only] = choices;
  return html`<select ${described(field, problem)}${redraws && html` data-redraws`}${isFocused && html` autofocus`}>
${value === undefined && html`<option value="">Choose one</option>`}
${choices.length > 1 ? choices.map((group) => html`<optgroup label="${group.label}">${options(group)}</optgroup>`) : only && options(only)}
</select>`;
}

/** How a question is shown besides what it is. */
type Shown = { readonly problem?: string | undefined; readonly isFocused?: boolean };

/** A file, read in the browser where that runs scripts, or its text. */
function file(field: FormField, problem: string | undefined): Html {
  return html`<div class="drop" data-drop>
<p class="drop-words" hidden>Drop the file here, or <label class="pick">choose it<input type="file" accept=".json,application/json"></label>. This browser reads it; the file itself is sent nowhere.</p>
<textarea class="masked" rows="6" ${described(field, problem)} ${nothingOfIt} placeholder="Paste the whole text of the file"></textarea>
<p class="drop-said" role="status"></p>
</div>`;
}

const inputTypes: Partial<Record<FormField['kind'], string>> = {
  secret: 'password',
  date: 'date',
  time: 'time',
};

function input(field: FormField, shownAs: Shown): Html {
  const { kind, value, placeholder } = field;
  const { problem } = shownAs;
  if (kind === 'select') return select(field, shownAs);
  if (kind === 'file') return file(field, problem);
  const shown = placeholder && html` placeholder="${placeholder}"`;
  if (kind === 'multiline')
    return html`<textarea rows="3" ${described(field, problem)}${shown}>${value}</textarea>`;
  if (kind === 'secret')
    return html`<input type="password" ${described(field, problem)} ${nothingOfIt}${shown} data-clean>`;
  return html`<input type="${inputTypes[kind] ?? 'text'}" ${described(field, problem)} ${nothingOfIt}${shown} value="${value ?? ''}" data-clean>`;
}

/** Several choices, each with its own box. */
function boxes(field: FormField, problem: string | undefined): Html {
  const { id, label, hint, value } = field;
  const chosen = value?.split(',') ?? [];
  return html`<fieldset id="${id}"${problem && html` aria-describedby="${id}-problem"`}>
<legend>${label} <span class="optional">(optional)</span></legend>
${hint && html`<p class="hint">${hint}</p>`}
${problem && html`<p class="problem" id="${id}-problem">${problem}</p>`}
${choicesOf(field).map(
  ({ value: each, label: name, description }) =>
    html`<label class="box"><input type="checkbox" name="${id}" value="${each}"${chosen.includes(each) && html` checked`}> <span>${name}${description && html`<span class="hint">${description}</span>`}</span></label>`,
)}
</fieldset>`;
}

/** Draws the form anew with this answer; where scripts run, a choice does that by itself. */
const redrawButton = ({ id, kind }: FormField) => {
  const words = kind === 'text' ? 'Show it in what is to be set up' : 'Show what this needs';
  return html`<button class="redraw" name="step" value="${redrawOf(id)}">${words}</button>`;
};

/** A question with what helps to answer it, and what was wrong with the last answer. */
function question(field: FormField, shownAs: Shown): Html {
  const { problem } = shownAs;
  if (isSeveral(field)) return boxes(field, problem);
  const { id, label, hint, optional, redraws } = field;
  return html`<div class="question${problem && ' wrong'}">
<label for="${id}">${label}${optional && html` <span class="optional">(optional)</span>`}</label>
${hint && html`<p class="hint" id="${id}-hint">${hint}</p>`}
${problem && html`<p class="problem" id="${id}-problem">${problem}</p>`}
${input(field, shownAs)}
${redraws && redrawButton(field)}
</div>`;
}

function summary(fields: readonly FormField[], problems: Problems): Html | false {
  const all = Object.entries(problems);
  if (all.length === 0) return false;
  const isBeside = (id: string) => fields.some((field) => field.id === id);
  const secrets = fields.some(isSecretField);
  return html`<div class="summary" role="alert" tabindex="-1">
<h2>${all.length === 1 ? 'One answer needs another look' : `${all.length} answers need another look`}</h2>
<ul>${all.map(([id, text]) => html`<li>${isBeside(id) ? html`<a href="#${id}">${text}</a>` : text}</li>`)}</ul>
${secrets && html`<p>Nothing was stored. Enter the secret again: it is not kept.</p>`}
</div>`;
}

export type ShownForm = {
  readonly form: Form;
  readonly problems?: Problems;
  /** The question that was just answered. */
  readonly focused?: string | undefined;
  /** What goes with every request of this browser, unseen. */
  readonly hidden: Readonly<Record<string, string>>;
};

/** A form as a page shows it. Secrets are never filled in again. */
export function formBody({ form, problems = {}, focused, hidden }: ShownForm): Html {
  const { title, fields, notes, snippets, submitLabel } = form;
  return html`<h1>${title}</h1>
${summary(fields, problems)}
<form method="post" autocomplete="off" novalidate>
${Object.entries(hidden).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)}
<button class="default" name="step" value="send" tabindex="-1" aria-hidden="true">${submitLabel}</button>
${fields.map((field) => question(field, { problem: problems[field.id], isFocused: field.id === focused }))}
${snippets.map(({ title: what, text }) => html`<section class="snippet"><h2>${what}</h2><pre tabindex="0"><code>${text}</code></pre></section>`)}
${notes.map((spans) => html`<p class="note">${spans.map(span)}</p>`)}
<button class="send" name="step" value="send">${submitLabel}</button>
</form>`;
}

/** What was filled in of a form's questions; nothing else that was sent counts. */
export function readForm({ fields }: Form, body: Readonly<Record<string, unknown>>): FormValues {
  const texts = (value: unknown) =>
    (Array.isArray(value) ? value : [value]).filter((each): each is string => typeof each === 'string');
  const read = fields.flatMap((field): [string, string | string[]][] => {
    const all = texts(body[field.id]);
    // Boxes of which none is ticked are not sent at all.
    if (isSeveral(field)) return [[field.id, all]];
    return all.slice(0, 1).map((text) => [field.id, text]);
  });
  return Object.fromEntries(read);
}
