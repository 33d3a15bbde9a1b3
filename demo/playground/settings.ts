import type { Filling, Json } from '../../simulations/slack/payloads.ts';
import type { Remediation } from '../../src/verification/verification.ts';
import type { Account, Conversation, Fixed, Person } from './wire.ts';

/** A call that the bot made to the local Slack, with what it was answered. */
export type SlackCall = {
  readonly method: string;
  readonly body: Json;
  readonly answer?: Json | undefined;
};

/** The local Slack that the page shows. */
export type LocalSlack = {
  readonly teamId: string;
  readonly appId: string;
  readonly botUserId: string;
  readonly botName: string;
  readonly people: readonly Person[];
  readonly channels: readonly Conversation[];
  /** Calls a method of Slack's Web API, as a person by id or as the bot. Throws with Slack's own code. */
  callAs(who: string, method: string, body: Json): Promise<Json>;
  /** Hands on every call of the bot, once it is answered. */
  onCall(listener: (call: SlackCall) => void): void;
  /** Keeps a file as if it had been uploaded in a form; returns what the form then says of it. */
  upload(name: string, content: string): Json;
  /** What a file holds that somebody shared in a conversation. */
  download(fileId: string): Promise<{ readonly type: string; readonly content: Buffer }>;
};

/** The simulated clouds, as their administrators see them. */
export type SimulatedClouds = {
  readonly accounts: readonly Account[];
  /** What the form of an account is filled with; undefined for an account that is not there. */
  fill(accountId: string): Filling | undefined;
  /**
   * Carries snippets out as they stand, in the account that a message is about. Throws with a sentence, and changes
   * nothing, where it cannot.
   */
  carryOut(snippets: readonly Remediation[], about: string): Fixed;
  /** Puts every account back as it was. */
  reset(): void;
};

export type PlaygroundSettings = {
  readonly slack: LocalSlack;
  readonly clouds: SimulatedClouds;
  readonly bot: { readonly url: string; readonly signingSecret: string; readonly commandWord: string };
  /** 0 for any that is free. */
  readonly port: number;
};
