/** Windows PowerShell writes what a command prints as UTF-16, with a mark at its beginning. */
const utf16 = (bytes: Uint8Array) => bytes[0] === 0xff && bytes[1] === 0xfe;

/** The end of a text that comes in pieces; what stands more than `most` characters before it is let go as it comes. */
export async function readEnd(pieces: AsyncIterable<Uint8Array>, most: number): Promise<string> {
  let decoder: InstanceType<typeof TextDecoder> | undefined;
  let text = '';
  for await (const piece of pieces) {
    decoder ??= new TextDecoder(utf16(piece) ? 'utf-16le' : 'utf-8');
    text += decoder.decode(piece, { stream: true });
    if (text.length > 2 * most) text = text.slice(-most);
  }
  return `${text}${decoder?.decode() ?? ''}`.slice(-most);
}
