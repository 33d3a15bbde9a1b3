import { type InputBlock, inputsOf } from '../../../simulations/slack/form-state.ts';
import type { Json, View } from '../../../simulations/slack/payloads.ts';
import type { Account, Workspace } from '../wire.ts';

/** What Slack tells the bot of a choice that redraws the form. */
export function actionOf({ block_id, element }: InputBlock, state: Json): Json {
  return { ...state, type: element.type, block_id, action_id: element.action_id };
}

/** The accounts of the provider that a form asks for. */
export function accountsFor(view: View, { accounts }: Workspace): readonly Account[] {
  const blocks = inputsOf(view).map(({ block_id }) => block_id);
  // Other forms ask for more of a connection that is there.
  if (!blocks.includes('name')) return [];
  return accounts.filter(({ provider }) => blocks.some((id) => id.startsWith(`${provider}.`)));
}
