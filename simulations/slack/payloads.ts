// What Slack and its clients say of forms: https://docs.slack.dev/reference/views

export type Json = Record<string, unknown>;

/** What a form holds, as Slack sends it: values by block and by action. */
export type ViewState = Readonly<Record<string, Readonly<Record<string, Json>>>>;

export type View = {
  readonly id: string;
  readonly hash: string;
  readonly type: 'modal' | 'home';
  readonly callback_id?: string;
  readonly private_metadata?: string;
  readonly title?: { readonly text: string };
  readonly submit?: { readonly text: string } | null;
  readonly close?: { readonly text: string } | null;
  readonly blocks: readonly Json[];
};

/** What an account's form is filled with, by field of the form. */
export type Filling = Readonly<Record<string, string>>;
