import { createSocket, type RemoteInfo } from "node:dgram";
import { once } from "node:events";

/** A name server on loopback that knows the name servers of zones, and nothing else. */
export interface NameServer {
  readonly port: number;
  stop(): void;
}

const nsType = 2;

/** A name as DNS writes it, without compression. */
const encoded = (name: string): Buffer =>
  Buffer.concat([
    ...name.split(".").map((label) => Buffer.concat([Buffer.from([label.length]), Buffer.from(label)])),
    Buffer.from([0]),
  ]);

/** The one question of a query: its name, its type, and its bytes. */
function questionOf(query: Buffer) {
  const labels: string[] = [];
  let at = 12;
  for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
    labels.push(query.toString("latin1", at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { name: labels.join(".").toLowerCase(), type: query.readUInt16BE(at + 1), bytes: query.subarray(12, at + 5) };
}

/** @param serversOf names of a zone's name servers; none when there is no such zone */
export async function startNameServer(serversOf: (zone: string) => Promise<readonly string[]>): Promise<NameServer> {
  const socket = createSocket("udp4");
  const answer = async (query: Buffer, { port, address }: RemoteInfo) => {
    const { name, type, bytes } = questionOf(query);
    const servers = type === nsType ? await serversOf(name) : [];
    const header = Buffer.alloc(12);
    query.copy(header, 0, 0, 2);
    // an answer, recursion as wanted; no such name where there is no server
    header.writeUInt16BE(servers.length > 0 ? 0x8180 : 0x8183, 2);
    header.writeUInt16BE(1, 4);
    header.writeUInt16BE(servers.length, 6);
    const records = servers.map((server) => {
      const data = encoded(server);
      const fixed = Buffer.alloc(12);
      // the name is the question's
      fixed.writeUInt16BE(0xc00c, 0);
      fixed.writeUInt16BE(nsType, 2);
      fixed.writeUInt16BE(1, 4);
      fixed.writeUInt32BE(300, 6);
      fixed.writeUInt16BE(data.length, 10);
      return Buffer.concat([fixed, data]);
    });
    socket.send(Buffer.concat([header, bytes, ...records]), port, address);
  };
  socket.on("message", (query, from) => void answer(query, from));
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  return { port: socket.address().port, stop: () => socket.close() };
}
