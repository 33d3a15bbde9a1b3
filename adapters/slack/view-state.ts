import type { FormValues } from '../../src/chat/model/form.ts';

type StateValue = {
  readonly type: string;
  readonly value?: string | null;
  readonly selected_date?: string | null;
  readonly selected_time?: string | null;
  readonly selected_users?: readonly string[];
  readonly selected_conversation?: string | null;
  readonly files?: unknown;
  readonly selected_option?: { readonly value: string } | null;
  readonly selected_options?: readonly { readonly value: string }[];
};
export type ViewState = { readonly values: Readonly<Record<string, Readonly<Record<string, StateValue>>>> };

function readValue(state: StateValue): string | string[] | undefined {
  switch (state.type) {
    case 'static_select':
      return state.selected_option?.value;
    case 'datepicker':
      return state.selected_date ?? '';
    case 'timepicker':
      return state.selected_time ?? '';
    case 'multi_users_select':
      return [...(state.selected_users ?? [])];
    case 'conversations_select':
      return state.selected_conversation ?? '';
    case 'file_input':
      return undefined;
    case 'checkboxes':
    case 'multi_static_select':
      return (state.selected_options ?? []).map(({ value }) => value);
    default:
      return state.value ?? '';
  }
}

/** What was filled in, by field id. */
export function readValues({ values }: ViewState): FormValues {
  const entries = Object.values(values).flatMap((block) => Object.entries(block));
  const read = entries.map(([id, state]) => [id, readValue(state)] as const);
  // A file has two inputs of the same id; the one that holds no text says nothing.
  return Object.fromEntries(read.filter(([, value]) => value !== undefined));
}
