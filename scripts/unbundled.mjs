/** What brings files beside its code and stays out of bundles: a library for this machine, a font, descriptions of an interface. */
export const unbundledPackages = [
  '@napi-rs/canvas',
  'dejavu-fonts-ttf',
  '@google-cloud/iam',
  'msgpackr-extract',
];
