/** What MongoDB Atlas asks to let out to. Behind `mongodb+srv` DNS has the ports, which nobody knows beforehand. */
const atlas = [27015, 27016, 27017];
const standard = 27017;

/** TCP ports that a connection string leads to, sorted. They are no secret. */
export function mongoPorts(uri: string): number[] {
  if (uri.startsWith("mongodb+srv:")) return atlas;
  const [authority = ""] = uri.replace(/^[^:]+:\/\//, "").split(/[/?]/);
  const hosts = authority.slice(authority.lastIndexOf("@") + 1).split(",");
  const ports = hosts.map((host) => Number(/:(\d{1,5})$/.exec(host)?.[1] ?? standard));
  return [...new Set(ports)].sort((a, b) => a - b);
}
