// Loaded into Node before an application that cannot be told otherwise (NODE_OPTIONS --require). Node closes a connection
// that was idle for five seconds; the load balancer uses it for longer, and a request that meets the closing is lost.
// KEEP_ALIVE_SECONDS says how long to keep it. Set when a server begins to listen: the constructor sets its own.
const http = require("node:http");
const net = require("node:net");

const seconds = Number(process.env.KEEP_ALIVE_SECONDS);

if (seconds > 0) {
  http.Server.prototype.listen = function listen(...args) {
    this.keepAliveTimeout = seconds * 1000;
    // or the wait for the next request's headers would end first (nodejs/node#27363)
    this.headersTimeout = Math.max(this.headersTimeout, (seconds + 10) * 1000);
    return net.Server.prototype.listen.apply(this, args);
  };
}
