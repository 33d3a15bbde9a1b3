import type { Json, View, ViewState } from '../../simulations/slack/payloads.ts';

// What the page and its server say to each other.

export type Person = {
  readonly id: string;
  readonly name: string;
  /** What they may do, in a word: administrators may change what others added. */
  readonly role: 'administrator' | 'member';
};

/** A channel, or a person's direct messages with the bot; the name is shown as it is. */
export type Conversation = { readonly id: string; readonly name: string };

export type CommandHint = {
  readonly words: string;
  readonly argument?: string | undefined;
  readonly summary: string;
};

/** A credential to try; the form of one that is the person's own stays empty. */
export type Account = {
  readonly id: string;
  readonly provider: string;
  readonly providerLabel: string;
  readonly title: string;
  readonly description: string;
  readonly isSimulated: boolean;
};

export type Workspace = {
  readonly botName: string;
  readonly commandWord: string;
  readonly people: readonly Person[];
  readonly channels: readonly Conversation[];
  readonly commands: readonly CommandHint[];
  readonly accounts: readonly Account[];
};

export type SharedFile = { readonly id: string; readonly name: string; readonly isPicture: boolean };

/** A message as one person sees it. */
export type Post = {
  readonly id: string;
  /** Seconds since 1970. */
  readonly at: number;
  /** Absent for the bot. */
  readonly personId?: string | undefined;
  readonly text: string;
  readonly blocks: readonly Json[];
  readonly files: readonly SharedFile[];
  readonly isEdited: boolean;
  /** Seen by this person alone. */
  readonly isPrivate: boolean;
  readonly replyCount: number;
};

/** Somebody in a page: which page, and as whom. */
export type Seat = { readonly page: string; readonly person: string };

export type Said = Seat & { readonly conversation: string; readonly text: string };

/** A click on something interactive: in a message, or in a view. */
export type Clicked = Seat & {
  readonly action: Json;
  readonly conversation?: string | undefined;
  readonly post?: string | undefined;
  readonly view?: string | undefined;
  readonly state?: ViewState | undefined;
  /** What the message holds that was clicked, which Slack sends along. */
  readonly blocks?: readonly Json[] | undefined;
};

/** A message that somebody hands over to the bot with its shortcut. */
export type HandedOver = Seat & { readonly conversation: string; readonly post: string };

export type Submitted = Seat & { readonly view: string; readonly state: ViewState };

/** What became of a form: closed, refused beside its fields, or drawn anew. */
export type Outcome =
  | { readonly kind: 'closed' }
  | { readonly kind: 'errors'; readonly errors: Readonly<Record<string, string>> }
  | { readonly kind: 'view'; readonly view: View };

/** What the server tells a page by itself. */
export type News =
  /** The connection stands; a server that was started anew has another name. */
  | { readonly kind: 'hello'; readonly server: string }
  /** The connection is lost; the page says this to itself. */
  | { readonly kind: 'gone' }
  /** Something was said, and where, if the bot said it anew. */
  | { readonly kind: 'messages'; readonly conversation?: string }
  | { readonly kind: 'view'; readonly view: View }
  | { readonly kind: 'home'; readonly person: string };

/** What an administrator of the simulated cloud did, and what the commands printed that somebody needs. */
export type Fixed = { readonly commands: readonly string[]; readonly printed: readonly string[] };

/** Why something was not done, in a sentence. */
export type Problem = { readonly problem: string };
