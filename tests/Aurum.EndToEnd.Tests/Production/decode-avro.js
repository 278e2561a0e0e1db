// Reads records from standard input, each as its length in four bytes and its value, and prints them as JSON lines. The schema comes from
// the registry, by the id in front of each value.
const avro = require('avsc');

const registry = process.argv[2];
const types = new Map();

async function typeOf(id) {
  if (!types.has(id)) {
    const answer = await fetch(`${registry}/schemas/ids/${id}`);
    types.set(id, avro.Type.forSchema(JSON.parse((await answer.json()).schema)));
  }
  return types.get(id);
}

async function main() {
  const chunks = [];
  for await (const chunk of process.stdin) chunks.push(chunk);
  const input = Buffer.concat(chunks);
  for (let at = 0; at < input.length;) {
    const length = input.readInt32BE(at);
    const value = input.subarray(at + 4, at + 4 + length);
    at += 4 + length;
    if (value[0] !== 0) throw new Error(`magic byte ${value[0]}`);
    const type = await typeOf(value.readInt32BE(1));
    console.log(JSON.stringify(type.fromBuffer(value.subarray(5))));
  }
}

main().catch(error => { console.error(error.message); process.exit(1); });
