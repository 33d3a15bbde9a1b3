import { randomUUID } from 'node:crypto';
import { type InstallURLOptions, InvalidStateError, type StateStore } from '@slack/oauth';
import { z } from 'zod';
import type { FormTokens } from '../../src/access/form-token.ts';
import type { ReplayGuard } from '../../src/access/replay-guard.ts';
import { isAppError } from '../../src/errors.ts';

/** Milliseconds that an installation may take; what was claimed is remembered for as long. */
export const stateMs = 600_000;

const State = z.object({ at: z.int(), nonce: z.uuid() });

/** Nobody is signed in yet; which browser it is, a cookie says. */
const holder = { workspaceId: 'slack', userId: 'install' };

/**
 * Makes what ties the end of an installation to its beginning: signed, good for ten minutes and one use. Nothing is stored
 * before that use, so a page that is opened in masses fills nothing.
 */
export function createInstallState({
  options,
  tokens,
  guard,
}: {
  readonly options: InstallURLOptions;
  readonly tokens: FormTokens;
  readonly guard: ReplayGuard;
}): StateStore {
  function read(state: string): z.infer<typeof State> {
    try {
      return State.parse(tokens.verify(state, holder));
    } catch (error) {
      if (!isAppError(error) && !(error instanceof z.ZodError)) throw error;
      throw new InvalidStateError('This state is not of this bot', { cause: error });
    }
  }

  return {
    generateStateParam: async (_options, now) =>
      tokens.sign({ at: now.getTime(), nonce: randomUUID() }, holder),
    async verifyStateParam(now, state) {
      const { at, nonce } = read(state);
      if (now.getTime() - at > stateMs) throw new InvalidStateError('This state is older than ten minutes');
      if (!(await guard.claim(`slack-install:${nonce}`)))
        throw new InvalidStateError('This state was used before');
      return options;
    },
  };
}
