import { describe, expect, it } from 'vitest';
import {
  chosen,
  type Element,
  filled,
  heldBy,
  type InputBlock,
  stateOf,
  unfilled,
} from '../../../simulations/slack/form-state.ts';
import type { View } from '../../../simulations/slack/payloads.ts';

const option = (value: string) => ({ value, text: { text: value } });
const text = (id: string, more: Partial<Element> = {}): Element => ({
  type: 'plain_text_input',
  action_id: id,
  ...more,
});
const input = (element: Element, more: Partial<InputBlock> = {}): InputBlock => ({
  type: 'input',
  block_id: element.action_id,
  label: { text: element.action_id },
  element,
  ...more,
});
const view = (...blocks: InputBlock[]): View => ({ id: 'V1', hash: '1', type: 'modal', blocks });

describe('the state of a form', () => {
  it('begins with what each element was drawn with, and the conversation it was opened in', () => {
    const region: Element = {
      type: 'static_select',
      action_id: 'region',
      options: [option('a'), option('b')],
      initial_option: option('b'),
    };
    const channel: Element = {
      type: 'conversations_select',
      action_id: 'channel',
      default_to_current_conversation: true,
    };
    const drawn = view(input(text('name', { initial_value: 'prod' })), input(region), input(channel));

    expect(stateOf(drawn, {}, 'C1')).toEqual({
      name: { name: { type: 'plain_text_input', value: 'prod' } },
      region: { region: { type: 'static_select', selected_option: option('b') } },
      channel: { channel: { type: 'conversations_select', selected_conversation: 'C1' } },
    });
  });

  it('keeps what was typed when the form is drawn anew, where block, action and type are the same', () => {
    const typed = { name: { name: { type: 'plain_text_input', value: 'typed' } } };

    expect(stateOf(view(input(text('name', { initial_value: 'new' }))), typed, '')).toEqual(typed);
    const other = view(input({ type: 'datepicker', action_id: 'name' }));
    expect(stateOf(other, typed, '').name).toEqual({ name: { type: 'datepicker', selected_date: null } });
    expect(stateOf(view(input(text('other'))), typed, '')).toEqual({
      other: { other: { type: 'plain_text_input', value: null } },
    });
  });

  it('lacks what must be filled in and is not', () => {
    const choices: Element = { type: 'checkboxes', action_id: 'days', options: [option('mon')] };
    const drawn = view(input(text('name')), input(text('notes'), { optional: true }), input(choices));
    const missing = {
      name: 'Please complete this required field.',
      days: 'Please complete this required field.',
    };

    expect(unfilled(drawn, stateOf(drawn, {}, ''))).toEqual(missing);
    expect(
      unfilled(drawn, {
        name: { name: chosen(text('name'), 'x') },
        days: { days: chosen(choices, 'mon') },
      }),
    ).toEqual({});
  });
});

describe('an account that is filled in', () => {
  it('chooses options by their value', () => {
    const options = [option('a'), option('b'), option('c')];
    const one: Element = {
      type: 'static_select',
      action_id: 'x',
      option_groups: [{ label: { text: 'g' }, options }],
    };
    const several: Element = { type: 'multi_static_select', action_id: 'x', options };

    expect(heldBy(one, chosen(one, 'b'))).toEqual(option('b'));
    expect(heldBy(one, chosen(one, 'nothing of the kind'))).toBeNull();
    expect(heldBy(several, chosen(several, 'a,c'))).toEqual([option('a'), option('c')]);
  });

  it('puts a key file where files go, and leaves the field for its text alone', () => {
    const filling = { 'google.keyFile': '{}' };
    const file = input({ type: 'file_input', action_id: 'google.keyFile' });
    const pasted = input(text('google.keyFile'), { block_id: 'google.keyFile-text' });

    expect(filled(file, filling)).toBe('{}');
    expect(filled(pasted, filling)).toBeUndefined();
  });
});
