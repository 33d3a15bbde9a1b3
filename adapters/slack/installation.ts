import type { InstallationStore as BoltInstallationStore, Installation } from '@slack/bolt';
import { z } from 'zod';
import type { Cipher } from '../../src/connections/cipher.ts';
import { AppError } from '../../src/errors.ts';
import { type InstallationStore, installationBinding } from '../../src/workspaces/installations.ts';
import { workspaceOf } from './workspace.ts';

/** What Slack gave for a workspace, as it is sealed. */
export const Installed = z.object({
  teamId: z.string().optional(),
  enterpriseId: z.string().optional(),
  /** Installed for a whole organisation. */
  isOrganisation: z.boolean(),
  botId: z.string().optional(),
  botUserId: z.string().optional(),
  scopes: z.array(z.string()),
  token: z.string(),
  /** Of an app with token rotation: good for one refresh. */
  refreshToken: z.string().optional(),
  expiresAt: z.iso.datetime().optional(),
  /** When its refresh token was sent off: whether it was used is not known until the answer is here. */
  refreshBegan: z.iso.datetime().optional(),
});
export type Installed = z.infer<typeof Installed>;

/** What is kept of an installation that Bolt hands over. Throws `chat.unavailable` for one without a bot. */
function installedOf(given: Installation): Installed {
  const { team, enterprise, bot, isEnterpriseInstall = false } = given;
  if (!bot) throw new AppError('Slack gave no bot token for this installation', { code: 'chat.unavailable' });
  const expiresAt = bot.expiresAt && new Date(bot.expiresAt * 1_000).toISOString();
  return {
    ...(team && { teamId: team.id }),
    ...(enterprise && { enterpriseId: enterprise.id }),
    isOrganisation: isEnterpriseInstall,
    botId: bot.id,
    botUserId: bot.userId,
    scopes: bot.scopes,
    token: bot.token,
    ...(bot.refreshToken && { refreshToken: bot.refreshToken }),
    ...(expiresAt && { expiresAt }),
  };
}

/** What was sealed, opened; undefined for what Slack's adapter did not write. Throws as `Cipher.open` does. */
export async function openInstallation(
  workspaceId: string,
  sealed: string,
  cipher: Pick<Cipher, 'open'>,
): Promise<Installed | undefined> {
  return Installed.safeParse(await cipher.open(sealed, installationBinding(workspaceId))).data;
}

export type BoltStoreDependencies = {
  readonly store: Pick<InstallationStore, 'put'>;
  readonly cipher: Pick<Cipher, 'seal'>;
  /** Called before an installation is kept; where it rejects, none is. */
  readonly installing: (workspaceId: string, by: string) => Promise<void>;
  /** Called once an installation is kept. */
  readonly installed: (workspaceId: string) => Promise<void>;
  readonly now: () => Date;
};

/** Where Bolt's install flow puts what Slack gave it, sealed for its workspace. */
export function createBoltStore({
  store,
  cipher,
  installing,
  installed,
  now,
}: BoltStoreDependencies): BoltInstallationStore {
  return {
    async storeInstallation(given) {
      const content = installedOf(given);
      const workspaceId = workspaceOf(content);
      const sealed = await cipher.seal(content, installationBinding(workspaceId));
      const installedBy = given.user.id;
      await installing(workspaceId, installedBy);
      await store.put({ workspaceId, installedBy, installedAt: now(), sealed });
      await installed(workspaceId);
    },
    // Its one caller would refresh what it finds, without a lease and more than once.
    async fetchInstallation() {
      throw new Error('Installations are looked up by adapters/slack/tokens.ts');
    },
  };
}
