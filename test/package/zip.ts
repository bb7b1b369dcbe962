import { readFileSync } from 'node:fs';

/** Names and unpacked sizes in bytes of the files in a zip archive, from its central directory. */
export function listZip(path: string): Map<string, number> {
  const zip = readFileSync(path);
  const end = zip.lastIndexOf('PK\u0005\u0006', undefined, 'latin1');
  const count = zip.readUInt16LE(end + 10);
  const files = new Map<string, number>();
  let position = zip.readUInt32LE(end + 16);
  for (let i = 0; i < count; i++) {
    const nameLength = zip.readUInt16LE(position + 28);
    files.set(zip.toString('utf8', position + 46, position + 46 + nameLength), zip.readUInt32LE(position + 24));
    position += 46 + nameLength + zip.readUInt16LE(position + 30) + zip.readUInt16LE(position + 32);
  }
  return files;
}
