import type { TurnLimits } from './turns.ts';

type Set = { readonly XOAP_MAX_WAITING_PER_PERSON: number; readonly XOAP_MAX_WAITING_PER_WORKSPACE: number };

/** What may wait or run, as the operator set it. */
export const limitsOf = (config: Set): TurnLimits => ({
  person: config.XOAP_MAX_WAITING_PER_PERSON,
  workspace: config.XOAP_MAX_WAITING_PER_WORKSPACE,
});
