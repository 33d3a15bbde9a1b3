import { z } from 'zod';
import { entries, setting, wholeNumber } from '../setting.ts';

/** What the operator sets about who may do what. */
export const accessSettings = {
  XOAP_ADMINS: setting(
    'production',
    'Chat user ids (in Teams: Entra object ids), separated by commas, of those who have the role admin: they do everything, and give roles.',
    z.string().default('').transform(entries),
  ),
  XOAP_OPERATORS: setting(
    'production',
    'Who adds connections and schedules reports without having been given a role: everyone (what they added themselves they also change), or nobody.',
    z.enum(['everyone', 'nobody']).default('everyone'),
  ),
  XOAP_ACCESS_FILE: setting(
    'production',
    'A YAML file with the roles of workspaces; what it says of a workspace wins over chat. "xoap config check FILE" says what is wrong with it.',
    z.string().optional(),
  ),
  XOAP_AUDIT_DAYS: setting(
    'production',
    'Days for which the audit trail is kept; 0 keeps it without an end, up to the newest 100,000 entries of each workspace.',
    wholeNumber.min(0).max(3_650).default(365),
  ),
  XOAP_SECRET_INTAKE: setting(
    'production',
    'Where secrets are entered: chat (in the form), link (on a web page of this bot alone, so that chat never sees them), or both, which lets people choose. The page needs XOAP_PUBLIC_URL; without it, both means chat.',
    z.enum(['chat', 'both', 'link']).default('both'),
  ),
};
