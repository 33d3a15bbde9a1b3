import { signingSecret } from '../simulations/slack/seed.ts';
import { createDemoAccounts } from './accounts.ts';
import { startPlayground } from './playground/server.ts';
import type { Stage } from './stage.ts';

/** Opens the playground on a stage; 0 for any port that is free. */
export function openPage({ workspace, clouds, bot, holder, administrator }: Stage, port = 0) {
  const { kim, lee } = workspace.people;
  return startPlayground({
    port,
    bot: { url: bot.url, signingSecret, commandWord: '/xoap' },
    slack: {
      ...workspace,
      appId: 'A0XOAP',
      botUserId: 'U0XOAP',
      botName: 'xoap',
      people: [
        { id: kim, name: 'kim', role: 'administrator' },
        { id: lee, name: 'lee', role: 'member' },
      ],
      channels: [
        { id: workspace.channelId, name: '#images' },
        { id: workspace.reportsChannelId, name: '#reports' },
      ],
    },
    clouds: { ...createDemoAccounts(clouds.vsphere, holder.name), ...administrator },
  });
}
