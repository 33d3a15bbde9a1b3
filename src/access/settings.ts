import { z } from 'zod';
import { entries, setting } from '../setting.ts';

/** What the operator sets about who may do what. */
export const accessSettings = {
  XOAP_ADMINS: setting(
    'production',
    'Chat user ids (in Teams: Entra object ids), separated by commas, who may change and remove connections that others added.',
    z.string().default('').transform(entries),
  ),
};
