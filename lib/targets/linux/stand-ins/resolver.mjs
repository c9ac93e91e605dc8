// Stands in for Amazon's resolver of a VPC: it answers machines of the network, and nobody else. A question from another
// address, a pod's for example, gets no answer at all.
//   resolver.mjs ADDRESS NETWORK/BITS FILE
// FILE has a name and its address on each line. Of any other name this resolver knows nothing (SERVFAIL): there may be no
// network beyond it.
import { createSocket } from 'node:dgram';
import { readFileSync } from 'node:fs';
import { BlockList } from 'node:net';

const [address, network, file] = process.argv.slice(2);
const [base, bits] = network.split('/');
const machines = new BlockList();
machines.addSubnet(base, Number(bits));
const names = new Map(
  readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => line.split(' ')),
);

const servfail = 2;
const typeA = 1;
/** Seconds that an answer may be kept. */
const timeToLive = 5;

/** The answer to a question (RFC 1035, section 4.1). */
function answerTo(query) {
  const labels = [];
  let at = 12;
  for (let length = query[at]; length > 0; length = query[at]) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  const end = at + 5;
  const found = names.get(labels.join('.').toLowerCase());
  const addresses = found !== undefined && query.readUInt16BE(at + 1) === typeA ? [found] : [];
  const header = Buffer.from(query.subarray(0, 12));
  header[2] = 0x80 | (query[2] & 0x01);
  header[3] = 0x80 | (found === undefined ? servfail : 0);
  header.writeUInt16BE(1, 4);
  header.writeUInt16BE(addresses.length, 6);
  header.writeUInt32BE(0, 8);
  const records = addresses.map((each) =>
    Buffer.from([0xc0, 12, 0, typeA, 0, 1, 0, 0, 0, timeToLive, 0, 4, ...each.split('.').map(Number)]),
  );
  return Buffer.concat([header, query.subarray(12, end), ...records]);
}

const socket = createSocket('udp4');
socket.on('message', (query, sender) => {
  if (!machines.check(sender.address) || query.length < 17) return;
  socket.send(answerTo(query), sender.port, sender.address);
});
socket.bind(53, address);
