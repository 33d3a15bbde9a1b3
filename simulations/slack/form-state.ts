import type { Filling, Json, View, ViewState } from './payloads.ts';

export type InputBlock = {
  readonly type: 'input';
  readonly block_id: string;
  readonly label: { readonly text: string };
  readonly hint?: { readonly text: string };
  readonly optional?: boolean;
  readonly dispatch_action?: boolean;
  readonly element: Element;
};

export type Option = {
  readonly value: string;
  readonly text: { readonly text: string };
  readonly description?: { readonly text: string };
};

export type Element = {
  readonly type: string;
  readonly action_id: string;
  readonly placeholder?: { readonly text: string };
  readonly multiline?: boolean;
  readonly max_length?: number;
  readonly options?: readonly Option[];
  readonly option_groups?: readonly {
    readonly label: { readonly text: string };
    readonly options: readonly Option[];
  }[];
  readonly filetypes?: readonly string[];
  readonly default_to_current_conversation?: boolean;
  readonly [initial: `initial_${string}`]: unknown;
};

export const isInput = (block: Json): block is InputBlock & Json => block.type === 'input';

export const inputsOf = (view: View): InputBlock[] => view.blocks.filter(isInput);

/** All options of an element, grouped or not. */
export const optionsOf = ({ options = [], option_groups: groups = [] }: Element): readonly Option[] =>
  groups.length > 0 ? groups.flatMap((group) => group.options) : options;

/** What each element keeps, under which name, and what that is when nothing was chosen. */
const kept: Readonly<Record<string, readonly [name: string, initial: string, nothing: unknown]>> = {
  plain_text_input: ['value', 'initial_value', null],
  static_select: ['selected_option', 'initial_option', null],
  datepicker: ['selected_date', 'initial_date', null],
  timepicker: ['selected_time', 'initial_time', null],
  conversations_select: ['selected_conversation', 'initial_conversation', null],
  checkboxes: ['selected_options', 'initial_options', []],
  multi_static_select: ['selected_options', 'initial_options', []],
  multi_users_select: ['selected_users', 'initial_users', []],
  file_input: ['files', 'initial_files', []],
};

export const isKnown = ({ type }: Element): boolean => type in kept;

/** What an element holds. */
export function heldBy<Value>(element: Element, state: Json | undefined): Value {
  const [name = '', , nothing] = kept[element.type] ?? [];
  return (state?.[name] ?? nothing) as Value;
}

/** The state of an element that holds a value. */
export function holding(element: Element, value: unknown): Json {
  const [name = 'value'] = kept[element.type] ?? [];
  return { type: element.type, [name]: value };
}

/** What an element holds before anybody touched it. */
export function untouched(element: Element, conversation: string): Json {
  const [, preset = 'initial_value', nothing = null] = kept[element.type] ?? [];
  const current = element.default_to_current_conversation ? conversation : undefined;
  return holding(element, element[preset as `initial_${string}`] ?? current ?? nothing);
}

/** What a form holds when it is drawn: what was filled in before where block and element are the same, as Slack keeps it. */
export function stateOf(view: View, before: ViewState, conversation: string): ViewState {
  const entries = inputsOf(view).map(({ block_id, element }) => {
    const same = before[block_id]?.[element.action_id];
    const state = same?.type === element.type ? same : untouched(element, conversation);
    return [block_id, { [element.action_id]: state }] as const;
  });
  return Object.fromEntries(entries);
}

/** What an account puts into one input; undefined where it has nothing for it. */
export function filled({ block_id, element }: InputBlock, filling: Filling): string | undefined {
  // A file and its pasted text are two inputs of one field; the file takes it.
  return block_id === element.action_id ? filling[element.action_id] : undefined;
}

/** The state of an element that a text was put into, as if a person had chosen it. */
export function chosen(element: Element, text: string): Json {
  const options = optionsOf(element);
  if (element.type === 'static_select')
    return holding(element, options.find(({ value }) => value === text) ?? null);
  const isList = element.type === 'checkboxes' || element.type === 'multi_static_select';
  if (!isList) return holding(element, text);
  const values = text.split(',');
  return holding(
    element,
    options.filter(({ value }) => values.includes(value)),
  );
}

const isEmpty = (value: unknown) =>
  value === null || value === '' || (Array.isArray(value) && value.length === 0);

/** What Slack itself says beside inputs that must be filled in. */
export function unfilled(view: View, state: ViewState): Record<string, string> {
  const missing = inputsOf(view).filter(
    ({ block_id, element, optional }) =>
      !optional && isKnown(element) && isEmpty(heldBy(element, state[block_id]?.[element.action_id])),
  );
  return Object.fromEntries(
    missing.map(({ block_id }) => [block_id, 'Please complete this required field.']),
  );
}
