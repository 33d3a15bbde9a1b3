import { randomBytes } from 'node:crypto';
import { createAdministrator } from '../simulations/administrators/clouds.ts';
import { startBotProcess } from '../simulations/bot-process.ts';
import { freePort } from '../simulations/free-port.ts';
import { startSimulatedClouds } from '../simulations/simulated-clouds.ts';
import { botToken, signingSecret } from '../simulations/slack/seed.ts';
import { startSlackWorkspace } from '../simulations/slack/workspace.ts';
import { startHolder } from './holder.ts';

/** vCenters of the person's own that the bot of the demo may call. */
const ownVcenters = process.env.XOAP_VSPHERE_ALLOWED_HOSTS ?? '';

/** Everything that a demo needs, on loopback: a local Slack, simulated clouds with their administrator, and the bot. */
export async function setStage() {
  const [workspace, clouds] = await Promise.all([startSlackWorkspace(), startSimulatedClouds()]);
  const { environment, settings } = clouds;
  const port = await freePort();
  // Where DNS and certificates would lead to the bot from everywhere.
  const issuer = 'https://xoap.example.com';
  clouds.issuers.set(issuer, `http://127.0.0.1:${port}`);
  const shared = {
    XOAP_ISSUER_URL: issuer,
    XOAP_ISSUER_ROTATION: 'age',
    XOAP_ENCRYPTION_KEYS: randomBytes(32).toString('base64'),
    XOAP_VSPHERE_ALLOWED_HOSTS: [settings.XOAP_VSPHERE_ALLOWED_HOSTS, ownVcenters].filter(Boolean).join(','),
    XOAP_DEMO_AWS: environment.AWS_ENDPOINT_URL,
    XOAP_DEMO_AZURE: settings.XOAP_AZURE_AUTHORITY_HOST,
    XOAP_DEMO_GOOGLE: settings.XOAP_GOOGLE_ENDPOINT,
    NODE_EXTRA_CA_CERTS: environment.NODE_EXTRA_CA_CERTS,
  };
  const bot = await startBotProcess(
    {
      ...shared,
      SLACK_BOT_TOKEN: botToken,
      SLACK_SIGNING_SECRET: signingSecret,
      SLACK_API_URL: workspace.apiUrl,
      // Whoever waits for a report here wants to see it.
      XOAP_REPORT_SPREAD_SECONDS: '0',
      XOAP_ADMINS: workspace.people.kim,
      XOAP_PUBLIC_URL: `http://127.0.0.1:${port}`,
    },
    port,
    'demo/bot.ts',
  );
  const holder = await startHolder(shared, bot, { workspace, vsphere: clouds.vsphere });
  return {
    workspace,
    clouds,
    bot,
    holder,
    administrator: createAdministrator(clouds),
    async close() {
      await holder.close();
      await bot.close();
      await Promise.all([workspace.close(), clouds.close()]);
    },
  };
}
export type Stage = Awaited<ReturnType<typeof setStage>>;
