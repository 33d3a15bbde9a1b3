import type { ReactNode } from 'react';
import {
  type Element,
  heldBy,
  holding,
  type Option,
  optionsOf,
} from '../../../simulations/slack/form-state.ts';
import type { Json } from '../../../simulations/slack/payloads.ts';
import type { Workspace } from '../wire.ts';

export type ElementProps = {
  readonly element: Element;
  readonly state: Json | undefined;
  /** Attributes that tie the control to its label, hint and error. */
  readonly control: {
    readonly id: string;
    readonly 'aria-describedby'?: string | undefined;
    readonly 'aria-invalid'?: true | undefined;
    readonly 'aria-required'?: true | undefined;
  };
  readonly workspace: Workspace;
  readonly onChange: (state: Json) => void;
  /** Uploads a file; the form waits for it. Resolves to what a form says of it. */
  readonly onUpload: (file: File) => Promise<Json>;
  readonly onProblem: (problem: string) => void;
};

/** Elements of several controls, which a label cannot point at. */
export const isGroup = ({ type }: Element): boolean => type === 'checkboxes' || type.startsWith('multi_');

function Text({ element, state, control, onChange }: ElementProps) {
  const common = {
    ...control,
    value: heldBy<string | null>(element, state) ?? '',
    placeholder: element.placeholder?.text,
    maxLength: element.max_length,
    autoComplete: 'off',
    spellCheck: false,
    onChange: ({ target }: { target: { value: string } }) => onChange(holding(element, target.value || null)),
  };
  return element.multiline ? <textarea rows={4} {...common} /> : <input type="text" {...common} />;
}

function optionList(options: readonly Option[]): ReactNode {
  return options.map(({ value, text }) => (
    <option key={value} value={value}>
      {text.text}
    </option>
  ));
}

function Select({ element, state, control, onChange }: ElementProps) {
  const chosen = heldBy<Option | null>(element, state);
  const { option_groups: groups, options = [] } = element;
  return (
    <select
      {...control}
      value={chosen?.value ?? ''}
      onChange={({ target }) =>
        onChange(holding(element, optionsOf(element).find(({ value }) => value === target.value) ?? null))
      }
    >
      <option value="">{element.placeholder?.text ?? 'Choose…'}</option>
      {groups?.map(({ label, options: grouped }) => (
        <optgroup key={label.text} label={label.text}>
          {optionList(grouped)}
        </optgroup>
      )) ?? optionList(options)}
    </select>
  );
}

function Picker({ element, state, control, onChange }: ElementProps) {
  return (
    <input
      {...control}
      type={element.type === 'datepicker' ? 'date' : 'time'}
      value={heldBy<string | null>(element, state) ?? ''}
      onChange={({ target }) => onChange(holding(element, target.value || null))}
    />
  );
}

type Choice = { readonly value: string; readonly label: string; readonly description?: string | undefined };

/** Several of a list; the label of the field names the group. */
function Choices({
  control,
  choices,
  chosen,
  onToggle,
}: {
  readonly control: ElementProps['control'];
  readonly choices: readonly Choice[];
  readonly chosen: readonly string[];
  readonly onToggle: (values: string[]) => void;
}) {
  const toggled = (value: string) =>
    chosen.includes(value) ? chosen.filter((each) => each !== value) : [...chosen, value];
  const { id, 'aria-describedby': describedBy, 'aria-invalid': isInvalid } = control;
  return (
    <fieldset
      id={id}
      className="choices"
      aria-labelledby={`${id}-label`}
      aria-describedby={describedBy}
      // Where the form goes to when something is wrong here.
      tabIndex={-1}
      data-invalid={isInvalid}
    >
      {choices.map(({ value, label, description }) => (
        <label key={value}>
          <input type="checkbox" checked={chosen.includes(value)} onChange={() => onToggle(toggled(value))} />
          <span>
            {label}
            {description && <small>{description}</small>}
          </span>
        </label>
      ))}
    </fieldset>
  );
}

function Options({ element, state, control, onChange }: ElementProps) {
  const options = optionsOf(element);
  const choices = options.map(({ value, text, description }) => ({
    value,
    label: text.text,
    description: description?.text,
  }));
  return (
    <Choices
      control={control}
      choices={choices}
      chosen={heldBy<Option[]>(element, state).map(({ value }) => value)}
      onToggle={(values) =>
        onChange(
          holding(
            element,
            options.filter(({ value }) => values.includes(value)),
          ),
        )
      }
    />
  );
}

function People({ element, state, control, workspace, onChange }: ElementProps) {
  return (
    <Choices
      control={control}
      choices={workspace.people.map(({ id, name }) => ({ value: id, label: name }))}
      chosen={heldBy<string[]>(element, state)}
      onToggle={(values) => onChange(holding(element, values))}
    />
  );
}

function Conversations({ element, state, control, workspace, onChange }: ElementProps) {
  return (
    <select
      {...control}
      value={heldBy<string | null>(element, state) ?? ''}
      onChange={({ target }) => onChange(holding(element, target.value || null))}
    >
      <option value="">Choose…</option>
      {workspace.channels.map(({ id, name }) => (
        <option key={id} value={id}>
          {name}
        </option>
      ))}
    </select>
  );
}

/** Bytes that a local file may have; Slack takes more, key files are small. */
const largestFile = 3_900_000;

function Files({ element, state, control, onChange, onUpload, onProblem }: ElementProps) {
  const files = heldBy<readonly { name: string }[]>(element, state);
  const { filetypes = [] } = element;

  async function take(file: File | undefined): Promise<void> {
    if (!file) return onChange(holding(element, []));
    if (file.size > largestFile)
      return onProblem(`${file.name} is too large: at most 3.9 MB are taken here.`);
    // The one before is not what the person sees any more.
    onChange(holding(element, []));
    onChange(holding(element, [await onUpload(file)]));
  }

  return (
    <div className="file">
      <input
        {...control}
        type="file"
        accept={filetypes.map((type) => `.${type}`).join(',')}
        onChange={({ target }) => {
          take(target.files?.[0]).catch((error: Error) => onProblem(error.message));
        }}
      />
      <p role="status">{files.length > 0 ? `Uploaded: ${files.map(({ name }) => name).join(', ')}` : ''}</p>
    </div>
  );
}

const drawn: Readonly<Record<string, (props: ElementProps) => ReactNode>> = {
  plain_text_input: Text,
  static_select: Select,
  datepicker: Picker,
  timepicker: Picker,
  checkboxes: Options,
  multi_static_select: Options,
  multi_users_select: People,
  conversations_select: Conversations,
  file_input: Files,
};

/** One element of a form; nothing for one that is not known. */
export function ElementControl(props: ElementProps): ReactNode {
  const Control = drawn[props.element.type];
  return Control ? <Control {...props} /> : null;
}
